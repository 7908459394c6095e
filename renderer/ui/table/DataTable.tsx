import { useMemo, useState, type CSSProperties, type ReactNode } from 'react';
import { useColumns, type ColumnHead } from './columns.ts';
import { HeadRow, type Sort } from './HeadRow.tsx';
import type { Room } from '../use-media.ts';
import { useRows } from './use-rows.ts';
import './table.css';

export interface Column<R> extends ColumnHead {
  readonly cell: (row: R) => ReactNode;
  /** Without it the column cannot be sorted. */
  readonly value?: (row: R) => string | number;
}

interface DataTableProps<R> {
  /** Names the view whose columns are remembered. */
  readonly view: string;
  readonly label: string;
  readonly columns: readonly Column<R>[];
  readonly rows: readonly R[];
  readonly keyOf: (row: R) => string;
  readonly onOpen?: (row: R) => void;
  /** Space, or x, on a row: picks it for something that takes several. */
  readonly onMark?: (row: R) => void;
  /** Key of the row shown beside the table. */
  readonly selected?: string | undefined;
  readonly first?: Sort;
  /** As high as its rows; the page around it scrolls. */
  readonly inline?: boolean;
  /** How much room the table has, where that is not the window's. */
  readonly room?: Room;
}

const ROW_HEIGHT = 28;
const rowHeight = (): number => ROW_HEIGHT;

/** The style properties of a table are custom properties: one change moves head and rows alike. */
export const tableStyle = (template: string, minWidth: number): CSSProperties =>
  ({ '--table-columns': template, '--table-min': `${minWidth}px` }) as CSSProperties;

/** A flat table: sorted in place, windowed above 100 rows, with a row cursor. */
export function DataTable<R>({
  view,
  label,
  columns: all,
  rows,
  keyOf,
  onOpen,
  onMark,
  selected,
  first,
  inline = false,
  room,
}: DataTableProps<R>) {
  const heads = useMemo(() => all.map((column) => ({ ...column, sortable: column.value !== undefined })), [all]);
  const columns = useColumns(view, heads, room);
  const [sort, setSort] = useState<Sort | undefined>(first);
  const sorted = useMemo(() => sortRows(rows, all, sort), [rows, all, sort]);
  const open = (index: number): void => {
    const row = sorted[index];
    if (row !== undefined) onOpen?.(row);
  };
  const mark = (index: number): void => {
    const row = sorted[index];
    if (row !== undefined) onMark?.(row);
  };
  const grid = useRows({
    count: sorted.length,
    heightOf: rowHeight,
    onOpen: open,
    ...(onMark === undefined ? {} : { onMark: mark }),
  });
  return (
    <div
      ref={grid.scroller}
      className={inline ? 'table table-inline' : 'table'}
      role="grid"
      aria-label={label}
      aria-rowcount={sorted.length + 1}
      tabIndex={0}
      aria-activedescendant={grid.active >= 0 ? grid.rowId(grid.active) : undefined}
      onKeyDown={grid.onKeyDown}
      style={tableStyle(columns.template, columns.minWidth)}
    >
      <HeadRow columns={columns} sort={sort} onSort={(by) => setSort(turn(sort, by))} />
      <div className="table-rows" role="rowgroup" style={{ height: grid.height }}>
        {grid.placed.map(({ index, start, size }) => {
          const row = sorted[index];
          if (row === undefined) return null;
          const key = keyOf(row);
          return (
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the grid has the focus and its keys
            <div
              key={key}
              id={grid.rowId(index)}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={key === selected}
              className={index === grid.active ? 'table-row table-active' : 'table-row'}
              style={{ transform: `translateY(${start}px)`, height: size }}
              onClick={() => {
                grid.setActive(index);
                onOpen?.(row);
              }}
            >
              {columns.visible.map((column) => (
                <div key={column.id} role="gridcell" className={column.align === 'end' ? 'table-cell table-end' : 'table-cell'}>
                  {column.cell(row)}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** A second click on a head turns the order round. */
export const turn = (sort: Sort | undefined, by: string): Sort =>
  sort?.by === by ? { by, descending: !sort.descending } : { by, descending: false };

function sortRows<R>(rows: readonly R[], columns: readonly Column<R>[], sort: Sort | undefined): readonly R[] {
  const value = columns.find((column) => column.id === sort?.by)?.value;
  if (sort === undefined || value === undefined) return rows;
  const sign = sort.descending ? -1 : 1;
  return rows.toSorted((a, b) => {
    const left = value(a);
    const right = value(b);
    if (typeof left === 'number' && typeof right === 'number') return sign * (left - right);
    return sign * String(left).localeCompare(String(right), 'en', { numeric: true });
  });
}
