import type { KeyboardEvent, ReactNode } from 'react';
import { useRows } from '../../ui/table/use-rows.ts';
import type { LaneItem } from './lanes.ts';

export const LANES = ['base', 'ready', 'gap'] as const;
export type LaneName = (typeof LANES)[number];

interface LaneProps<R> {
  readonly lane: LaneName;
  readonly title: string;
  readonly count: number;
  readonly note: ReactNode;
  readonly items: readonly LaneItem<R>[];
  readonly heightOf: (row: R) => number;
  readonly keyOf: (row: R) => string;
  readonly render: (row: R) => ReactNode;
  readonly onOpen: (row: R) => void;
  /** The row that the keys or the pointer are at. */
  readonly onAt?: (row: R | undefined) => void;
  /** Further keys on a row; true where one was used. */
  readonly onKey?: (key: string, row: R) => boolean;
  readonly selected: string | undefined;
  readonly empty: ReactNode;
  readonly head?: ReactNode;
  readonly foot?: ReactNode;
  readonly far?: boolean;
}

const HEAD_ROW = 26;

/** One lane: a list with a cursor. Arrow keys to the sides lead to the next lane. */
export function Lane<R>(props: LaneProps<R>) {
  const { lane, title, items, keyOf } = props;
  const rowAt = (index: number): R | undefined => {
    const item = items[index];
    return item?.type === 'row' ? item.row : undefined;
  };
  const open = (index: number): void => {
    const row = rowAt(index);
    if (row !== undefined) props.onOpen(row);
  };
  const grid = useRows({
    count: items.length,
    heightOf: (index) => {
      const row = rowAt(index);
      return row === undefined ? HEAD_ROW : props.heightOf(row);
    },
    onOpen: open,
    onSide: (_index, side) => besides(lane, side),
    onMove: (index) => props.onAt?.(rowAt(index)),
    revision: items,
    far: props.far ?? false,
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    const row = rowAt(grid.active);
    if (
      row !== undefined &&
      event.target === event.currentTarget &&
      !event.ctrlKey &&
      !event.metaKey &&
      props.onKey?.(event.key, row) === true
    ) {
      event.preventDefault();
      return;
    }
    grid.onKeyDown(event);
  };
  return (
    <section className={`panel lane lane-${lane}`} aria-labelledby={`lane-${lane}-title`}>
      <header className="panel-head">
        <h2 id={`lane-${lane}-title`}>{title}</h2>
        <span className="muted figure">{props.count}</span>
        <span className="end lane-note muted small">{props.note}</span>
      </header>
      {items.length === 0 ? (
        <div className="lane-empty">{props.empty}</div>
      ) : (
        <div
          ref={grid.scroller}
          id={`lane-${lane}`}
          className="lane-scroll"
          role="grid"
          aria-label={title}
          aria-rowcount={items.length}
          tabIndex={0}
          aria-activedescendant={grid.active >= 0 ? grid.rowId(grid.active) : undefined}
          onKeyDown={onKeyDown}
          onFocus={(event) => {
            // Whoever comes by keyboard stands on a row at once, and not on a head.
            if (event.target === event.currentTarget && grid.active < 0) {
              const first = items.findIndex((item) => item.type === 'row');
              grid.moveTo(first);
              props.onAt?.(rowAt(first));
            }
          }}
        >
          {props.head}
          <div className="lane-rows" role="rowgroup" style={{ height: grid.height }}>
            {grid.placed.map(({ index, start, size }) => {
              const item = items[index];
              if (item === undefined) return null;
              const active = index === grid.active ? ' lane-active' : '';
              const place = { transform: `translateY(${start}px)`, height: size };
              if (item.type === 'head') {
                return (
                  <div
                    key={`head ${item.title}`}
                    id={grid.rowId(index)}
                    role="row"
                    aria-rowindex={index + 1}
                    className={`lane-head${active}`}
                    style={place}
                  >
                    <div role="rowheader">
                      <span className={item.bad === true ? 'loss' : ''}>{item.title}</span>{' '}
                      <span className="figure">{item.note}</span>
                    </div>
                  </div>
                );
              }
              const key = keyOf(item.row);
              return (
                // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the grid has the focus and its keys
                <div
                  key={key}
                  id={grid.rowId(index)}
                  role="row"
                  aria-rowindex={index + 1}
                  aria-selected={key === props.selected}
                  className={`lane-row${active}`}
                  style={place}
                  onPointerEnter={() => props.onAt?.(item.row)}
                  onPointerLeave={() => props.onAt?.(rowAt(grid.active))}
                  onClick={() => {
                    grid.setActive(index);
                    open(index);
                  }}
                >
                  {props.render(item.row)}
                </div>
              );
            })}
          </div>
        </div>
      )}
      {props.foot}
    </section>
  );
}

/** Moves the focus to the next lane that has rows. */
function besides(lane: LaneName, side: 'left' | 'right'): void {
  const at = LANES.indexOf(lane);
  const way = side === 'left' ? LANES.slice(0, at).toReversed() : LANES.slice(at + 1);
  for (const next of way) {
    const box = document.querySelector<HTMLElement>(`#lane-${next}`);
    if (box === null) continue;
    box.focus();
    return;
  }
}
