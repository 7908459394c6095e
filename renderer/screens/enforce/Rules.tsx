import { useRef } from 'react';
import type { EnforcePreview, EnforceRule } from '#core/api/enforce.ts';
import { REPLAY_OUTCOMES, type ReplayOutcome } from '#core/enforce/replay/words.ts';
import { SEVERITIES } from '#core/model.ts';
import { count, plural } from '../../ui/format.ts';
import { SeverityMark } from '../../ui/Marks.tsx';
import { safe, safeLine } from '../../ui/safe-text.ts';
import { Empty } from '../../ui/states.tsx';
import { DataTable, type Column } from '../../ui/table/DataTable.tsx';
import type { Room } from '../../ui/use-media.ts';
import { useWidth } from '../../ui/use-width.ts';
import { ENFORCE_MODES } from './address.ts';
import type { Opened } from './Export.tsx';
import { RuleTitle } from './RuleTitle.tsx';
import { hardestOf, ModeMark, OUTCOME_WORDS } from './outcomes.tsx';

interface RulesProps {
  readonly preview: EnforcePreview;
  readonly opened: Opened | undefined;
  readonly onOpen: (rule: string) => void;
}

const roomOf = (width: number): Room => (width < 620 ? 'narrow' : width < 820 ? 'mid' : width < 1100 ? 'normal' : 'wide');

/** What each rule does where, and what is not exported and why. */
export function Rules({ preview, opened, onOpen }: RulesProps) {
  const { rules, skipped } = preview;
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const narrowed = rules.filter(({ narrowed: text }) => text !== undefined).length;
  const carried = rules.reduce((sum, { waivers }) => sum + waivers.length, 0);
  const left = rules.reduce((sum, { waiversLeftOut }) => sum + waiversLeftOut.length, 0);
  return (
    <div className="enforce-stack" ref={box}>
      <section className="panel enforce-list" aria-labelledby="enforce-rules">
        <header className="panel-head">
          <h2 id="enforce-rules">Exported</h2>
          <span className="muted small">
            {plural(rules.length, 'rule')}
            {narrowed === 0 ? '' : `, ${count(narrowed)} narrowed`}; {plural(carried, 'waiver')} carried
            {left === 0 ? '' : `, ${count(left)} left out`}
          </span>
        </header>
        {rules.length === 0 ? (
          <Empty icon="enforce" title="No rule is exported" />
        ) : (
          <div className="enforce-table enforce-table-high">
            <DataTable
              view="enforce-rules"
              label="Exported rules"
              columns={COLUMNS}
              rows={rules}
              keyOf={({ rule }) => rule}
              selected={opened?.what === 'rule' ? opened.rule : undefined}
              first={{ by: 'mode', descending: false }}
              onOpen={({ rule }) => onOpen(rule)}
              {...(width === 0 ? {} : { room: roomOf(width) })}
            />
          </div>
        )}
      </section>
      <Skipped skipped={skipped} />
    </div>
  );
}

/** `warn; deny in payments`: what a rule does, and where it does something else. */
function Elsewhere({ rule }: { readonly rule: EnforceRule }) {
  const named = rule.actions.filter(({ namespaces }) => namespaces !== undefined);
  if (named.length === 0) return <span className="muted">everywhere</span>;
  const text = named.map(({ mode, namespaces = [] }) => `${mode} in ${namespaces.map(safe).join(', ')}`).join('; ');
  return (
    <span className="table-cut" title={text}>
      {text}
    </span>
  );
}

const general = (rule: EnforceRule) => rule.actions.find(({ namespaces }) => namespaces === undefined)?.mode ?? hardestOf(rule);

/** First what matters: what denies, and of that what has most against it. */
const rank = (rule: EnforceRule): number =>
  (ENFORCE_MODES.length - 1 - ENFORCE_MODES.indexOf(hardestOf(rule))) * 1e9 -
  (rule.counts === undefined ? 0 : rule.counts.denied + rule.counts.warned + rule.counts.audited);

