import { Link } from 'wouter';
import type { GuideStep } from '#core/api/workspace.ts';
import { useHref } from '../../state/current.ts';
import { Icon } from '../../ui/Icon.tsx';
import { safeLine } from '../../ui/safe-text.ts';

/** The guide's steps, ticked off by what was really done. */
export function Guide({ steps }: { readonly steps: readonly GuideStep[] }) {
  const href = useHref();
  const done = steps.filter((step) => step.done).length;
  const next = steps.find((step) => !step.done);
  return (
    <section className="panel" aria-labelledby="guide-title">
      <header className="panel-head">
        <h2 id="guide-title">The way</h2>
        <span className="muted small">
          {done} of {steps.length} done
        </span>
      </header>
      <ol className="guide">
        {steps.map((step) => (
          <li key={step.id} className={step.done ? 'guide-done' : step === next ? 'guide-next' : undefined}>
            <span className="guide-mark">
              {step.done ? <Icon name="check" /> : null}
              <span className="sr-only">{step.done ? 'done' : 'open'}</span>
            </span>
            <span className="guide-title">
              {step.href === undefined ? (
                step.title
              ) : (
                <Link className="link" href={href(step.href)}>
                  {step.title}
                </Link>
              )}
            </span>
            <span className="muted small">{safeLine(step.detail)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
