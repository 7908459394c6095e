import type { PointerEvent } from 'react';
import { Icon } from '../Icon.tsx';
import type { ColumnHead, Columns } from './columns.ts';

export interface Sort {
  readonly by: string;
  readonly descending: boolean;
}

interface HeadRowProps<C extends ColumnHead> {
  readonly columns: Columns<C>;
  readonly sort: Sort | undefined;
  readonly onSort: (by: string) => void;
}

const KEY_STEP = 16;

/** Sticky head. Click sorts; dragging an edge resizes, and so do Alt+arrow keys on a head. */
export function HeadRow<C extends ColumnHead>({ columns, sort, onSort }: HeadRowProps<C>) {
  return (
    <div className="table-head" role="rowgroup">
      <div className="table-row" role="row" aria-rowindex={1}>
        {columns.visible.map((column) => {
          const sorted = sort?.by === column.id;
          return (
            <div
              key={column.id}
              role="columnheader"
              className={`table-cell${column.align === 'end' ? ' table-end' : ''}${sorted ? ' table-sorted' : ''}`}
              {...(column.sortable === true
                ? {
                    'aria-sort': sorted
                      ? sort.descending
                        ? ('descending' as const)
                        : ('ascending' as const)
                      : ('none' as const),
                  }
                : {})}
            >
              {column.sortable === true ? (
                <button
                  type="button"
                  onClick={() => onSort(column.id)}
                  onKeyDown={(event) => {
                    if (!event.altKey || (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight')) return;
                    event.preventDefault();
                    columns.resize(column.id, columns.widthOf(column.id) + (event.key === 'ArrowLeft' ? -KEY_STEP : KEY_STEP));
                  }}
                >
                  <span>{column.title}</span>
                  {sorted ? <Icon name={sort.descending ? 'down' : 'up'} size={10} /> : null}
                </button>
              ) : (
                <span>{column.title}</span>
              )}
              <Grip columns={columns} id={column.id} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Grip<C extends ColumnHead>({ columns, id }: { readonly columns: Columns<C>; readonly id: string }) {
  const start = (event: PointerEvent<HTMLSpanElement>): void => {
    event.preventDefault();
    event.stopPropagation();
    const grip = event.currentTarget;
    const from = event.clientX;
    // What is drawn now, which for a growing column is more than its stored width.
    const width = grip.parentElement?.getBoundingClientRect().width ?? columns.widthOf(id);
    grip.setPointerCapture(event.pointerId);
    const move = (moved: globalThis.PointerEvent): void => columns.resize(id, width + moved.clientX - from);
    const stop = (): void => {
      grip.removeEventListener('pointermove', move);
      grip.removeEventListener('pointerup', stop);
      grip.removeEventListener('pointercancel', stop);
    };
    grip.addEventListener('pointermove', move);
    grip.addEventListener('pointerup', stop);
    grip.addEventListener('pointercancel', stop);
  };
  return <span className="table-grip" aria-hidden="true" onPointerDown={start} />;
}