const figure = (id: ReplayOutcome, title: string, width: number): Column<EnforceRule> => ({
  id,
  title,
  width,
  align: 'end',
  ...(id === 'denied' || id === 'warned' ? {} : id === 'audited' ? { from: 'normal' as const } : { from: 'wide' as const }),
  value: ({ counts }) => counts?.[id] ?? 0,
  cell: ({ counts }) =>
    counts === undefined || counts[id] === 0 ? (
      <span className="muted">0</span>
    ) : (
      <span className={`outcome-${id}`} title={`${plural(counts[id], 'object')} ${OUTCOME_WORDS[id]}`}>
        {count(counts[id])}
      </span>
    ),
});

const COLUMNS: readonly Column<EnforceRule>[] = [
  {
    id: 'rule',
    title: 'Rule',
    width: 200,
    grow: true,
    fixed: true,
    value: ({ title }) => title,
    cell: ({ title, rule, narrowed, waiversLeftOut }) => (
      <>
        <RuleTitle title={title} rule={rule} />
        {narrowed === undefined ? null : (
          <span className="tag" title={safeLine(narrowed)}>
            narrowed
          </span>
        )}
        {waiversLeftOut.length === 0 ? null : (
          <span className="tag enforce-tag-bad" title={`${plural(waiversLeftOut.length, 'waiver')} cannot be carried`}>
            waivers left out
          </span>
        )}
      </>
    ),
  },
  {
    id: 'severity',
    title: 'Severity',
    width: 92,
    from: 'mid',
    value: ({ severity }) => SEVERITIES.indexOf(severity),
    cell: ({ severity }) => <SeverityMark severity={severity} />,
  },
  { id: 'mode', title: 'Does', width: 80, fixed: true, value: rank, cell: (rule) => <ModeMark mode={general(rule)} /> },
  { id: 'where', title: 'Where', width: 150, from: 'normal', cell: (rule) => <Elsewhere rule={rule} /> },
  {
    id: 'policy',
    title: 'Policy says',
    width: 84,
    from: 'wide',
    value: ({ mode }) => mode,
    cell: ({ mode }) => <span className="muted">{mode}</span>,
  },
  ...REPLAY_OUTCOMES.map((outcome) =>
    figure(
      outcome,
      { denied: 'Denied', warned: 'Warned', audited: 'Audited', notEvaluated: 'Not eval.', letThrough: 'Let through' }[outcome],
      outcome === 'letThrough' ? 92 : 76,
    ),
  ),
  {
    id: 'waivers',
    title: 'Waivers',
    width: 70,
    align: 'end',
    from: 'normal',
    value: ({ waivers }) => waivers.length,
    cell: ({ waivers }) => (waivers.length === 0 ? <span className="muted">0</span> : count(waivers.length)),
  },
];

type SkippedRow = EnforcePreview['skipped'][number];

const SKIPPED: readonly Column<SkippedRow>[] = [
  {
    id: 'rule',
    title: 'Rule',
    width: 200,
    grow: true,
    fixed: true,
    value: ({ title }) => title,
    cell: RuleTitle,
  },
  {
    id: 'why',
    title: 'Why not',
    width: 260,
    grow: true,
    fixed: true,
    value: ({ why }) => why,
    cell: ({ why }) => (
      <span className="second table-cut" title={safeLine(why)}>
        {safeLine(why)}
      </span>
    ),
  },
];

function Skipped({ skipped }: { readonly skipped: readonly SkippedRow[] }) {
  return (
    <section className="panel enforce-list" aria-labelledby="enforce-skipped">
      <header className="panel-head">
        <h2 id="enforce-skipped">Not exported</h2>
        <span className="muted small">
          {skipped.length === 0 ? 'every rule of the policy is' : `${plural(skipped.length, 'rule')}, judged by scans only`}
        </span>
      </header>
      {skipped.length === 0 ? null : (
        <div className="enforce-table">
          <DataTable
            view="enforce-skipped"
            label="Rules that are not exported"
            columns={SKIPPED}
            rows={skipped}
            keyOf={({ rule }) => rule}
          />
        </div>
      )}
    </section>
  );
}
