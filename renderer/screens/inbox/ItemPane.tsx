import { useState } from 'react';
import { Link } from 'wouter';
import type { InboxItem } from '#core/api/inbox.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { AssignDialog } from '../../decide/AssignDialog.tsx';
import { DisableDialog } from '../../decide/DisableDialog.tsx';
import type { Deciding } from '../../decide/use-decide.ts';
import { WaiveDialog } from '../../decide/WaiveDialog.tsx';
import { useHref } from '../../state/current.ts';
import { asResult, useCache, useQuery } from '../../state/query.ts';
import { useSaid } from '../../state/undo.ts';
import { plural } from '../../ui/format.ts';
import { SeverityMark } from '../../ui/Marks.tsx';
import { safe, safeLine } from '../../ui/safe-text.ts';
import { Problem } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';
import { YamlView } from '../../ui/yaml/YamlView.tsx';
import { KIND_WORDS } from './InboxTable.tsx';
import '../../ui/drawer.css';

type Act = 'fix' | 'assign' | 'waive' | 'disable' | 'debt' | 'demote' | 'extend' | 'remove';
interface Choice {
  readonly act: Act;
  readonly key: string;
  readonly title: string;
  readonly note: string;
}

const DAYS = 90;

/** What an item offers: a rule that fails is fixed, waived, accepted or disabled; a waiver is renewed or removed. */
export function choicesOf(item: InboxItem): readonly Choice[] {
  const who = item.teams.length === 1 ? `team ${safe(item.teams[0] ?? '')}` : 'those who own the objects';
  const decisions: readonly Choice[] = [
    { act: 'fix', key: 'f', title: 'Fix', note: `Keep it open and count it as work of ${who}` },
    { act: 'assign', key: 'a', title: 'Assign…', note: 'Another team or person owns it, until a day' },
    { act: 'waive', key: 'w', title: 'Waive…', note: 'Let it off: who, why, until when' },
    { act: 'debt', key: 'e', title: 'Accept as debt', note: `Freeze ${plural(item.objects, 'object')}: only new failures count` },
    {
      act: 'disable',
      key: 'd',
      title: 'Disable the rule here…',
      note: `In ${safe(item.policy)}, for ${plural(item.objects, 'object')} in all`,
    },
  ];
  switch (item.kind) {
    case 'undecided':
    case 'overdue':
      return item.example === undefined ? decisions.filter(({ act }) => act !== 'waive') : decisions;
    case 'demotion':
      return [
        { act: 'demote', key: 'd', title: 'Demote', note: `Take it out of ${safe(item.policy)} until it holds again` },
        ...decisions.filter(({ act }) => act !== 'disable' && (act !== 'waive' || item.example !== undefined)),
      ];
    case 'expiring':
    case 'expired':
    case 'stale':
      return [
        ...(item.kind === 'stale' ? [] : [{ act: 'extend' as const, key: 'w', title: 'Renew', note: `Another ${DAYS} days` }]),
        { act: 'remove', key: 'd', title: 'Remove the waiver', note: 'What it let off fails again, where it still does' },
      ];
  }
}

interface ItemPaneProps {
  readonly item: InboxItem;
  readonly place: string;
  readonly scanId: string;
  readonly policy: string;
  readonly deciding: Deciding;
  readonly onNext: () => void;
  readonly onStep: (by: 1 | -1) => void;
}

