import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { Run } from '#core/api/common.ts';
import type { RulePage as Page } from '#core/api/rules.ts';
import { useHref } from '../../state/current.ts';
import { useQuery } from '../../state/query.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { Button } from '../../ui/controls.tsx';
import { count, percent, plural, words } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { SeverityMark, VerdictMark } from '../../ui/Marks.tsx';
import { safe, safeLine } from '../../ui/safe-text.ts';
import { Problem, Skeleton } from '../../ui/states.tsx';
import { copy } from '../../ui/toast.tsx';
import { YamlText } from '../../ui/yaml/YamlView.tsx';
import { frameworkName } from './facets.ts';
import { RateLine } from './RateLine.tsx';

interface RulePageProps {
  readonly id: string;
  readonly policy: string;
  readonly run: Run | undefined;
}

/** Everything about one rule. */
export function RulePage({ id, policy, run }: RulePageProps) {
  const [, navigate] = useLocation();
  const href = useHref();
  const scanId = run?.id;
  const page = useQuery({
    key: ['rule', id, policy, scanId ?? null],
    ask: (client, signal) => client.rules.get(scanId === undefined ? { id, policy } : { id, policy, scanId }, { signal }),
    on: ['settings', 'runs'],
  });
  const back = (): void => navigate(href('/rules'));
  useShortcuts([{ keys: 'Escape', run: back }]);
  return (
    <article className="rules-page" aria-label="Rule">
      <Button className="narrow-only rules-back" small icon="close" onClick={back}>
        All rules
      </Button>
      {page.error !== undefined ? <Problem error={page.error} onRetry={page.refetch} acts={<Button onClick={back}>All rules</Button>} /> : page.data === undefined ? <Skeleton rows={3} /> : <Body page={page.data} run={run} />}
    </article>
  );
}

function Body({ page, run }: { readonly page: Page; readonly run: Run | undefined }) {
  const { rule } = page;
  return (
    <div className="rule">
      <header className="rule-head">
        <h2 className="rule-title">{safe(rule.title)}</h2>
        <p className="rule-line">
          <code>{rule.id}</code>
          <SeverityMark severity={rule.severity} />
          <span className="muted">{words(rule.category)}</span>
          <span className="muted">{rule.effort} to fix</span>
          <span className="muted">policy: {rule.mode}</span>
        </p>
        {rule.frameworks.length === 0 ? null : (
          <p className="rule-line">
            {rule.frameworks.map((framework) => (
              <span className="tag" key={`${frameworkName(framework)} ${framework.control ?? ''}`}>
                {frameworkName(framework)}
                {framework.control === undefined ? '' : ` ${framework.control}`}
              </span>
            ))}
          </p>
        )}
      </header>
      <Standing page={page} run={run} />
      <div className="rule-pair">
        <section>
          <h3>Why it matters</h3>
          <p className="second prose">{safeLine(page.why)}</p>
        </section>
        <section>
          <h3>How to fix</h3>
          <p className="second prose">{safeLine(page.remediation)}</p>
        </section>
      </div>
      {page.differs === undefined ? null : (
        <section>
          <h3>Differs from Datree</h3>
          <p className="second prose">{safeLine(page.differs)}</p>
        </section>
      )}
      <Expression page={page} />
      <Examples page={page} />
      <Fails page={page} />
      <div className="rule-pair">
        <section>
          <h3>Export</h3>
          <p className="second prose">
            {rule.enforceable ? 'Can be enforced at admission with the same expression.' : 'Judged by audit only: it cannot be enforced at admission.'} {page.exportNote === undefined ? '' : safeLine(page.exportNote)}
          </p>
        </section>
        <section>
          <h3>Known elsewhere as</h3>
          {Object.keys(rule.aliases).length === 0 ? (
            <p className="muted">no other tool has it</p>
          ) : (
            <dl className="facts">
              {Object.entries(rule.aliases).map(([tool, ids]) => (
                <AliasLine key={tool} tool={tool} ids={ids} />
              ))}
            </dl>
          )}
        </section>
      </div>
      <section>
        <h3>References</h3>
        <ul className="rule-references small">
          {page.references.map((reference) => (
            <li key={reference}>
              {/* Shown and copied, not followed: the application opens no other site. */}
              <code className="break">{safe(reference)}</code>
              <Button look="quiet" small icon="copy" aria-label={`Copy ${safe(reference)}`} onClick={() => void copy(reference, 'Address copied')} />
            </li>
          ))}
          <li className="muted">
            defined in <code>{safe(page.file)}</code>
          </li>
        </ul>
      </section>
    </div>
  );
}

