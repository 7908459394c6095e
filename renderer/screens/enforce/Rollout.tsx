import { useRef } from 'react';
import type { RolloutView } from '#core/api/enforce.ts';
import { SEVERITIES } from '#core/model.ts';
import { Drawer } from '../../ui/Drawer.tsx';
import { DrawerHead } from '../../ui/DrawerHead.tsx';
import { count, fullDay, plural, shortDay } from '../../ui/format.ts';
import { SeverityMark } from '../../ui/Marks.tsx';
import { safe, safeLine } from '../../ui/safe-text.ts';
import { Empty, Problem, Skeleton } from '../../ui/states.tsx';
import { DataTable, type Column } from '../../ui/table/DataTable.tsx';
import type { Room } from '../../ui/use-media.ts';
import { useWidth } from '../../ui/use-width.ts';
import { ENFORCE_MODES, type Mode } from './address.ts';
import type { Opened } from './Export.tsx';
import { ModeMark } from './outcomes.tsx';
import { RuleTitle } from './RuleTitle.tsx';
import { useAddress, useRollout, type Asked } from './use-enforce.ts';

type Row = RolloutView['rules'][number];

interface RolloutPlanProps {
  readonly asked: Asked;
  readonly opened: Opened | undefined;
  readonly onOpen: (rule: string) => void;
}

const roomOf = (width: number): Room => (width < 620 ? 'narrow' : width < 860 ? 'mid' : 'normal');

/** Rule by rule from audit over warn to deny, with the day of each step and what speaks for it. */
export function RolloutPlan({ asked, opened, onOpen }: RolloutPlanProps) {
  const { address, put } = useAddress();
  const plan = useRollout(asked, address.start);
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const view = plan.data;
  return (
    <section className="panel enforce-list" aria-labelledby="enforce-rollout" aria-busy={plan.loading} ref={box}>
      <header className="panel-head">
        <h2 id="enforce-rollout">Rollout plan</h2>
        <span className="muted small">{view === undefined ? '' : summaryOf(view)}</span>
        <label className="enforce-day small second end">
          first audit on
          <span className="field">
            <input
              type="date"
              value={address.start ?? view?.start ?? ''}
              onChange={(event) => put({ start: event.target.value === '' ? undefined : event.target.value }, true)}
            />
          </span>
        </label>
      </header>
      {plan.error !== undefined ? (
        <Problem error={plan.error} onRetry={plan.refetch} />
      ) : view === undefined ? (
        <Skeleton rows={1} />
      ) : view.rules.length === 0 ? (
        <Empty icon="clock" title="There is nothing to roll out" />
      ) : (
        <>
          <p className="enforce-note small second">
            Nobody is warned before {plural(view.criteria.days, 'day')} of audit or of holding, and nothing is denied before twice
            that and {plural(view.criteria.runs, 'clean run')}. “Rollout” on the left exports what is due.
            {address.start === undefined ? ' Set the day of the first audit, so that later days count from it.' : ''}
          </p>
          <div className="enforce-table enforce-table-high">
            <DataTable
              view="enforce-rollout"
              label="Rollout by rule"
              columns={columnsOf(view.today)}
              rows={view.rules}
              keyOf={({ rule }) => rule}
              selected={opened?.what === 'rollout' ? opened.rule : undefined}
              first={{ by: 'now', descending: true }}
              onOpen={({ rule }) => onOpen(rule)}
              {...(width === 0 ? {} : { room: roomOf(width) })}
            />
          </div>
        </>
      )}
    </section>
  );
}

function summaryOf({ rules }: RolloutView): string {
  const due = ENFORCE_MODES.toReversed().flatMap((mode) => {
    const there = rules.filter(({ now }) => now === mode).length;
    return there === 0 ? [] : [`${count(there)} ${mode}`];
  });
  return `due today: ${due.join(', ')}`;
}

const stepOf = ({ steps }: Row, mode: Mode) => steps.find((step) => step.mode === mode);

