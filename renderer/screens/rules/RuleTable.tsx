import { useRef } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import type { RuleSummary } from '#core/api/rules.ts';
import { SEVERITIES } from '#core/model.ts';
import { useHref } from '../../state/current.ts';
import { count } from '../../ui/format.ts';
import { SeverityMark } from '../../ui/Marks.tsx';
import { safe } from '../../ui/safe-text.ts';
import { DataTable, type Column } from '../../ui/table/DataTable.tsx';
import type { Room } from '../../ui/use-media.ts';
import { useWidth } from '../../ui/use-width.ts';
import { FACETS } from './facets.ts';

const LIST_COLUMNS: readonly Column<RuleSummary>[] = [
  {
    id: 'title',
    title: 'Rule',
    width: 190,
    grow: true,
    fixed: true,
    value: (rule) => rule.title,
    cell: (rule) => (
      <span className="table-cut" title={`${safe(rule.title)} (${rule.id})`}>
        {safe(rule.title)}
      </span>
    ),
  },
  {
    id: 'severity',
    title: 'Severity',
    width: 96,
    value: (rule) => SEVERITIES.indexOf(rule.severity),
    cell: (rule) => <SeverityMark severity={rule.severity} />,
  },
  {
    id: 'mode',
    title: 'Policy',
    width: 64,
    from: 'mid',
    value: (rule) => rule.mode,
    cell: (rule) => <span className="muted">{rule.mode}</span>,
  },
  {
    id: 'fails',
    title: 'Fails now',
    width: 82,
    align: 'end',
    value: (rule) => rule.findings ?? -1,
    cell: (rule) =>
      rule.findings === undefined ? (
        <span className="muted">–</span>
      ) : rule.findings === 0 ? (
        <span className="muted">none</span>
      ) : (
        count(rule.findings)
      ),
  },
];

const roomOf = (width: number): Room => (width < 440 ? 'narrow' : 'normal');

/** The rules that are left; opening one keeps the filters. */
export function RuleTable({
  rules,
  selected,
}: {
  readonly rules: readonly RuleSummary[];
  readonly selected: string | undefined;
}) {
  const [, navigate] = useLocation();
  const [params] = useSearchParams();
  const href = useHref();
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const kept = Object.fromEntries(
    [...FACETS, 'q'].map((name) => [name, params.getAll(name)] as const).filter(([, values]) => values.length > 0),
  );
  return (
    <div className="table-box" ref={box}>
      <DataTable
        view="rules"
        label="Rules"
        columns={LIST_COLUMNS}
        rows={rules}
        keyOf={(rule) => rule.id}
        selected={selected}
        first={{ by: 'severity', descending: false }}
        {...(width === 0 ? {} : { room: roomOf(width) })}
        onOpen={(rule) => navigate(href(`/rules/${rule.id}`, kept), { replace: selected !== undefined })}
      />
    </div>
  );
}
