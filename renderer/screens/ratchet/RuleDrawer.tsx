import { Link } from 'wouter';
import type { BaselineRow, GapRow, RatchetView, ReadyRow } from '#core/api/ratchet.ts';
import type { Change } from '#core/api/workspace.ts';
import { useHref } from '../../state/current.ts';
import { Button } from '../../ui/controls.tsx';
import { Drawer } from '../../ui/Drawer.tsx';
import { DrawerHead } from '../../ui/DrawerHead.tsx';
import { count, dateTime, plural, words } from '../../ui/format.ts';
import { SeverityMark } from '../../ui/Marks.tsx';
import { safe, safeLine } from '../../ui/safe-text.ts';
import { StreakRuns } from './Evidence.tsx';

interface RuleDrawerProps {
  readonly view: RatchetView;
  readonly rule: string;
  readonly onClose: () => void;
  readonly onPromote: (row: ReadyRow) => void;
  readonly onDemote: (row: BaselineRow) => void;
  readonly onUndo: (change: Change) => void;
}

const TITLE = 'ratchet-rule';

/** One rule of the pair: where it stands and the runs that say so. */
export function RuleDrawer({ view, rule, onClose, onPromote, onDemote, onUndo }: RuleDrawerProps) {
  const href = useHref();
  const held = view.held.find((row) => row.rule === rule);
  const ready = view.ready.find((row) => row.rule === rule);
  const gap = view.gap.find((row) => row.rule === rule);
  const row = held ?? ready ?? gap;
  if (row === undefined) return null;
  const streaks = ready?.streaks ?? gap?.streaks ?? [];
  const policy = held === undefined ? {} : { policy: view.baseline?.name };
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
              <SeverityMark severity={row.severity} />
              <span className="muted small">
                {words(row.category)}, {row.effort} to fix
              </span>
            </>
          }
          onClose={onClose}
        >
          <p className="small">
            <Link className="link" href={href(`/rules/${rule}`)}>
              <code>{rule}</code>
            </Link>
          </p>
        </DrawerHead>
      }
    >
      <section>
        <div className="acts">
          {ready === undefined ? null : (
            <Button look="primary" onClick={() => onPromote(ready)}>
              Promote
            </Button>
          )}
          <Link className="button" href={href('/findings', { rule, ...policy })}>
            Findings
          </Link>
          {held === undefined ? null : (
            <Button look="danger" onClick={() => onDemote(held)}>
              Demote…
            </Button>
          )}
        </div>
      </section>
      {held === undefined ? null : <Held row={held} onUndo={onUndo} />}
      {gap === undefined ? null : <Missing row={gap} />}
      {streaks.map((streak) => (
        <StreakRuns key={streak.source} streak={streak} criteria={view.criteria} />
      ))}
      {held === undefined && streaks.length === 0 ? (
        <section>
          <p className="small muted">No source that counts has a run yet, so nothing shows that it passes.</p>
        </section>
      ) : null}
    </Drawer>
  );
}

function Held({ row, onUndo }: { readonly row: BaselineRow; readonly onUndo: (change: Change) => void }) {
  const { regressed, promoted } = row;
  const change = promoted?.change;
  return (
    <section>
      <h3>In the baseline</h3>
      <dl className="facts">
        <dt>Mode</dt>
        <dd>{row.mode}</dd>
        <dt>Verdicts</dt>
        <dd>
          {count(row.counts.pass)} pass, {count(row.counts.fail)} fail, {count(row.counts.waived)} waived
        </dd>
        {row.heldSince === undefined ? null : (
          <>
            <dt>Held since</dt>
            <dd>{dateTime(row.heldSince)}</dd>
          </>
        )}
        <dt>Known debt</dt>
        <dd>{row.debt === 0 ? 'none' : `${plural(row.debt, 'failure')} that do not count`}</dd>
        {promoted === undefined ? null : (
          <>
            <dt>Promoted</dt>
            <dd>
              {dateTime(promoted.at)}, revision {promoted.revision}{' '}
              {change === undefined ? null : (
                <Button small icon="undo" onClick={() => onUndo(change)}>
                  Undo
                </Button>
              )}
            </dd>
          </>
        )}
      </dl>
      {regressed === undefined ? null : (
        <>
          <h3 className="loss broke-title">Broken by {plural(regressed.total, 'object')}</h3>
          <ul className="broke">
            {regressed.objects.map((object) => (
              <li key={`${object.kind} ${object.namespace ?? ''}/${object.name}`}>
                <span className="muted">{safe(object.kind)}</span>{' '}
                {object.namespace === undefined ? '' : `${safe(object.namespace)}/`}
                <b>{safe(object.name)}</b>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Missing({ row }: { readonly row: GapRow }) {
  return (
    <section>
      <h3>In the gap</h3>
      <p>{safeLine(row.blocked ?? row.forecast)}</p>
      <dl className="facts gap-facts">
        <dt>Failing</dt>
        <dd>
          {plural(row.failing, 'object')}, {plural(row.findings, 'finding')}
        </dd>
        <dt>Namespaces</dt>
        <dd>{count(row.namespaces)}</dd>
        <dt>Teams</dt>
        <dd>{row.teams.length === 0 ? 'none' : safe(row.teams.join(', '))}</dd>
        <dt>Verdicts</dt>
        <dd>
          {count(row.counts.pass)} pass, {count(row.counts.fail)} fail, {count(row.counts.waived)} waived,{' '}
          {count(row.counts.notEvaluated + row.counts.error)} not evaluated
        </dd>
      </dl>
    </section>
  );
}