const dayColumn = (mode: Mode, today: string): Column<Row> => ({
  id: mode,
  title: `${mode} from`,
  width: 96,
  ...(mode === 'audit' ? { from: 'normal' as const } : {}),
  value: (row) => stepOf(row, mode)?.from ?? '9999',
  cell: (row) => {
    const step = stepOf(row, mode);
    if (step === undefined) return <span className="muted">not wanted</span>;
    if (step.from === undefined) {
      return (
        <span className="outcome-warned" title={safeLine(step.why)}>
          not foreseen
        </span>
      );
    }
    return (
      <time
        dateTime={step.from}
        className={step.from <= today ? 'strong' : 'second'}
        title={`${fullDay(step.from)}: ${safeLine(step.why)}`}
      >
        {step.from === today ? 'today' : shortDay(step.from)}
      </time>
    );
  },
});

const columnsOf = (today: string): readonly Column<Row>[] => [
  {
    id: 'rule',
    title: 'Rule',
    width: 190,
    grow: true,
    fixed: true,
    value: ({ title }) => title,
    cell: RuleTitle,
  },
  {
    id: 'severity',
    title: 'Severity',
    width: 92,
    from: 'normal',
    value: ({ severity }) => SEVERITIES.indexOf(severity),
    cell: ({ severity }) => <SeverityMark severity={severity} />,
  },
  {
    id: 'now',
    title: 'Due now',
    width: 84,
    fixed: true,
    value: ({ now }) => ENFORCE_MODES.indexOf(now),
    cell: ({ now }) => <ModeMark mode={now} />,
  },
  ...ENFORCE_MODES.map((mode) => dayColumn(mode, today)),
  {
    id: 'held',
    title: 'Held',
    width: 110,
    from: 'mid',
    value: ({ held }) => held.days,
    cell: ({ held }) =>
      held.runs === 0 ? <span className="muted">not yet</span> : `${plural(held.days, 'day')}, ${plural(held.runs, 'run')}`,
  },
  {
    id: 'failing',
    title: 'Failing',
    width: 72,
    align: 'end',
    value: ({ failing }) => failing ?? -1,
    cell: ({ failing }) =>
      failing === undefined ? (
        <span className="muted">–</span>
      ) : failing === 0 ? (
        <span className="muted">0</span>
      ) : (
        <b>{count(failing)}</b>
      ),
  },
];

const TITLE = 'enforce-rollout-rule';

interface RolloutDrawerProps {
  readonly asked: Asked;
  readonly rule: string;
  readonly onClose: () => void;
}

/** The evidence behind the days of one rule. */
export function RolloutDrawer({ asked, rule, onClose }: RolloutDrawerProps) {
  const { address } = useAddress();
  const row = useRollout(asked, address.start).data?.rules.find((one) => one.rule === rule);
  if (row === undefined) return null;
  return (
    <Drawer
      labelledBy={TITLE}
      onClose={onClose}
      head={
        <DrawerHead
          id={TITLE}
          title={safe(row.title)}
          marks={
            <>
              <ModeMark mode={row.now} />
              <SeverityMark severity={row.severity} />
            </>
          }
          onClose={onClose}
        >
          <p className="small muted">The policy goes as far as {row.mode}.</p>
        </DrawerHead>
      }
    >
      <section>
        <h3>Steps</h3>
        <ol className="enforce-steps">
          {row.steps.map((step) => (
            <li key={step.mode}>
              <ModeMark mode={step.mode} />
              <span>
                {step.from === undefined ? 'not foreseen' : `from ${fullDay(step.from)}`}
                <span className="muted small">{safeLine(step.why)}</span>
              </span>
            </li>
          ))}
        </ol>
      </section>
      <section>
        <h3>Evidence</h3>
        <dl className="facts">
          <dt>Held</dt>
          <dd>
            {row.held.runs === 0
              ? 'no clean run yet in at least one source that counts'
              : `${plural(row.held.runs, 'clean run')} over ${plural(row.held.days, 'day')}${row.held.since === undefined ? '' : `, since ${fullDay(row.held.since)}`}`}
          </dd>
          <dt>Failing on this scan</dt>
          <dd>{row.failing === undefined ? 'not known' : plural(row.failing, 'object')}</dd>
        </dl>
      </section>
    </Drawer>
  );
}
