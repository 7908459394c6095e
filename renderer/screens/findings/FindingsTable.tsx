import { useEffect, useImperativeHandle, useMemo, useRef, useState, type Ref } from 'react';
import { csv } from '#core/report/csv-rows.ts';
import type { FindingGroup, FindingRow } from '#core/api/findings.ts';
import { useNow } from '../../app/use-now.ts';
import { useClient } from '../../state/query.ts';
import { Problem } from '../../ui/states.tsx';
import { plural } from '../../ui/format.ts';
import { useColumns } from '../../ui/table/columns.ts';
import { tableStyle } from '../../ui/table/DataTable.tsx';
import { HeadRow } from '../../ui/table/HeadRow.tsx';
import { useRows } from '../../ui/table/use-rows.ts';
import { copy, toast } from '../../ui/toast.tsx';
import type { Room } from '../../ui/use-media.ts';
import { useWidth } from '../../ui/use-width.ts';
import { SORTS, type Address, type SortKey } from './address.ts';
import { FINDING_COLUMNS } from './columns.ts';
import { CSV_HEAD, csvRow } from './csv-rows.ts';
import type { Neighbours } from './Findings.tsx';
import { GroupRow, ItemRow } from './Rows.tsx';
import { treeOf, type Place } from './tree.ts';
import { allRows, useRowPages, type Groups } from './use-findings.ts';
import '../../ui/table/table.css';

export interface TableHandle {
  readonly focus: () => void;
  /** The finding before (-1) or after (1) the selected one. */
  readonly step: (by: 1 | -1) => void;
  readonly toggleAll: () => void;
  readonly copyCsv: () => Promise<void>;
}

interface FindingsTableProps {
  readonly address: Address;
  readonly groups: Groups;
  readonly onAddress: (next: Address) => void;
  readonly onSelect: (row: FindingRow, replace: boolean) => void;
  readonly onNeighbours: (near: Neighbours) => void;
  readonly ref: Ref<TableHandle>;
}

const GROUP_HEIGHT = 32;
const ROW_HEIGHT = 28;

/** Which groups are open, by grouping: going away and coming back leaves them as they were. */
const opened = new Map<string, ReadonlySet<string>>();

const roomOf = (width: number): Room => (width < 640 ? 'narrow' : width < 820 ? 'mid' : width < 1500 ? 'normal' : 'wide');

const keepWord: Readonly<Record<string, SortKey>> = Object.fromEntries(SORTS.map((sort) => [sort, sort]));

