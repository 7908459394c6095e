import { useState } from 'react';
import type { PolicyRuleRow, PolicySummary } from '#core/api/policies.ts';
import type { Run } from '#core/api/common.ts';
import { useQuery } from '../../state/query.ts';
import { Button, Segments } from '../../ui/controls.tsx';
import { count, plural } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { safe } from '../../ui/safe-text.ts';
import { Empty, Problem, Skeleton } from '../../ui/states.tsx';
import { AnnotationWaivers } from './AnnotationWaivers.tsx';
import { changesOf, isChanged, modeOf, NO_DRAFT, toggled, type Draft } from './draft.ts';
import { DraftPanel } from './DraftPanel.tsx';
import { EditorTable } from './EditorTable.tsx';
import { NewPolicyDialog } from './NewPolicyDialog.tsx';
import { Stage } from './PolicyList.tsx';
import { Revisions } from './Revisions.tsx';
import { RuleSettings } from './RuleSettings.tsx';

type Which = 'all' | 'on' | 'own' | 'changed';

/** Every rule once: whether it is on, what it does now, and where the setting comes from. Nothing is saved before it is asked for. */
export function Editor({
  name,
  run,
  onOpen,
}: {
  readonly name: string;
  readonly run: Run | undefined;
  readonly onOpen: (name: string) => void;
}) {
  const scanId = run?.id;
  const page = useQuery({
    key: ['policy', name, scanId ?? null],
    ask: (client, signal) => client.policies.get(scanId === undefined ? { name } : { name, scanId }, { signal }),
    on: ['workspace', 'runs'],
    keep: true,
  });
  const [draft, setDraft] = useState<Draft>(NO_DRAFT);
  const [open, setOpen] = useState<string>();
  const [copying, setCopying] = useState(false);
  if (page.error !== undefined) return <Problem error={page.error} onRetry={page.refetch} />;
  if (page.data === undefined) return <Skeleton rows={2} />;
  const { policy, rules, chain } = page.data;
  const editable = policy.origin === 'workspace';
  const opened = rules.find((row) => row.rule === open);
  const toggle = (row: PolicyRuleRow): void => setDraft(toggled(draft, row, policy.stage));
  return (
    <div className="policies-editor">
      <section className="panel" aria-label={`Rules of ${safe(name)}`}>
        <header className="panel-head">
          <h2>{safe(name)}</h2>
          <Stage policy={policy} />
          <span className="muted small">
            {subtitle(policy, chain)}
            {changesOf(draft) === 0 ? '' : `, draft of r${(policy.revision ?? 0) + 1}`}
          </span>
        </header>
        {editable ? null : (
          <div className="policies-note">
            <p className="second small">
              {policy.origin === 'template' ? 'A template' : 'A built-in policy'}: it changes with Plimsoll, not here. A policy of
              your own can extend it.
            </p>
            <Button small onClick={() => setCopying(true)}>
              Make your own from it…
            </Button>
          </div>
        )}
        <Rows page={rules} draft={draft} editable={editable} selected={open} onOpen={setOpen} onToggle={toggle} />
      </section>
      <div className="policies-side">
        {opened === undefined ? null : (
          <RuleSettings
            key={opened.rule}
            row={opened}
            draft={draft}
            policy={policy}
            editable={editable}
            onDraft={setDraft}
            onClose={() => setOpen(undefined)}
          />
        )}
        {changesOf(draft) === 0 ? null : (
          <DraftPanel page={page.data} draft={draft} run={run} onDiscard={() => setDraft(NO_DRAFT)} />
        )}
        <AnnotationWaivers page={page.data} draft={draft} editable={editable} onDraft={setDraft} />
        {editable ? <Revisions name={name} /> : null}
        {page.data.problems.length === 0 ? null : <Lint problems={page.data.problems} />}
      </div>
      <NewPolicyDialog open={copying} policies={[policy]} parent={name} onClose={() => setCopying(false)} onMade={onOpen} />
    </div>
  );
}

function subtitle(policy: PolicySummary, chain: readonly string[]): string {
  const parents = chain.slice(1);
  const from = parents.length === 0 ? safe(policy.title) : `extends ${parents.map(safe).join(', which extends ')}`;
  return policy.revision === undefined ? from : `${from} · r${policy.revision}`;
}

function Rows({
  page,
  draft,
  editable,
  selected,
  onOpen,
  onToggle,
}: {
  readonly page: readonly PolicyRuleRow[];
  readonly draft: Draft;
  readonly editable: boolean;
  readonly selected: string | undefined;
  readonly onOpen: (rule: string) => void;
  readonly onToggle: (row: PolicyRuleRow) => void;
}) {
  const [text, setText] = useState('');
  const [which, setWhich] = useState<Which>('all');
  const wanted = text.trim().toLowerCase();
  const rows = page.filter((row) => `${row.rule} ${row.title}`.toLowerCase().includes(wanted) && shows(which, row, draft));
  const changed = Object.keys(draft.rules).length;
  return (
    <>
      <div className="policies-filter">
        <label className="field">
          <Icon name="search" />
          <span className="sr-only">Filter rules</span>
          <input
            value={text}
            placeholder={`Filter ${count(page.length)} rules`}
            spellCheck={false}
            autoComplete="off"
            maxLength={200}
            onChange={(event) => setText(event.target.value)}
          />
        </label>
        <Segments
          label="Rules shown"
          value={which}
          onChange={setWhich}
          choices={[
            { value: 'all', label: 'all' },
            { value: 'on', label: 'on' },
            { value: 'own', label: 'own' },
            { value: 'changed', label: changed === 0 ? 'changed' : `changed ${changed}` },
          ]}
        />
        <span className="muted small end" role="status">
          {plural(rows.length, 'rule')}
        </span>
      </div>
      {rows.length === 0 ? (
        <Empty
          icon="search"
          title="No rule is left"
          acts={
            <Button
              onClick={() => {
                setText('');
                setWhich('all');
              }}
            >
              Show all
            </Button>
          }
        />
      ) : (
        <EditorTable rows={rows} draft={draft} editable={editable} selected={selected} onOpen={onOpen} onToggle={onToggle} />
      )}
    </>
  );
}

function shows(which: Which, row: PolicyRuleRow, draft: Draft): boolean {
  switch (which) {
    case 'all':
      return true;
    case 'on':
      return modeOf(draft, row) !== 'off';
    case 'own':
      return row.own !== undefined || isChanged(draft, row.rule);
    case 'changed':
      return isChanged(draft, row.rule);
  }
}

function Lint({ problems }: { readonly problems: readonly { readonly path: string; readonly message: string }[] }) {
  return (
    <section className="panel" aria-label="Lint">
      <header className="panel-head">
        <h2>Worth a look</h2>
        <span className="muted small">{plural(problems.length, 'remark')}</span>
      </header>
      <ul className="policies-remarks small">
        {problems.map((problem) => (
          <li key={`${problem.path} ${problem.message}`}>
            <code>{safe(problem.path)}</code> {safe(problem.message)}
          </li>
        ))}
      </ul>
    </section>
  );
}
