import { DropdownMenu } from 'radix-ui';
import type { FindingFilter } from '#core/api/findings.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Choices } from './Choices.tsx';
import type { ListFilter } from './address.ts';
import type { Groups } from './use-findings.ts';

const FACETS: readonly { readonly name: Exclude<ListFilter, 'rule'>; readonly title: string }[] = [
  { name: 'severity', title: 'Severity' },
  { name: 'category', title: 'Category' },
  { name: 'namespace', title: 'Namespace' },
  { name: 'kind', title: 'Kind' },
  { name: 'team', title: 'Team' },
  { name: 'verdict', title: 'Verdict' },
];

interface FilterMenuProps {
  readonly filter: FindingFilter;
  readonly facets: Groups['facets'];
  readonly onChange: (filter: FindingFilter) => void;
}

/** Adds a filter: one submenu per facet, with the counts of the whole scan. */
export function FilterMenu({ filter, facets, onChange }: FilterMenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <button type="button" className="chip chip-dashed">
          <Icon name="plus" />
          Filter
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Content className="menu" align="start" sideOffset={4}>
        {FACETS.map(({ name, title }) => (
          <DropdownMenu.Sub key={name}>
            <DropdownMenu.SubTrigger className="menu-item">
              {title}
              <span className="end">
                <Icon name="right" size={12} />
              </span>
            </DropdownMenu.SubTrigger>
            <DropdownMenu.SubContent className="menu" sideOffset={4}>
              <Choices name={name} filter={filter} facets={facets} onChange={onChange} />
            </DropdownMenu.SubContent>
          </DropdownMenu.Sub>
        ))}
        <DropdownMenu.Separator className="menu-line" />
        {(['new', 'old'] as const).map((age) => (
          <DropdownMenu.CheckboxItem
            key={age}
            className="menu-item"
            checked={filter.age === age}
            onCheckedChange={(checked) => {
              const { age: _dropped, ...rest } = filter;
              onChange(checked === true ? { ...rest, age } : rest);
            }}
          >
            <span className="menu-tick">
              <DropdownMenu.ItemIndicator>
                <Icon name="check" size={14} />
              </DropdownMenu.ItemIndicator>
            </span>
            {age === 'new' ? 'New since the scan before' : 'Known before'}
          </DropdownMenu.CheckboxItem>
        ))}
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  );
}
