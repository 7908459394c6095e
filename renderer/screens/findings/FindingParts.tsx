import { useState } from 'react';
import { Link } from 'wouter';
import type { FindingDetail } from '#core/api/findings.ts';
import { useHref } from '../../state/current.ts';
import { Button, Segments } from '../../ui/controls.tsx';
import { count, plural } from '../../ui/format.ts';
import { SeverityShape, VerdictMark } from '../../ui/Marks.tsx';
import { safe, safeLine } from '../../ui/safe-text.ts';
import { copy } from '../../ui/toast.tsx';
import { YamlView } from '../../ui/yaml/YamlView.tsx';

/** The object, its failing lines marked. */
export function Place({ detail }: { readonly detail: FindingDetail }) {
  const [mode, setMode] = useState<'short' | 'all'>('short');
  const { yaml, file, finding } = detail;
  const marked = yaml.reduce((sum, line) => sum + line.marks.length, 0);
  return (
    <section>
      <h3>
        Object
        <span className="muted small">
          {marked === 0 ? safeLine(finding.message) : plural(marked, 'place fails', 'places fail')}
        </span>
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
      {yaml.length === 0 ? (
        <p className="muted small">The body of this object was not stored.</p>
      ) : (
        <YamlView key={finding.fingerprint} label="Object as YAML" lines={yaml} short={mode === 'short'} />
      )}
      <p className="drawer-path">
        <code>{safe(finding.path === '' ? 'the object as a whole' : finding.path)}</code>
        <Button
          look="quiet"
          small
          icon="copy"
          aria-label="Copy path"
          title="Copy path"
          onClick={() => void copy(finding.path, 'Path copied')}
        />
      </p>
    </section>
  );
}

/** How to fix it: in words, and step by step where that is known. */
export function Fix({ detail }: { readonly detail: FindingDetail }) {
  const href = useHref();
  const { fix, finding } = detail;
  return (
    <section>
      <h3>
        Fix <span className="muted small">{finding.effort} effort</span>
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
              <span className={step.op === 'remove' ? 'loss' : 'gain'}>{step.op}</span>
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

/** What the address says now. */
export const queryNow = (): Record<string, readonly string[]> => {
  const params = new URLSearchParams(location.search);
  return Object.fromEntries([...new Set(params.keys())].map((name) => [name, params.getAll(name)]));
};

const OTHERS = 12;

/** Other findings on the same object. */
export function Others({ detail }: { readonly detail: FindingDetail }) {
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
              <span className={`severity severity-${other.severity}`} title={other.severity}>
                <SeverityShape severity={other.severity} />
                <span className="sr-only">{other.severity}</span>
              </span>
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
