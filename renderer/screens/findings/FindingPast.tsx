import type { FindingDetail } from '#core/api/findings.ts';
import type { Verdict } from '#core/model.ts';
import { useNow } from '../../app/use-now.ts';
import { age, dateTime, shortDay } from '../../ui/format.ts';
import { VERDICT_WORDS } from '../../ui/Marks.tsx';

const STRIP: Readonly<Record<Verdict, string>> = {
  fail: 'run-fail',
  pass: 'run-pass',
  waived: 'run-waived',
  notApplicable: 'run-unknown',
  error: 'run-unknown',
  notEvaluated: 'run-unknown',
};

/** Where a moment stands between two others, 0 to 1. */
const share = (from: string, to: string, at: string): number => {
  const span = Date.parse(to) - Date.parse(from);
  return span <= 0 ? 0 : (Date.parse(at) - Date.parse(from)) / span;
};

/** Since when, and in which scans. */
export function Past({ detail }: { readonly detail: FindingDetail }) {
  const now = useNow();
  const { firstSeen, lastSeen, runs } = detail.history;
  const first = runs[0];
  const last = runs.at(-1);
  return (
    <section>
      <h3>
        History of this finding{' '}
        <span className="muted small">{firstSeen === undefined ? '' : `open for ${age(firstSeen, now)}`}</span>
      </h3>
      {runs.length < 2 || first === undefined || last === undefined ? null : (
        <>
          <div
            className="runs-strip"
            role="img"
            aria-label={`Failing in ${runs.filter((run) => run.verdict === 'fail').length} of ${runs.length} scans`}
          >
            {runs.map((run) => (
              <span
                key={run.scanId}
                className={run.verdict === undefined ? 'run-absent' : STRIP[run.verdict]}
                style={{ left: `${share(first.startedAt, last.startedAt, run.startedAt) * 100}%` }}
                title={`${dateTime(run.startedAt)}: ${run.verdict === undefined ? 'not there' : VERDICT_WORDS[run.verdict]}`}
              />
            ))}
          </div>
          <div className="runs-days micro muted">
            <span>{shortDay(first.startedAt)}</span>
            <span>{shortDay(last.startedAt)}</span>
          </div>
        </>
      )}
      <dl className="facts">
        <dt>First seen</dt>
        <dd>{firstSeen === undefined ? 'in the first scan of this source' : dateTime(firstSeen)}</dd>
        {lastSeen === undefined ? null : (
          <>
            <dt>Last seen</dt>
            <dd>{dateTime(lastSeen)}</dd>
          </>
        )}
      </dl>
    </section>
  );
}
