import { useState } from 'react';
import { Link } from 'wouter';
import type { Run } from '#core/api/common.ts';
import type { FindingDetail } from '#core/api/findings.ts';
import type { Verdict } from '#core/model.ts';
import { useNow } from '../../app/use-now.ts';
import { useHref } from '../../state/current.ts';
import { useQuery } from '../../state/query.ts';
import { Button, Segments } from '../../ui/controls.tsx';
import { Drawer } from '../../ui/Drawer.tsx';
import { age, count, dateTime, plural, shortDay, words } from '../../ui/format.ts';
import { SeverityMark, SeverityShape, VERDICT_WORDS, VerdictMark } from '../../ui/Marks.tsx';
import { safe, safeLine } from '../../ui/safe-text.ts';
import { Problem, Skeleton } from '../../ui/states.tsx';
import { copy } from '../../ui/toast.tsx';
import { YamlView } from '../../ui/yaml/YamlView.tsx';

interface FindingDrawerProps {
  readonly run: Run;
  readonly policy: string;
  readonly fingerprint: string;
  readonly before: number | undefined;
  readonly after: number | undefined;
  readonly onStep: (by: 1 | -1) => void;
  readonly onClose: () => void;
}

const TITLE = 'finding-title';

/** One finding: what fails, why it matters, where in the object, how to fix it, since when. */
export function FindingDrawer({ run, policy, fingerprint, before, after, onStep, onClose }: FindingDrawerProps) {
  const href = useHref();
  const detail = useQuery({
    key: ['finding', run.id, policy, fingerprint],
    ask: (client, signal) => client.findings.get({ scanId: run.id, policy, fingerprint }, { signal }),
    on: ['settings'],
    keep: true,
  });
  const shown = detail.data;
  const acts = (
    <span className="acts end">
      <Button look="quiet" small icon="up" aria-label="Finding before" title="Finding before (k)" disabled={before === undefined} onClick={() => onStep(-1)} />
      <Button look="quiet" small icon="down" aria-label="Finding after" title="Finding after (j)" disabled={after === undefined} onClick={() => onStep(1)} />
      <Button
        look="quiet"
        small
        icon="link"
        aria-label="Copy link"
        title="Copy link"
        // The run is part of the link: tomorrow's scan may not have this finding.
        onClick={() => void copy(new URL(href(location.pathname, { ...queryNow(), scan: run.id }), location.origin).href, 'Link copied')}
      />
      <Button look="quiet" small icon="close" aria-label="Close" title="Close (Esc)" onClick={onClose} />
    </span>
  );
  const head =
    shown === undefined ? (
      <div className="drawer-marks">
        <h2 id={TITLE}>Finding</h2>
        {acts}
      </div>
    ) : (
      <Head detail={shown} acts={acts} />
    );
  return (
    <Drawer labelledBy={TITLE} head={head} onClose={onClose}>
      {detail.error !== undefined ? <Problem error={detail.error} onRetry={detail.refetch} /> : shown === undefined ? <Skeleton rows={2} /> : <Body detail={shown} />}
    </Drawer>
  );
}

const queryNow = (): Record<string, readonly string[]> => {
  const params = new URLSearchParams(location.search);
  return Object.fromEntries([...new Set(params.keys())].map((name) => [name, params.getAll(name)]));
};

function Head({ detail, acts }: { readonly detail: FindingDetail; readonly acts: React.ReactNode }) {
  const { finding } = detail;
  const { object } = finding;
  return (
    <>
      <div className="drawer-marks">
        <VerdictMark verdict={finding.verdict} />
        <SeverityMark severity={finding.severity} />
        <span className="muted small wide-only">{words(finding.category)}</span>
        {finding.isNew ? <span className="tag tag-new">new</span> : null}
        {acts}
      </div>
      <h2 id={TITLE}>{safe(finding.title)}</h2>
      <p className="small break">
        <span className="muted">{safe(object.kind)}</span> {object.namespace === undefined ? '' : `${safe(object.namespace)}/`}
        <span className="strong">{safe(object.name)}</span>
        <span className="muted">
          {finding.container === undefined ? '' : ` · container ${safe(finding.container)}`}
          {finding.team === undefined ? ' · unowned' : ` · team ${safe(finding.team)}`}
          {finding.owned === 0 ? '' : ` · ${plural(finding.owned, 'owned object')}`}
        </span>
      </p>
    </>
  );
}

function Body({ detail }: { readonly detail: FindingDetail }) {
  const href = useHref();
  const { finding } = detail;
  return (
    <>
      <section aria-label="Why it matters">
        <p className="second prose">
          {safeLine(detail.why)}{' '}
          <Link className="link" href={href(`/rules/${finding.rule}`)}>
            Rule page
          </Link>
        </p>
        {finding.reason === undefined ? null : (
          <p className="small prose">
            <VerdictMark verdict={finding.verdict} /> <span className="second">{safeLine(finding.reason)}</span>
          </p>
        )}
      </section>
      <Place detail={detail} />
      <Fix detail={detail} />
      <Others detail={detail} />
      <Past detail={detail} />
    </>
  );
}