/** Groups and their findings as one windowed tree: rows come page by page, and only what is in sight is in the document. */
export function FindingsTable({ address, groups: data, onAddress, onSelect, onNeighbours, ref }: FindingsTableProps) {
  const { groups } = data;
  const client = useClient();
  const now = useNow();
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const columns = useColumns('findings', FINDING_COLUMNS, width === 0 ? undefined : roomOf(width));
  const [open, setOpenState] = useState<ReadonlySet<string>>(() => opened.get(address.groupBy) ?? new Set());
  const setOpen = (next: ReadonlySet<string>): void => {
    opened.set(address.groupBy, next);
    setOpenState(next);
  };
  useEffect(() => setOpenState(opened.get(address.groupBy) ?? new Set()), [address.groupBy]);
  // A single group is never a choice: its rows are what was asked for.
  const only = groups.length === 1 ? groups[0] : undefined;
  const shownOpen = useMemo(
    () => (only === undefined || open.has(`closed ${only.key}`) ? open : new Set([...open, only.key])),
    [only, open],
  );
  const tree = useMemo(() => treeOf(groups, shownOpen), [groups, shownOpen]);
  const pages = useRowPages(data);

  const rowAt = (place: Place): FindingRow | undefined => {
    const group = groups[place.group];
    return place.type === 'group' || group === undefined ? undefined : pages.row(group, place.offset);
  };
  const toggle = (group: FindingGroup, want?: boolean): void => {
    const isOpen = shownOpen.has(group.key);
    if (want === isOpen) return;
    const next = new Set(open);
    next.delete(`closed ${group.key}`);
    if (isOpen) {
      next.delete(group.key);
      if (group === only) next.add(`closed ${group.key}`);
    } else next.add(group.key);
    setOpen(next);
  };
  const activate = (index: number, replace = false): void => {
    const place = tree.at(index);
    const group = groups[place.group];
    if (group === undefined) return;
    if (place.type === 'group') toggle(group);
    else {
      const row = rowAt(place);
      if (row !== undefined) onSelect(row, replace);
    }
  };
  const rows = useRows({
    count: tree.count,
    heightOf: (index) => (tree.at(index).type === 'group' ? GROUP_HEIGHT : ROW_HEIGHT),
    onOpen: (index) => {
      activate(index);
      // The drawer takes the focus, so that it can be read and left by Esc.
      if (tree.at(index).type === 'row') requestAnimationFrame(() => document.querySelector<HTMLElement>('.drawer')?.focus());
    },
    onSide: (index, side) => {
      const place = tree.at(index);
      const group = groups[place.group];
      if (group === undefined) return;
      if (place.type === 'group') toggle(group, side === 'right');
      else if (side === 'left') rows.setActive(tree.indexOfGroup(place.group));
    },
    onMove: (index) => {
      if (address.finding !== undefined && tree.at(index).type === 'row') activate(index, true);
    },
    revision: tree,
  });

  const { placed } = rows;
  const { want } = pages;
  useEffect(() => {
    want(
      placed.flatMap(({ index }) => {
        const place = tree.at(index);
        const group = groups[place.group];
        return place.type === 'row' && group !== undefined ? [{ group, offset: place.offset }] : [];
      }),
    );
  });

  const step = (by: 1 | -1): void => {
    for (let index = rows.active + by; index >= 0 && index < tree.count; index += by) {
      const place = tree.at(index);
      if (place.type !== 'row') continue;
      rows.moveTo(index);
      const row = rowAt(place);
      if (row !== undefined) onSelect(row, true);
      return;
    }
  };
  useEffect(() => {
    onNeighbours({
      before: rows.active > 0 ? rows.active - 1 : undefined,
      after: rows.active >= 0 && rows.active < tree.count - 1 ? rows.active + 1 : undefined,
    });
  }, [onNeighbours, rows.active, tree]);

  const copyCsv = async (): Promise<void> => {
    const all = await allRows(client, data.query);
    if (!all.ok) toast(all.error.what);
    else await copy(csv(CSV_HEAD, all.value.map(csvRow)), `${plural(all.value.length, 'finding')} copied as CSV`);
  };
  useImperativeHandle(ref, () => ({
    focus: rows.focus,
    step,
    toggleAll: () =>
      setOpen(
        groups.some((group) => !shownOpen.has(group.key))
          ? new Set(groups.map((group) => group.key))
          : new Set(only === undefined ? [] : [`closed ${only.key}`]),
      ),
    copyCsv,
  }));

  return (
    <>
      {pages.error === undefined ? null : <Problem error={pages.error} onRetry={pages.retry} />}
      <div className="table-box" ref={box}>
        <div
          ref={rows.scroller}
          className="table"
          role="treegrid"
          aria-label={`Findings by ${address.groupBy}`}
          aria-rowcount={tree.count + 1}
          tabIndex={0}
          aria-activedescendant={rows.active >= 0 ? rows.rowId(rows.active) : undefined}
          onKeyDown={rows.onKeyDown}
          style={tableStyle(columns.template, columns.minWidth)}
        >
          <HeadRow
            columns={columns}
            // Names ascend when everything else descends: A first is what a reader expects.
            sort={{ by: address.sort, descending: address.sort === 'name' ? !address.descending : address.descending }}
            onSort={(by) => {
              const sort = keepWord[by] ?? 'severity';
              onAddress({ ...address, sort, descending: sort === address.sort ? !address.descending : true });
            }}
          />
          <div className="table-rows" role="rowgroup" style={{ height: rows.height }}>
            {placed.map((at) => {
              const place = tree.at(at.index);
              const group = groups[place.group];
              if (group === undefined) return null;
              const frame = {
                id: rows.rowId(at.index),
                index: at.index,
                active: at.index === rows.active,
                style: { transform: `translateY(${at.start}px)`, height: at.size },
                columns: columns.visible,
              };
              if (place.type === 'group') {
                return (
                  <GroupRow
                    key={`group ${group.key}`}
                    {...frame}
                    group={group}
                    grouping={address.groupBy}
                    open={shownOpen.has(group.key)}
                    onToggle={() => {
                      rows.setActive(at.index);
                      toggle(group);
                    }}
                  />
                );
              }
              const row = rowAt(place);
              return (
                <ItemRow
                  key={`row ${place.offset} ${group.key}`}
                  {...frame}
                  row={row}
                  grouping={address.groupBy}
                  now={now}
                  selected={row !== undefined && row.fingerprint === address.finding}
                  onOpen={() => {
                    rows.setActive(at.index);
                    activate(at.index);
                  }}
                />
              );
            })}
          </div>
        </div>
      </div>
      <div className="table-foot" aria-hidden="true">
        <span>{rows.active < 0 ? plural(tree.count, 'row') : `row ${rows.active + 1} of ${tree.count}`}</span>
        <span className="wide-only">
          <kbd>j</kbd> <kbd>k</kbd> move
        </span>
        <span className="wide-only">
          <kbd>Enter</kbd> open
        </span>
        <span className="wide-only">
          <kbd>Esc</kbd> close
        </span>
      </div>
    </>
  );
}
