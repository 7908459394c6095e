import type { CSSProperties, ReactNode } from 'react';
import type { FindingGroup, FindingRow } from '#core/api/findings.ts';
import { Name } from '../../ui/controls.tsx';
import { age, count, percent, plural } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { SeverityMark, VerdictMark } from '../../ui/Marks.tsx';
import { safe } from '../../ui/safe-text.ts';
import type { ColumnHead } from '../../ui/table/columns.ts';
import type { Grouping } from './address.ts';

interface FrameProps {
  readonly id: string;
  readonly index: number;
  readonly active: boolean;
  readonly style: CSSProperties;
  readonly columns: readonly ColumnHead[];
  readonly grouping: Grouping;
}

interface GroupRowProps extends FrameProps {
  readonly group: FindingGroup;
  readonly open: boolean;
  readonly onToggle: () => void;
}

const none = <span className="muted">0</span>;

export function GroupRow({ id, index, active, style, columns, group, grouping, open, onToggle }: GroupRowProps) {
  const cell = (column: string): ReactNode => {
    switch (column) {
      case 'name':
        return (
          <>
            <span className={open ? 'twist twist-open' : 'twist'}>
              <Icon name="right" size={12} />
            </span>
            {grouping === 'rule' || grouping === 'fix' ? (
              // A sentence loses least at its end; a name in its middle.
              <span className="table-cut" title={safe(group.title)}>
                {safe(group.title)}
              </span>
            ) : (
              <Name text={group.title} />
            )}
            {group.subtitle === undefined || grouping === 'rule' ? null : (
              <code className="muted small group-note">{safe(group.subtitle)}</code>
            )}
            {group.notEvaluated === 0 ? null : (
              <span className="muted small nowrap">{count(group.notEvaluated)} not evaluated</span>
            )}
          </>
        );
      case 'severity':
        return <SeverityMark severity={group.severity} />;
      case 'namespaces':
        return (
          <span className="muted">
            {grouping === 'namespace' || group.namespaces === 0 ? '' : plural(group.namespaces, 'namespace')}
          </span>
        );
      case 'failing':
        return group.failing === 0 ? none : count(group.failing);
      case 'passing':
        return group.passing === undefined ? null : <span className="second">{percent(group.passing)}</span>;
      default:
        return null;
    }
  };
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the grid has the focus and its keys
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-level={1}
      aria-expanded={open}
      className={`table-row group-row${active ? ' table-active' : ''}`}
      style={style}
      onClick={onToggle}
    >
      {columns.map((column) => (
        <div key={column.id} role="gridcell" className={column.align === 'end' ? 'table-cell table-end' : 'table-cell'}>
          {cell(column.id)}
        </div>
      ))}
    </div>
  );
}

interface ItemRowProps extends FrameProps {
  readonly row: FindingRow | undefined;
  readonly now: number;
  readonly selected: boolean;
  readonly onOpen: () => void;
}

export function ItemRow({ id, index, active, style, columns, row, grouping, now, selected, onOpen }: ItemRowProps) {
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the grid has the focus and its keys
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-level={2}
      aria-selected={selected}
      aria-busy={row === undefined}
      className={`table-row child-row${active ? ' table-active' : ''}`}
      style={style}
      onClick={onOpen}
    >
      {columns.map((column) => (
        <div key={column.id} role="gridcell" className={column.align === 'end' ? 'table-cell table-end' : 'table-cell'}>
          {row === undefined ? (
            column.id === 'name' ? (
              <span className="row-wait" />
            ) : null
          ) : (
            itemCell(column.id, row, grouping, now)
          )}
        </div>
      ))}
    </div>
  );
}

function itemCell(column: string, row: FindingRow, grouping: Grouping, now: number): ReactNode {
  switch (column) {
    case 'name':
      return (
        <span className="finding-name" title={safe(row.message)}>
          <VerdictMark verdict={row.verdict} />
          {grouping === 'object' ? <span className="table-cut">{safe(row.title)}</span> : <ObjectName row={row} />}
          {row.container === undefined ? null : <code className="muted">{safe(row.container)}</code>}
          {grouping === 'rule' || grouping === 'object' ? null : <span className="muted">{safe(row.title)}</span>}
        </span>
      );
    case 'severity':
      return grouping === 'rule' ? null : <SeverityMark severity={row.severity} />;
    case 'namespaces':
      return row.object.namespace === undefined ? (
        <span className="muted">cluster-scoped</span>
      ) : (
        <Name text={row.object.namespace} className="second" />
      );
    case 'failing':
      return row.owned === 0 ? null : (
        <span
          className="muted"
          title={`${plural(row.owned, 'object')} that it owns ${row.owned === 1 ? 'fails' : 'fail'} with it`}
        >
          +{count(row.owned)}
        </span>
      );
    case 'team':
      return row.team === undefined ? <span className="muted">unowned</span> : <Name text={row.team} className="second" />;
    case 'age':
      return row.isNew ? (
        <span className="tag tag-new">new</span>
      ) : row.firstSeen === undefined ? null : (
        <span className="muted" title={row.firstSeen}>
          {age(row.firstSeen, now)}
        </span>
      );
    case 'path':
      return (
        <code className="muted table-cut" title={safe(row.path)}>
          {safe(row.path)}
        </code>
      );
    case 'effort':
      return <span className="muted">{row.effort}</span>;
    case 'message':
      return (
        <span className="second table-cut" title={safe(row.message)}>
          {safe(row.message)}
        </span>
      );
    default:
      return null;
  }
}

function ObjectName({ row }: { readonly row: FindingRow }) {
  return (
    <>
      <span className="muted finding-kind">{safe(row.object.kind)}</span>
      <Name text={row.object.name} />
    </>
  );
}
