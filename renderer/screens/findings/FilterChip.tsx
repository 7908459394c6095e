import { DropdownMenu } from 'radix-ui';
import type { FindingFilter } from '#core/api/findings.ts';
import { Icon } from '../../ui/Icon.tsx';
import { safe } from '../../ui/safe-text.ts';
import { withList, type ListFilter } from './address.ts';
import { Choices, valueText } from './Choices.tsx';
import type { Groups } from './use-findings.ts';

const SHOWN_VALUES = 2;

/** One filter that is set: its values, to change or to remove. */
export function FilterChip({
  name,
  filter,
  groups,
  onChange,
}: {
  readonly name: ListFilter;
  readonly filter: FindingFilter;
  readonly groups: Groups;
  readonly onChange: (filter: FindingFilter) => void;
}) {
  const values: readonly string[] = filter[name] ?? [];
  const titles = values.map((value) =>
    name === 'rule' ? (groups.groups.find((group) => group.key === value)?.title ?? value) : valueText(name, value),
  );
  const text =
    titles.length <= SHOWN_VALUES
      ? titles.join(', ')
      : `${titles.slice(0, SHOWN_VALUES).join(', ')} and ${titles.length - SHOWN_VALUES} more`;
  const label = name[0]?.toUpperCase() + name.slice(1);
  return (
    <DropdownMenu.Root modal={false}>
      <span className="chip chip-on chip-split">
        <DropdownMenu.Trigger asChild>
          <button type="button" title={titles.join(', ')} disabled={name === 'rule'}>
            {label} <b>{safe(text)}</b>
          </button>
        </DropdownMenu.Trigger>
        <button type="button" aria-label={`Remove filter: ${name}`} onClick={() => onChange(withList(filter, name, []))}>
          <Icon name="close" />
        </button>
      </span>
      <DropdownMenu.Content className="menu" align="start" sideOffset={4}>
        {name === 'rule' ? null : <Choices name={name} filter={filter} facets={groups.facets} onChange={onChange} />}
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  );
}
