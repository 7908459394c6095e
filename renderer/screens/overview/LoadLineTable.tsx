import { useLocation } from 'wouter';
import { SEVERITIES } from '#core/model.ts';
import type { Overview, RuleStanding } from '#core/api/findings.ts';
import { useHref } from '../../state/current.ts';
import { count, percent, words } from '../../ui/format.ts';
import { SeverityMark } from '../../ui/Marks.tsx';
import { safe } from '../../ui/safe-text.ts';
import { DataTable, type Column } from '../../ui/table/DataTable.tsx';

const judged = (rule: RuleStanding): number => rule.counts.pass + rule.counts.fail;
const rate = (rule: RuleStanding): number => (judged(rule) === 0 ? -1 : rule.counts.pass / judged(rule));
const figure = (value: number) => (value === 0 ? <span className="muted">0</span> : count(value));

export const RULE_COLUMNS: readonly Column<RuleStanding>[] = [
  {
    id: 'rule',
    title: 'Rule',
    width: 210,
    grow: true,
    fixed: true,
    value: (rule) => rule.title,
    cell: (rule) => (
      <span className="table-cut" title={safe(rule.title)}>
        {safe(rule.title)}
      </span>
    ),
  },
  {
    id: 'severity',
    title: 'Severity',
    width: 100,
    value: (rule) => SEVERITIES.indexOf(rule.severity),
    cell: (rule) => <SeverityMark severity={rule.severity} />,
  },
  {
    id: 'category',
    title: 'Category',
    width: 120,
    from: 'normal',
    value: (rule) => rule.category,
    cell: (rule) => <span className="muted">{words(rule.category)}</span>,
  },
  {
    id: 'rate',
    title: 'Passing',
    width: 78,
    align: 'end',
    value: rate,
    cell: (rule) => (judged(rule) === 0 ? <span className="muted">none</span> : percent(rate(rule))),
  },
  {
    id: 'pass',
    title: 'Pass',
    width: 68,
    align: 'end',
    value: (rule) => rule.counts.pass,
    cell: (rule) => figure(rule.counts.pass),
  },
  {
    id: 'fail',
    title: 'Fail',
    width: 68,
    align: 'end',
    value: (rule) => rule.counts.fail,
    cell: (rule) => figure(rule.counts.fail),
  },
  {
    id: 'findings',
    title: 'Findings',
    width: 78,
    align: 'end',
    value: (rule) => rule.findings,
    cell: (rule) => figure(rule.findings),
  },
  {
    id: 'waived',
    title: 'Waived',
    width: 72,
    align: 'end',
    from: 'mid',
    value: (rule) => rule.counts.waived,
    cell: (rule) => figure(rule.counts.waived),
  },
  {
    id: 'notEvaluated',
    title: 'Not evaluated',
    width: 104,
    align: 'end',
    from: 'mid',
    value: (rule) => rule.counts.notEvaluated + rule.counts.error,
    cell: (rule) => figure(rule.counts.notEvaluated + rule.counts.error),
  },
  {
    id: 'namespaces',
    title: 'Namespaces',
    width: 92,
    align: 'end',
    from: 'normal',
    value: (rule) => rule.namespaces,
    cell: (rule) => figure(rule.namespaces),
  },
  {
    id: 'effort',
    title: 'Effort',
    width: 78,
    from: 'normal',
    value: (rule) => rule.effort,
    cell: (rule) => <span className="muted">{rule.effort}</span>,
  },
];

/** The same data as the picture. */
export function LoadLineTable({ overview }: { readonly overview: Overview }) {
  const [, navigate] = useLocation();
  const href = useHref();
  return (
    <DataTable
      view="load-line"
      label="Rules by pass rate"
      columns={RULE_COLUMNS}
      rows={overview.rules}
      keyOf={(rule) => rule.rule}
      first={{ by: 'rate', descending: true }}
      inline
      onOpen={(rule) => navigate(href(`/rules/${rule.rule}`))}
    />
  );
}
