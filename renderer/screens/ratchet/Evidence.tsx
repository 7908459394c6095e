import { Link } from 'wouter';
import type { RatchetView, SourceStreak } from '#core/api/ratchet.ts';
import { useHref } from '../../state/current.ts';
import { count, dateTime, plural } from '../../ui/format.ts';
import { VerdictMark } from '../../ui/Marks.tsx';
import { safe, safeLine } from '../../ui/safe-text.ts';

type Criteria = RatchetView['criteria'];

/** More squares than this say less than a number. */
const MOST_SQUARES = 10;

/** The streak of one source: a square per clean run asked for, and the days they span. */
export function Streak({ streak, criteria }: { readonly streak: SourceStreak; readonly criteria: Criteria }) {
  const clean = Math.min(streak.runs, criteria.runs);
  const days = Math.floor(streak.days);
  return (
    <span className="streak" title={`${safe(streak.source)}: ${said(streak, criteria)}`}>
      <span className="streak-source table-cut">{safe(streak.source)}</span>
      {criteria.runs > MOST_SQUARES ? (
        <span className="figure">
          {streak.runs} of {criteria.runs}
        </span>
      ) : (
        <span className="squares" aria-hidden="true">
          {Array.from({ length: criteria.runs }, (_, index) => (
            <i key={index} className={index < clean ? 'square-on' : ''} />
          ))}
        </span>
      )}
      <span className="sr-only">{plural(streak.runs, 'clean run')},</span>
      <span className="figure">{plural(days, 'day')}</span>
    </span>
  );
}

const said = (streak: SourceStreak, criteria: Criteria): string =>
  `${plural(streak.runs, 'clean run')} of ${criteria.runs} needed, over ${plural(Math.floor(streak.days), 'day')} of ${criteria.days} needed${streak.ended === undefined ? '' : `; ${streak.runs === 0 ? '' : 'before that, '}${safeLine(streak.ended)}`}`;

/** The runs behind a streak, the newest first, with what each counted. */
export function StreakRuns({ streak, criteria }: { readonly streak: SourceStreak; readonly criteria: Criteria }) {
  const href = useHref();
  return (
    <section>
      <h3>
        {safe(streak.source)} <span className="tag">{streak.kind === 'ci' ? 'CI' : streak.kind}</span>
        <span className="end small">
          {streak.enough ? <VerdictMark verdict="pass" word="enough" /> : <span className="muted">not enough yet</span>}
        </span>
      </h3>
      <p className="small muted">{said(streak, criteria)}.</p>
      {streak.evidence.length === 0 ? (
        <p className="small">No run of this source has judged the rule.</p>
      ) : (
        <table className="evidence">
          <thead>
            <tr>
              <th scope="col">Run</th>
              <th scope="col">Pass</th>
              <th scope="col">Fail</th>
              <th scope="col">Clean</th>
            </tr>
          </thead>
          <tbody>
            {streak.evidence.map((run) => (
              <tr key={run.scanId}>
                <td>
                  <Link className="link" href={href('/', { scan: run.scanId })}>
                    {dateTime(run.startedAt)}
                  </Link>
                </td>
                <td className="figure">{count(run.pass)}</td>
                <td className="figure">{count(run.fail)}</td>
                <td>
                  {run.ends === undefined ? (
                    <VerdictMark verdict="pass" word="clean" />
                  ) : (
                    <span className="loss" title={safeLine(run.ends)}>
                      {safeLine(run.ends)}
                    </span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