function Place({ detail }: { readonly detail: FindingDetail }) {
  const [mode, setMode] = useState<'short' | 'all'>('short');
  const { yaml, file, finding } = detail;
  const marked = yaml.reduce((sum, line) => sum + line.marks.length, 0);
  return (
    <section>
      <h3>
        Object
        <span className="muted small">{marked === 0 ? safeLine(finding.message) : plural(marked, 'place fails', 'places fail')}</span>
        {yaml.length === 0 ? null : (
          <span className="end">
            <Segments
              label="Lines"
              value={mode}
              onChange={setMode}
              choices={[
                { value: 'short', label: 'Relevant' },
                { value: 'all', label: `All ${count(yaml.length)} lines` },
              ]}
            />
          </span>
        )}
      </h3>
      {file === undefined ? null : (
        <p className="drawer-line small">
          <code className="second break">
            {safe(file.path)}:{file.line}
          </code>
        </p>
      )}
      {yaml.length === 0 ? <p className="muted small">The body of this object was not stored.</p> : <YamlView key={finding.fingerprint} label="Object as YAML" lines={yaml} short={mode === 'short'} />}
      <p className="drawer-path">
        <code>{safe(finding.path === '' ? 'the object as a whole' : finding.path)}</code>
        <Button look="quiet" small icon="copy" aria-label="Copy path" title="Copy path" onClick={() => void copy(finding.path, 'Path copied')} />
      </p>
    </section>
  );
}

const OPS = { add: 'add', replace: 'replace', remove: 'remove' } as const;

function Fix({ detail }: { readonly detail: FindingDetail }) {
  const href = useHref();
  const { fix, finding } = detail;
  return (
    <section>
      <h3>
        Fix <span className="muted small">{finding.effort}</span>
        {fix.length === 0 ? null : (
          <span className="end">
            <Button small icon="copy" onClick={() => void copy(JSON.stringify(fix, undefined, 2), 'Fix steps copied')}>
              Copy steps
            </Button>
          </span>
        )}
      </h3>
      <p className="second prose">{safeLine(detail.remediation)}</p>
      {fix.length === 0 ? null : (
        <ol className="fix-steps">
          {fix.map((step) => (
            <li key={`${step.op} ${step.path}`}>
              <span className={step.op === 'remove' ? 'loss' : 'gain'}>{OPS[step.op]}</span>
              <code>
                {safe(step.path)}
                {step.value === undefined ? '' : `: ${safeLine(step.value)}`}
              </code>
            </li>
          ))}
        </ol>
      )}
      {detail.samePlaces <= 1 ? null : (
        <p className="small prose">
          <Link className="link" href={href('/findings', { rule: finding.rule })}>
            The same fix in all {plural(detail.samePlaces, 'place')}
          </Link>
        </p>
      )}
    </section>
  );
}

const OTHERS = 12;

function Others({ detail }: { readonly detail: FindingDetail }) {
  const href = useHref();
  const { otherFindings, finding } = detail;
  if (otherFindings.length === 0) return null;
  const rest = otherFindings.length - OTHERS;
  const { kind, namespace, name } = finding.object;
  const all = { kind, text: name, group: 'object', ...(namespace === undefined ? {} : { namespace }) };
  return (
    <section>
      <h3>
        Also on this object <span className="muted small">{plural(otherFindings.length, 'finding')}</span>
      </h3>
      <ul className="others">
        {otherFindings.slice(0, OTHERS).map((other) => (
          <li key={other.fingerprint}>
            <Link href={href('/findings', { ...queryNow(), finding: other.fingerprint })} title={safe(other.message)}>
              <SeverityShape severity={other.severity} />
              <VerdictMark verdict={other.verdict} />
              <span className="table-cut">
                {safe(other.title)} <span className="muted">{safe(other.container ?? '')}</span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {rest <= 0 ? null : (
        <Link className="link small" href={href('/findings', all)}>
          {plural(rest, 'more finding')}
        </Link>
      )}
    </section>
  );
}

const STRIP: Readonly<Record<Verdict, string>> = { fail: 'run-fail', pass: 'run-pass', waived: 'run-waived', notApplicable: 'run-unknown', error: 'run-unknown', notEvaluated: 'run-unknown' };

/** Where a moment stands between two others, 0 to 1. */
const share = (from: string, to: string, at: string): number => {
  const span = Date.parse(to) - Date.parse(from);
  return span <= 0 ? 0 : (Date.parse(at) - Date.parse(from)) / span;
};

function Past({ detail }: { readonly detail: FindingDetail }) {
  const now = useNow();
  const { firstSeen, lastSeen, runs } = detail.history;
  const first = runs[0];
  const last = runs.at(-1);
  return (
    <section>
      <h3>
        History of this finding <span className="muted small">{firstSeen === undefined ? '' : `open for ${age(firstSeen, now)}`}</span>
      </h3>
      {runs.length < 2 || first === undefined || last === undefined ? null : (
        <>
          <div className="runs-strip" role="img" aria-label={`Failing in ${runs.filter((run) => run.verdict === 'fail').length} of ${runs.length} scans`}>
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
