import { useMemo, useRef } from 'react';
import type { PolicyRuleRow } from '#core/api/policies.ts';
import { SEVERITIES } from '#core/model.ts';
import { plural } from '../../ui/format.ts';
import { SeverityMark } from '../../ui/Marks.tsx';
import { safe } from '../../ui/safe-text.ts';
import { DataTable, type Column } from '../../ui/table/DataTable.tsx';
import type { Room } from '../../ui/use-media.ts';
import { useWidth } from '../../ui/use-width.ts';
import { isChanged, modeOf, ownOf, type Draft } from './draft.ts';

interface EditorTableProps {
  readonly rows: readonly PolicyRuleRow[];
  readonly draft: Draft;
  readonly editable: boolean;
  readonly selected: string | undefined;
  readonly onOpen: (rule: string) => void;
  readonly onToggle: (row: PolicyRuleRow) => void;
}

const roomOf = (width: number): Room => (width < 560 ? 'narrow' : width < 760 ? 'mid' : 'normal');

export function EditorTable({ rows, draft, editable, selected, onOpen, onToggle }: EditorTableProps) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const columns = useMemo(() => columnsOf(draft, editable, onToggle), [draft, editable, onToggle]);
  return (
    <div className="policies-table" ref={box}>
      <DataTable
        view="policy"
        label="Rules of the policy"
        columns={columns}
        rows={rows}
        keyOf={(row) => row.rule}
        selected={selected}
        first={{ by: 'severity', descending: false }}
        onOpen={(row) => onOpen(row.rule)}
        {...(editable ? { onMark: onToggle } : {})}
        {...(width === 0 ? {} : { room: roomOf(width) })}
      />
    </div>
  );
}

function columnsOf(draft: Draft, editable: boolean, onToggle: (row: PolicyRuleRow) => void): readonly Column<PolicyRuleRow>[] {
  return [
    {
      id: 'on',
      title: 'On',
      width: 56,
      fixed: true,
      value: (row) => (modeOf(draft, row) === 'off' ? 1 : 0),
      cell: (row) => (
        <button
          type="button"
          role="switch"
          className="switch"
          aria-checked={modeOf(draft, row) !== 'off'}
          aria-label={safe(row.title)}
          disabled={!editable}
          tabIndex={-1}
          onClick={(event) => {
            event.stopPropagation();
            onToggle(row);
          }}
        />
      ),
    },
    {
      id: 'rule',
      title: 'Rule',
      width: 200,
      grow: true,
      fixed: true,
      value: (row) => row.title,
      cell: (row) => (
        <>
          <span className="table-cut" title={`${safe(row.title)} (${row.rule})`}>
            {safe(row.title)}
          </span>
          {isChanged(draft, row.rule) ? <span className="tag">changed</span> : null}
        </>
      ),
    },
    {
      id: 'severity',
      title: 'Severity',
      width: 92,
      value: (row) => SEVERITIES.indexOf(row.severity),
      cell: (row) => <SeverityMark severity={ownOf(draft, row)?.severity ?? row.severity} />,
    },
    {
      id: 'mode',
      title: 'Mode',
      width: 62,
      from: 'mid',
      value: (row) => modeOf(draft, row),
      cell: (row) => <span className="muted">{modeOf(draft, row)}</span>,
    },
    {
      id: 'fails',
      title: 'Fails now',
      width: 120,
      align: 'end',
      value: (row) => row.failing?.objects ?? -1,
      cell: (row) => <FailsNow row={row} />,
    },
    {
      id: 'from',
      title: 'Setting comes from',
      width: 172,
      from: 'mid',
      value: (row) => originOf(row),
      cell: (row) => <span className="muted table-cut">{originOf(row)}</span>,
    },
  ];
}

function FailsNow({ row }: { readonly row: PolicyRuleRow }) {
  const { failing, counts } = row;
  if (failing === undefined) return <span className="muted">–</span>;
  if (failing.objects > 0) return <strong className="strong">{plural(failing.objects, 'object')}</strong>;
  if (counts !== undefined && counts.pass === 0) {
    return <span className="muted">{counts.notEvaluated + counts.error > 0 ? 'not evaluated' : 'applies to none'}</span>;
  }
  return <span className="muted">none</span>;
}

/** Where the mode comes from, in words; more than the mode of its own is said too. */
function originOf(row: PolicyRuleRow): string {
  if (row.own !== undefined) {
    const fields = Object.keys(row.own).filter((field) => field !== 'mode' && field !== 'reason');
    const reason = row.own.reason === undefined ? '' : `, ${safe(row.own.reason)}`;
    return `own${fields.length === 0 ? '' : `: ${fields.join(', ')}`}${reason}`;
  }
  const from = row.origins['mode'];
  return from === undefined ? 'the rule' : `from ${safe(from)}`;
}
