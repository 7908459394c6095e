import type { RuleSummary } from '#core/api/rules.ts';
import { SEVERITIES } from '#core/model.ts';
import { Check } from '../../ui/controls.tsx';
import { count } from '../../ui/format.ts';
import { SeverityMark } from '../../ui/Marks.tsx';
import { safe } from '../../ui/safe-text.ts';
import { FACETS, FACET_TITLES, facetValues, type Chosen, type Facet } from './facets.ts';

interface FacetsProps {
  readonly rules: readonly RuleSummary[];
  readonly chosen: Chosen;
  readonly onToggle: (facet: Facet, value: string) => void;
  readonly open: boolean;
}

/** The facets with their counts; any number of values of each. */
export function Facets({ rules, chosen, onToggle, open }: FacetsProps) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
    <div className={open ? 'rules-facets rules-facets-open' : 'rules-facets'} role="group" aria-label="Facets" tabIndex={0}>
      {FACETS.map((facet) => {
        const values = facetValues(rules, facet, chosen);
        if (values.length === 0) return null;
        return (
          <fieldset key={facet}>
            <legend>{FACET_TITLES[facet]}</legend>
            {values.map(({ value, label, count: found }) => (
              <Check
                key={value}
                checked={chosen[facet]?.includes(value) === true}
                onChange={() => onToggle(facet, value)}
                figure={count(found)}
              >
                {facet === 'severity' ? (
                  <SeverityMark severity={SEVERITIES.find((severity) => severity === value) ?? 'low'} />
                ) : (
                  safe(label)
                )}
              </Check>
            ))}
          </fieldset>
        );
      })}
    </div>
  );
}
