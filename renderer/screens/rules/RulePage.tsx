import { Link, useLocation } from 'wouter';
import type { Run } from '#core/api/common.ts';
import type { RulePage as Page } from '#core/api/rules.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { useHref } from '../../state/current.ts';
import { useQuery } from '../../state/query.ts';
import { Button } from '../../ui/controls.tsx';
import { count, percent, plural, words } from '../../ui/format.ts';
import { SeverityMark } from '../../ui/Marks.tsx';
import { safe, safeLine } from '../../ui/safe-text.ts';
import { Problem, Skeleton } from '../../ui/states.tsx';
import { copy } from '../../ui/toast.tsx';
import { frameworkName } from './facets.ts';
import { RateLine } from './RateLine.tsx';
import { Examples, Expression, Fails } from './RuleParts.tsx';

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
      {page.error !== undefined ? (
        <Problem error={page.error} onRetry={page.refetch} acts={<Button onClick={back}>All rules</Button>} />
      ) : page.data === undefined ? (
        <Skeleton rows={3} />
      ) : (
        <Body page={page.data} run={run} />
      )}
    </article>
  );
}

function Body({ page, run }: { readonly page: Page; readonly run: Run | undefined }) {
  const { rule } = page;
  return (
    <div className="rule">
      <header className="rule-head">
        <h1 className="rule-title">{safe(rule.title)}</h1>
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
          <h2>Why it matters</h2>
          <p className="second prose">{safeLine(page.why)}</p>
        </section>
        <section>
          <h2>How to fix</h2>
          <p className="second prose">{safeLine(page.remediation)}</p>
        </section>
      </div>
      {page.differs === undefined ? null : (
        <section>
          <h2>Differs from Datree</h2>
          <p className="second prose">{safeLine(page.differs)}</p>
        </section>
      )}
      <Expression page={page} />
      <Examples page={page} />
      <Fails page={page} />
      <div className="rule-pair">
        <section>
          <h2>Export</h2>
          <p className="second prose">
            {rule.enforceable
              ? 'Can be enforced at admission with the same expression.'
              : 'Judged by audit only: it cannot be enforced at admission.'}{' '}
            {page.exportNote === undefined ? '' : safeLine(page.exportNote)}
          </p>
        </section>
        <section>
          <h2>Known elsewhere as</h2>
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
        <h2>References</h2>
        <ul className="rule-references small">
          {page.references.map((reference) => (
            <li key={reference}>
              {/* Shown and copied, not followed: the application opens no other site. */}
              <code className="break">{safe(reference)}</code>
              <Button
                look="quiet"
                small
                icon="copy"
                aria-label={`Copy ${safe(reference)}`}
                onClick={() => void copy(reference, 'Address copied')}
              />
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
