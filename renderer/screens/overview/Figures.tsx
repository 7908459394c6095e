import { Link } from 'wouter';
import type { Run } from '#core/api/common.ts';
import type { Overview } from '#core/api/findings.ts';
import type { InboxPage } from '#core/api/inbox.ts';
import { SEVERITIES } from '#core/model.ts';
import { POSTURE_WEIGHTS } from '#core/policy/posture.ts';
import { useHref } from '../../state/current.ts';
import { count, percent, signed } from '../../ui/format.ts';
import { Tooltip } from '../../ui/overlays.tsx';

interface FiguresProps {
  readonly overview: Overview;
  readonly run: Run;
  /** Undefined until it is known. */
  readonly inbox: InboxPage | undefined;
}

/** Six figures; each leads to what it counts. */
export function Figures({ overview, run, inbox }: FiguresProps) {
  const href = useHref();
  const before = overview.trend.findLast((point) => point.scanId !== run.id);
  const since = before === undefined ? 'first scan' : `since #${before.number}`;
  const first = overview.comparedWith === undefined;
  const diff = href('/history/diff', { from: overview.comparedWith, to: run.id });
  const counts = inbox?.counts;
  return (
    <section className="panel figures" aria-label="Figures">
      <Posture overview={overview} since={since} />
      <Figure
        to={href('/findings', { verdict: 'fail' })}
        name="Failing"
        value={count(overview.findings)}
        note={overview.findings === 1 ? 'finding' : 'findings'}
      />
      <Figure
        to={href('/inbox')}
        name="In the inbox"
        value={counts === undefined ? '–' : count(counts.undecided + counts.waivers + counts.demotions + counts.overdue)}
        note={counts === undefined ? '' : `${count(counts.undecided)} undecided`}
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
      <Figure
        to={href('/findings', { verdict: 'waived' })}
        name="Waived"
        value={count(overview.waived)}
        note={counts === undefined || counts.waivers === 0 ? 'verdicts' : `${count(counts.waivers)} to look at`}
      />
    </section>
  );
}

/** The formula is published where the figure stands: in its tooltip, which its description repeats. */
const WEIGHTS = SEVERITIES.map((severity) => `${severity} ${POSTURE_WEIGHTS[severity]}`).join(', ');
const FORMULA = `Posture is pass / (pass + fail), each verdict weighted by the severity of its rule (${WEIGHTS}).`;

function Posture({ overview, since }: { readonly overview: Overview; readonly since: string }) {
  const href = useHref();
  const { rate, pass, fail, covered, change } = overview.posture;
  const unknown = overview.notEvaluated + overview.errors;
  const text = `${FORMULA} Here ${count(pass)} verdicts pass and ${count(fail)} fail; waived and not evaluated ones count as neither. ${percent(covered)} of what can be listed was read.`;
  return (
    <Tooltip text={text}>
      <Link href={href('/findings', unknown === 0 ? {} : { verdict: ['fail', 'notEvaluated', 'error'] })} aria-description={text}>
        <Words
          name={`Posture, of ${percent(covered)} covered`}
          value={rate === undefined ? 'none' : percent(rate, 1)}
          note={change === undefined ? `${count(pass)} of ${count(pass + fail)} pass` : `${signed(change * 100)} ${since}`}
          more={unknown === 0 ? undefined : `${count(unknown)} not evaluated`}
          tone={change === undefined || Math.abs(change) < 0.0005 ? '' : change > 0 ? 'gain' : 'loss'}
        />
      </Link>
    </Tooltip>
  );
}

interface WordsProps {
  readonly name: string;
  readonly value: string;
  readonly note: string;
  /** A second note, where there is room. */
  readonly more?: string | undefined;
  readonly tone?: '' | 'gain' | 'loss';
}

function Words({ name, value, note, more, tone = '' }: WordsProps) {
  return (
    <>
      <span className="figure-name">{name}</span>
      <span className="figure-value">
        {value}
        <small className={tone}>{note}</small>
        {more === undefined ? null : <small className="wide-only">{more}</small>}
      </span>
    </>
  );
}

function Figure({ to, ...text }: WordsProps & { readonly to: string }) {
  return (
    <Link href={to}>
      <Words {...text} />
    </Link>
  );
}
