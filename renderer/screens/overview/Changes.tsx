import { Link } from 'wouter';
import type { Overview } from '#core/api/findings.ts';
import { useHref } from '../../state/current.ts';
import { count } from '../../ui/format.ts';
import { VerdictMark } from '../../ui/Marks.tsx';
import { safe } from '../../ui/safe-text.ts';
import { Empty } from '../../ui/states.tsx';

const SHOWN = 10;

/** What changed since the scan before: new ones first, because they are what to act on. */
export function Changes({ overview }: { readonly overview: Overview }) {
  const href = useHref();
  const before = overview.trend.find((point) => point.scanId === overview.comparedWith);
  const changes = [...overview.changes].sort((a, b) => (a.change === b.change ? 0 : a.change === 'new' ? -1 : 1));
  // Both kinds get a say, however many there are of one.
  const fresh = changes.filter((entry) => entry.change === 'new');
  const fixed = changes.filter((entry) => entry.change === 'fixed');
  const freshRoom = Math.max(SHOWN - fixed.length, Math.ceil(SHOWN / 2));
  const shown = [...fresh.slice(0, freshRoom), ...fixed.slice(0, SHOWN - Math.min(fresh.length, freshRoom))];
  return (
    <section className="panel changes" aria-labelledby="changes-title">
      <header className="panel-head">
        <h2 id="changes-title">What changed</h2>
        <span className="muted small">
          {overview.comparedWith === undefined
            ? 'nothing to compare with yet'
            : `against scan ${before === undefined ? 'before' : `#${before.number}`}`}
        </span>
        <span className="end" />
        {overview.comparedWith === undefined || overview.newFindings + overview.fixedFindings === 0 ? null : (
          <Link className="link small" href={href('/history/diff', { from: overview.comparedWith, to: overview.scanId })}>
            {count(overview.newFindings)} new, {count(overview.fixedFindings)} fixed
          </Link>
        )}
      </header>
      {shown.length === 0 ? (
        <Empty icon="history" title={overview.comparedWith === undefined ? 'This is the first scan' : 'Nothing changed'}>
          <p className="small">
            {overview.comparedWith === undefined
              ? 'The next one will show here what is new and what is fixed.'
              : 'No finding is new and none is fixed since the scan before.'}
          </p>
        </Empty>
      ) : (
        <ul>
          {shown.map(({ change, finding }) => {
            const place = `${finding.object.namespace === undefined ? '' : `${finding.object.namespace}/`}`;
            const to =
              change === 'new'
                ? href('/findings', { rule: finding.rule, finding: finding.fingerprint })
                : href('/history/diff', { from: overview.comparedWith, to: overview.scanId, part: 'fixed' });
            return (
              <li key={`${change} ${finding.fingerprint}`}>
                <Link href={to}>
                  {change === 'new' ? <VerdictMark verdict="fail" word="new" /> : <VerdictMark verdict="pass" word="fixed" />}
                  <code className="table-cut" title={safe(finding.title)}>
                    {finding.rule}
                  </code>
                  <span className="table-cut" title={safe(`${finding.object.kind} ${place}${finding.object.name}`)}>
                    <span className="muted">{safe(place)}</span>
                    {safe(finding.object.name)}
                  </span>
                  <span className="muted table-cut">{safe(finding.team ?? '')}</span>
                </Link>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
