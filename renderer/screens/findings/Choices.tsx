import { DropdownMenu } from 'radix-ui';
import type { FindingFilter } from '#core/api/findings.ts';
import type { Verdict } from '#core/model.ts';
import { count, plural, words } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { VERDICT_WORDS } from '../../ui/Marks.tsx';
import { safe } from '../../ui/safe-text.ts';
import { toggleValue, type ListFilter } from './address.ts';
import type { Groups } from './use-findings.ts';

/** A value of a filter as people read it. */
export function valueText(name: ListFilter, value: string): string {
  if (value === '') return name === 'namespace' ? 'cluster-scoped' : name === 'team' ? 'unowned' : 'none';
  if (name === 'verdict') return VERDICT_WORDS[value as Verdict] ?? value;
  return name === 'category' ? words(value) : safe(value);
}

const MENU_ROWS = 60;

interface ChoicesProps {
  readonly name: Exclude<ListFilter, 'rule'>;
  readonly filter: FindingFilter;
  readonly facets: Groups['facets'];
  readonly onChange: (filter: FindingFilter) => void;
}

/** The values of one facet with their counts, the most frequent first; chosen ones stay in the list. */
export function Choices({ name, filter, facets, onChange }: ChoicesProps) {
  const chosen: readonly string[] = filter[name] ?? [];
  const all = Object.entries(facets[name]).filter(([value, found]) => found > 0 || chosen.includes(value));
  const sorted =
    name === 'severity' || name === 'verdict' ? all : all.toSorted((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
  const shown = sorted.slice(0, MENU_ROWS);
  return (
    <>
      {shown.map(([value, found]) => (
        <DropdownMenu.CheckboxItem
          key={value}
          className="menu-item"
          checked={chosen.includes(value)}
          onCheckedChange={() => onChange(toggleValue(filter, name, value))}
          onSelect={(event) => event.preventDefault()}
        >
          <span className="menu-tick">
            <DropdownMenu.ItemIndicator>
              <Icon name="check" size={14} />
            </DropdownMenu.ItemIndicator>
          </span>
          <span className="table-cut">{valueText(name, value)}</span>
          <span className="end muted small figure">{count(found)}</span>
        </DropdownMenu.CheckboxItem>
      ))}
      {shown.length === sorted.length ? null : (
        <DropdownMenu.Label className="menu-label">
          {plural(sorted.length - shown.length, 'more')}: type a name into the filter
        </DropdownMenu.Label>
      )}
    </>
  );
}
