import { useState } from 'react';
import { Link } from 'wouter';
import type { RulePage as Page } from '#core/api/rules.ts';
import { useHref } from '../../state/current.ts';
import { Button } from '../../ui/controls.tsx';
import { plural } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { VerdictMark } from '../../ui/Marks.tsx';
import { safe, safeLine } from '../../ui/safe-text.ts';
import { copy } from '../../ui/toast.tsx';
import { YamlText } from '../../ui/yaml/YamlView.tsx';

export function Expression({ page }: { readonly page: Page }) {
  return (
    <section>
      <h2>What it demands</h2>
      <dl className="facts rule-facts">
        <dt>Judges</dt>
        <dd>
          {safe(page.match)}
          {page.forEach === undefined ? '' : `, each of ${safe(page.forEach)} as it`}
        </dd>
        {page.when === undefined ? null : (
          <>
            <dt>Only when</dt>
            <dd className="mono lines">{safeLines(page.when)}</dd>
          </>
        )}
        <dt>Demands</dt>
        <dd className="mono lines">{safeLines(page.require)}</dd>
        {page.field === '' ? null : (
          <>
            <dt>Points to</dt>
            <dd className="mono">{safe(page.field)}</dd>
          </>
        )}
        <dt>Message</dt>
        <dd>{safeLine(page.message)}</dd>
      </dl>
      <h2 className="rule-expression">
        As one expression <span className="muted small">audit and enforcement use the same</span>
        <span className="end">
          <Button look="quiet" small icon="copy" onClick={() => void copy(page.expression, 'Expression copied')}>
            Copy
          </Button>
        </span>
      </h2>
      <Code label="Expression" text={page.expression} />
      {page.variables.length === 0 ? null : (
        <details className="rule-variables">
          <summary className="small">{plural(page.variables.length, 'variable')} that it uses</summary>
          {page.variables.map((variable) => (
            <Code
              key={variable.name}
              label={`Variable ${variable.name}`}
              name={`variables.${variable.name}`}
              text={variable.expression}
            />
          ))}
        </details>
      )}
    </section>
  );
}

function Code({ label, name, text }: { readonly label: string; readonly name?: string; readonly text: string }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
    <pre className="code rule-code" tabIndex={0} role="region" aria-label={label}>
      {name === undefined ? null : (
        <>
          <span className="code-key">{safe(name)}</span>
          {' = '}
        </>
      )}
      {safeLines(text)}
    </pre>
  );
}

const safeLines = (text: string): string => text.split('\n').map(safeLine).join('\n');

export function Examples({ page }: { readonly page: Page }) {
  const [open, setOpen] = useState<number | undefined>(() => page.examples.findIndex((example) => example.verdict === 'fail'));
  return (
    <section>
      <h2>
        Examples <span className="muted small">run as tests with every build</span>
      </h2>
      <ul className="rule-examples">
        {page.examples.map((example, index) => (
          <li key={`${example.verdict} ${example.name}`}>
            <button type="button" aria-expanded={open === index} onClick={() => setOpen(open === index ? undefined : index)}>
              <span className={open === index ? 'twist twist-open' : 'twist'}>
                <Icon name="right" size={12} />
              </span>
              <VerdictMark verdict={example.verdict} />
              <span className="table-cut">{safe(example.name)}</span>
            </button>
            {open === index ? (
              <div className="rule-example">
                <YamlText label={`Example: ${safe(example.name)}`} text={example.yaml} />
                {example.findings.length === 0 ? null : (
                  <p className="small">
                    <span className="muted">{plural(example.findings.length, 'finding')}:</span>{' '}
                    <code className="break">{example.findings.map(safe).join(', ')}</code>
                  </p>
                )}
              </div>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Fails({ page }: { readonly page: Page }) {
  const href = useHref();
  if (page.rule.counts === undefined) return null;
  const rest = page.failsNowTotal - page.failsNow.length;
  return (
    <section>
      <h2>
        Where it fails now{' '}
        <span className="muted small">{page.failsNowTotal === 0 ? 'nowhere' : plural(page.failsNowTotal, 'finding')}</span>
      </h2>
      {page.failsNow.length === 0 ? null : (
        <ul className="rule-fails">
          {page.failsNow.map((row) => (
            <li key={row.fingerprint}>
              <Link href={href('/findings', { rule: row.rule, finding: row.fingerprint })} title={safe(row.message)}>
                <span className="table-cut">
                  <span className="muted">{safe(row.object.kind)}</span>{' '}
                  {row.object.namespace === undefined ? '' : `${safe(row.object.namespace)}/`}
                  {safe(row.object.name)}
                </span>
                <code className="muted table-cut">{safe(row.container ?? '')}</code>
                <span className="muted table-cut">{safe(row.team ?? 'unowned')}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
      {rest <= 0 ? null : (
        <Link className="link small" href={href('/findings', { rule: page.rule.id })}>
          {plural(rest, 'more finding')}
        </Link>
      )}
    </section>
  );
}
