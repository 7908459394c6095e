import type { PolicySummary } from '#core/api/policies.ts';
import { Button } from '../../ui/controls.tsx';
import { plural } from '../../ui/format.ts';
import { safe } from '../../ui/safe-text.ts';

const ORIGINS = { workspace: 'yours', template: 'template', builtin: 'built in' } as const;

/** All policies, while there is no product or environment that would spread them out. */
export function PolicyList({
  policies,
  selected,
  onOpen,
}: {
  readonly policies: readonly PolicySummary[];
  readonly selected: string | undefined;
  readonly onOpen: (name: string) => void;
}) {
  const sorted = policies.toSorted((a, b) => rank(a) - rank(b));
  return (
    <section className="panel" aria-label="All policies">
      <ul className="policies-list">
        {sorted.map((policy) => (
          <li key={policy.name} className={policy.name === selected ? 'policies-on' : undefined}>
            <button type="button" aria-current={policy.name === selected} onClick={() => onOpen(policy.name)}>
              <span className="strong">{safe(policy.name)}</span> <Stage policy={policy} />
              <span className="muted table-cut">{safe(policy.title)}</span>
              <span className="muted small end nowrap">{ORIGINS[policy.origin]}</span>
              <span className="figure nowrap policies-count">{plural(policy.rules, 'rule')}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

const rank = (policy: PolicySummary): number => ['workspace', 'builtin', 'template'].indexOf(policy.origin);

export function Stage({ policy }: { readonly policy: Pick<PolicySummary, 'stage'> }) {
  return policy.stage === undefined ? null : <span className={`tag stage-${policy.stage}`}>{policy.stage}</span>;
}

export function OpenButton({ name, onOpen }: { readonly name: string; readonly onOpen: (name: string) => void }) {
  return (
    <Button look="quiet" small onClick={() => onOpen(name)}>
      {safe(name)}
    </Button>
  );
}
