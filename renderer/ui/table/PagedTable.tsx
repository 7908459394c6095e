import { useEffect } from 'react';
import type { Pages } from '../../state/pages.ts';
import type { Room } from '../use-media.ts';
import { useColumns } from './columns.ts';
import { tableStyle, type Column } from './DataTable.tsx';
import { HeadRow } from './HeadRow.tsx';
import { useRows } from './use-rows.ts';
import './table.css';

interface PagedTableProps<R> {
  /** Names the view whose columns are remembered. */
  readonly view: string;
  readonly label: string;
  /** In the host's order: what is not all here cannot be sorted here. */
  readonly columns: readonly Column<R>[];
  readonly pages: Pages<R>;
  readonly keyOf: (row: R) => string;
  readonly onOpen: (row: R) => void;
  readonly selected: string | undefined;
  readonly room?: Room;
  /** Whether j and k reach it while the focus is elsewhere. */
  readonly far?: boolean;
}

const ROW_HEIGHT = 28;
const rowHeight = (): number => ROW_HEIGHT;

/** A flat table over a list that is read page by page. */
export function PagedTable<R>({
  view,
  label,
  columns: all,
  pages,
  keyOf,
  onOpen,
  selected,
  room,
  far = true,
}: PagedTableProps<R>) {
  const columns = useColumns(view, all, room);
  const open = (index: number): void => {
    const row = pages.row(index);
    if (row !== undefined) onOpen(row);
  };
  const grid = useRows({
    count: pages.total,
    heightOf: rowHeight,
    onOpen: (index) => {
      open(index);
      // The drawer takes the focus, so that it can be read and left by Esc.
      requestAnimationFrame(() => document.querySelector<HTMLElement>('.drawer')?.focus());
    },
    onMove: (index) => (selected === undefined ? undefined : open(index)),
    far,
  });
  const { placed } = grid;
  const { want } = pages;
  useEffect(() => want(placed.map(({ index }) => index)));
  return (
    <div
      ref={grid.scroller}
      className="table"
      role="grid"
      aria-label={label}
      aria-rowcount={pages.total + 1}
      aria-busy={pages.loading}
      tabIndex={0}
      aria-activedescendant={grid.active >= 0 ? grid.rowId(grid.active) : undefined}
      onKeyDown={grid.onKeyDown}
      style={tableStyle(columns.template, columns.minWidth)}
    >
      <HeadRow columns={columns} sort={undefined} onSort={() => undefined} />
      <div className="table-rows" role="rowgroup" style={{ height: grid.height }}>
        {placed.map(({ index, start, size }) => {
          const row = pages.row(index);
          const active = index === grid.active ? ' table-active' : '';
          const place = { transform: `translateY(${start}px)`, height: size };
          return (
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the grid has the focus and its keys
            <div
              key={index}
              id={grid.rowId(index)}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={row !== undefined && keyOf(row) === selected}
              aria-busy={row === undefined}
              className={`table-row${active}`}
              style={place}
              onClick={() => {
                grid.setActive(index);
                open(index);
              }}
            >
              {columns.visible.map((column) => (
                <div key={column.id} role="gridcell" className={column.align === 'end' ? 'table-cell table-end' : 'table-cell'}>
                  {row === undefined ? <span className="row-wait" /> : column.cell(row)}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}
