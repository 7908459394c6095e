import { DropdownMenu } from 'radix-ui';
import { Icon } from '../Icon.tsx';
import type { ColumnHead, Columns } from './columns.ts';

/** Chooses which columns a view shows. Stays open while one chooses. */
export function ColumnMenu<C extends ColumnHead>({ columns }: { readonly columns: Columns<C> }) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <button type="button" className="button button-quiet button-small button-icon" aria-label="Columns" title="Columns">
          <Icon name="columns" />
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Content className="menu" align="end" sideOffset={6}>
        <DropdownMenu.Label className="menu-label">Columns</DropdownMenu.Label>
        {columns.all
          .filter((column) => column.fixed !== true)
          .map((column) => (
            <DropdownMenu.CheckboxItem
              key={column.id}
              className="menu-item"
              checked={columns.isVisible(column.id)}
              onCheckedChange={() => columns.toggle(column.id)}
              onSelect={(event) => event.preventDefault()}
            >
              <span className="menu-tick">
                <DropdownMenu.ItemIndicator>
                  <Icon name="check" size={14} />
                </DropdownMenu.ItemIndicator>
              </span>
              {column.title}
            </DropdownMenu.CheckboxItem>
          ))}
        <DropdownMenu.Separator className="menu-line" />
        <DropdownMenu.Item className="menu-item" onSelect={columns.reset}>
          <span className="menu-tick" />
          As at first
        </DropdownMenu.Item>
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  );
}
