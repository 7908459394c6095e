import { Link } from 'wouter';
import type { Run } from '#core/api/common.ts';
import type { Overview } from '#core/api/findings.ts';
import { useHref } from '../../state/current.ts';
import { count, percent, signed } from '../../ui/format.ts';

/** Six figures; each leads to what it counts. */
export function Figures({ overview, run }: { readonly overview: Overview; readonly run: Run }) {
  const href = useHref();
  const { pass, fail, covered, change } = overview.posture;
  const before = overview.trend.findLast((point) => point.scanId !== run.id);
  const since = before === undefined ? 'first scan' : `since #${before.number}`;
  const first = overview.comparedWith === undefined;
  const missing = overview.notEvaluated + overview.errors;
  const diff = href('/history/diff', { from: overview.comparedWith, to: run.id });
  return (
    <section className="panel figures" aria-label="Figures">
      <Figure
        to={href('/findings')}
        name={`Posture, of ${percent(covered)} covered`}
        value={pass + fail === 0 ? 'none' : percent(pass / (pass + fail), 1)}
        note={change === undefined ? `${count(pass)} of ${count(pass + fail)} pass` : `${signed(change * 100)} ${since}`}
        tone={change === undefined || Math.abs(change) < 0.0005 ? '' : change > 0 ? 'gain' : 'loss'}
      />
      <Figure
        to={href('/findings', { verdict: 'fail' })}
        name="Failing"
        value={count(overview.findings)}
        note={overview.findings === 1 ? 'finding' : 'findings'}
      />
      <Figure
        to={first ? href('/findings') : diff}
        name="New since last scan"
        value={first ? '–' : count(overview.newFindings)}
        note={since}
      />
      <Figure
        to={first ? href('/history') : diff}
        name="Fixed"
        value={first ? '–' : count(overview.fixedFindings)}
        note={since}
      />
      <Figure to={href('/findings', { verdict: 'waived' })} name="Waived" value={count(overview.waived)} note="verdicts" />
      <Figure
        to={href('/findings', { verdict: ['notEvaluated', 'error'] })}
        name="Not evaluated"
        value={count(missing)}
        note={overview.errors === 0 ? 'verdicts' : `${count(overview.errors)} errors`}
      />
    </section>
  );
}

interface FigureProps {
  readonly to: string;
  readonly name: string;
  readonly value: string;
  readonly note: string;
  readonly tone?: '' | 'gain' | 'loss';
}

function Figure({ to, name, value, note, tone = '' }: FigureProps) {
  return (
    <Link href={to}>
      <span className="figure-name">{name}</span>
      <span className="figure-value">
        {value}
        <small className={tone}>{note}</small>
      </span>
    </Link>
  );
}