/** One item: what fails where, and the decisions it can get. */
export function ItemPane({ item, place, scanId, policy, deciding, onNext, onStep }: ItemPaneProps) {
  const [dialog, setDialog] = useState<'assign' | 'waive' | 'disable'>();
  const { perform, problem } = usePerform({ item, scanId, policy, deciding, onDone: onNext, onAsk: setDialog });
  const choices = choicesOf(item);
  useShortcuts([
    ...choices.map(({ key, act }) => ({ keys: key, run: () => void perform(act) })),
    { keys: 'z', run: () => void deciding.undo() },
    { keys: 'j', run: () => onStep(1) },
    { keys: 'k', run: () => onStep(-1) },
  ]);
  const close = (): void => {
    setDialog(undefined);
    deciding.clear();
  };
  return (
    <aside className="inbox-pane" aria-label={safe(item.title)}>
      <div className="drawer-marks">
        <span className="second small">{KIND_WORDS[item.kind].word}</span>
        <SeverityMark severity={item.severity} />
        <span className="muted small end">{place}</span>
      </div>
      <h2>{safe(item.title)}</h2>
      <p className="second prose">{safeLine(item.detail)}</p>
      <Where item={item} policy={policy} />
      <Example item={item} scanId={scanId} policy={policy} />
      {problem === undefined ? null : <Problem error={problem} />}
      <ul className="inbox-choices">
        {choices.map((choice) => (
          <li key={choice.act}>
            <button type="button" onClick={() => void perform(choice.act)}>
              <kbd>{choice.key}</kbd>
              <span>
                <span className="strong">{choice.title}</span>
                <span className="muted small">{choice.note}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {dialog === 'assign' ? (
        <AssignDialog
          policy={item.policy}
          rule={item.rule}
          title={safe(item.title)}
          teams={item.teams}
          deciding={deciding}
          onClose={close}
        />
      ) : null}
      {dialog === 'waive' && item.example !== undefined ? (
        <WaiveDialog finding={item.example} policy={item.policy} deciding={deciding} onClose={close} />
      ) : null}
      {dialog === 'disable' ? (
        <DisableDialog
          policy={item.policy}
          rule={item.rule}
          title={safe(item.title)}
          objects={item.objects}
          deciding={deciding}
          onClose={close}
        />
      ) : null}
    </aside>
  );
}

function usePerform({
  item,
  scanId,
  policy,
  deciding,
  onDone,
  onAsk,
}: {
  readonly item: InboxItem;
  readonly scanId: string;
  readonly policy: string;
  readonly deciding: Deciding;
  readonly onDone: () => void;
  readonly onAsk: (dialog: 'assign' | 'waive' | 'disable') => void;
}) {
  const { client } = useCache();
  const said = useSaid();
  const [problem, setProblem] = useState(deciding.problem);
  const save = async (
    ask: ReturnType<typeof client.waivers.remove> | ReturnType<typeof client.ratchet.demote>,
  ): Promise<void> => {
    const answer = await asResult(ask);
    setProblem(answer.ok ? undefined : answer.error);
    if (!answer.ok) return;
    said(answer.value.change);
    onDone();
  };
  const perform = async (act: Act): Promise<void> => {
    switch (act) {
      case 'assign':
      case 'waive':
      case 'disable':
        onAsk(act);
        return;
      case 'fix': {
        const [assignee] = item.teams;
        const done = await deciding.decide({
          decision: 'fix',
          policy: item.policy,
          rule: item.rule,
          ...(assignee === undefined ? {} : { assignee }),
        });
        if (done) onDone();
        return;
      }
      case 'debt':
        if (await deciding.decide({ decision: 'debt', policy: item.policy, rule: item.rule, scanId })) onDone();
        return;
      case 'demote':
        await save(client.ratchet.demote({ rules: [item.rule], from: policy, scanId, reason: `It regressed: ${item.detail}` }));
        return;
      case 'remove':
      case 'extend':
        if (item.waiver === undefined) {
          toast('The waiver stands in the object itself: change its annotation');
          return;
        }
        await save(
          act === 'remove'
            ? client.waivers.remove({ id: item.waiver, reason: 'Removed from the inbox' })
            : client.waivers.change({ id: item.waiver, patch: { expires: dayIn(DAYS) } }),
        );
    }
  };
  return { perform, problem: problem ?? deciding.problem };
}

const dayIn = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

function Where({ item, policy }: { readonly item: InboxItem; readonly policy: string }) {
  const href = useHref();
  const { namespaces, objects } = item;
  return (
    <p className="small">
      <Link className="link" href={href('/findings', { rule: item.rule, policy })}>
        {plural(objects, 'object')}
      </Link>{' '}
      <span className="muted">
        {namespaces.length === 0
          ? 'without a namespace'
          : `in ${namespaces.slice(0, 3).map(safe).join(', ')}${namespaces.length > 3 ? ` and ${namespaces.length - 3} more namespaces` : ''}`}
        {' · '}
      </span>
      <Link className="link" href={href(`/rules/${item.rule}`)}>
        the rule
      </Link>
    </p>
  );
}

/** The first failing place, with its lines marked. */
function Example({ item, scanId, policy }: { readonly item: InboxItem; readonly scanId: string; readonly policy: string }) {
  const fingerprint = item.example?.fingerprint;
  const detail = useQuery({
    key: fingerprint === undefined ? null : ['finding', scanId, policy, fingerprint],
    ask: (client, signal) => client.findings.get({ scanId, policy, fingerprint: fingerprint ?? '' }, { signal }),
    keep: true,
  });
  if (detail.data === undefined || detail.data.yaml.length === 0) return null;
  const { object } = detail.data.finding;
  return (
    <div className="inbox-example">
      <p className="small break">
        <span className="muted">{safe(object.kind)}</span> {object.namespace === undefined ? '' : `${safe(object.namespace)}/`}
        <span className="strong">{safe(object.name)}</span>
      </p>
      <YamlView label="Object as YAML" lines={detail.data.yaml} short />
    </div>
  );
}