function AliasLine({ tool, ids }: { readonly tool: string; readonly ids: readonly string[] }) {
  return (
    <>
      <dt>{safe(tool)}</dt>
      <dd className="mono">{ids.map(safe).join(', ')}</dd>
    </>
  );
}

function Standing({ page, run }: { readonly page: Page; readonly run: Run | undefined }) {
  const href = useHref();
  const { counts } = page.rule;
  if (counts === undefined || run === undefined) return <p className="rule-standing muted">Not judged yet: there is no scan.</p>;
  const judged = counts.pass + counts.fail;
  const unknown = counts.notEvaluated + counts.error;
  return (
    <div className="rule-standing">
      <strong className="rule-rate figure">{judged === 0 ? 'none' : percent(counts.pass / judged)}</strong>
      <p className="second">
        {judged === 0 ? (
          `No object of scan #${run.number} was judged by it.`
        ) : (
          <>
            {count(counts.pass)} of {count(judged)} pass
            {counts.fail === 0 ? '.' : ', '}
            {counts.fail === 0 ? null : (
              <Link className="link" href={href('/findings', { rule: page.rule.id })}>
                {count(counts.fail)} fail
              </Link>
            )}
            {counts.fail === 0 ? '' : '.'}
          </>
        )}{' '}
        <span className="muted">
          {counts.waived === 0 ? '' : `${count(counts.waived)} waived. `}
          {unknown === 0 ? '' : `${plural(unknown, 'verdict')} not evaluated. `}
          {counts.notApplicable === 0 ? '' : `${count(counts.notApplicable)} not applicable.`}
        </span>
      </p>
      <RateLine history={page.history} />
    </div>
  );
}

function Expression({ page }: { readonly page: Page }) {
  return (
    <section>
      <h3>
        Expression <span className="muted small">audit and enforcement use the same</span>
        <span className="end">
          <Button look="quiet" small icon="copy" onClick={() => void copy(page.expression, 'Expression copied')}>
            Copy
          </Button>
        </span>
      </h3>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard */}
      <pre className="code rule-code" tabIndex={0} role="region" aria-label="Expression">
        {page.variables.map((variable) => (
          <span key={variable.name} className="rule-variable">
            <span className="code-key">variables.{variable.name}</span>
            {' = '}
            {safeLines(variable.expression)}
            {'\n'}
          </span>
        ))}
        {safeLines(page.expression)}
      </pre>
      <dl className="facts rule-facts">
        <dt>Judges</dt>
        <dd>
          {safe(page.match)}
          {page.forEach === undefined ? '' : `, each of ${safe(page.forEach)}`}
        </dd>
        {page.when === undefined ? null : (
          <>
            <dt>Only when</dt>
            <dd className="mono">{safeLines(page.when)}</dd>
          </>
        )}
        {page.field === '' ? null : (
          <>
            <dt>Points to</dt>
            <dd className="mono">{safe(page.field)}</dd>
          </>
        )}
        <dt>Message</dt>
        <dd>{safeLine(page.message)}</dd>
      </dl>
    </section>
  );
}

const safeLines = (text: string): string => text.split('\n').map(safeLine).join('\n');

function Examples({ page }: { readonly page: Page }) {
  const [open, setOpen] = useState<number | undefined>(() => page.examples.findIndex((example) => example.verdict === 'fail'));
  return (
    <section>
      <h3>
        Examples <span className="muted small">run as tests with every build</span>
      </h3>
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
                    <span className="muted">{plural(example.findings.length, 'finding')}:</span> <code className="break">{example.findings.map(safe).join(', ')}</code>
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

function Fails({ page }: { readonly page: Page }) {
  const href = useHref();
  if (page.rule.counts === undefined) return null;
  const rest = page.failsNowTotal - page.failsNow.length;
  return (
    <section>
      <h3>
        Where it fails now <span className="muted small">{page.failsNowTotal === 0 ? 'nowhere' : plural(page.failsNowTotal, 'finding')}</span>
      </h3>
      {page.failsNow.length === 0 ? null : (
        <ul className="rule-fails">
          {page.failsNow.map((row) => (
            <li key={row.fingerprint}>
              <Link href={href('/findings', { rule: row.rule, finding: row.fingerprint })} title={safe(row.message)}>
                <span className="table-cut">
                  <span className="muted">{safe(row.object.kind)}</span> {row.object.namespace === undefined ? '' : `${safe(row.object.namespace)}/`}
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
