import { useLocation } from 'wouter';
import { SEVERITIES } from '#core/model.ts';
import type { Overview, RuleStanding } from '#core/api/findings.ts';
import { useHref } from '../../state/current.ts';
import { count, percent, words } from '../../ui/format.ts';
import { SeverityMark, VerdictMark } from '../../ui/Marks.tsx';
import { safe } from '../../ui/safe-text.ts';
import { DataTable, type Column } from '../../ui/table/DataTable.tsx';
import { ZONES, type Line, type LineRule, type ZoneName } from '#core/load-line/line.ts';

interface Row extends LineRule {
  readonly zone: ZoneName;
  readonly zoneWord: string;
  /** What the scan says of it beside its counts. */
  readonly standing: RuleStanding | undefined;
}

const figure = (value: number) => (value === 0 ? <span className="muted">0</span> : count(value));

const unknown = ({ standing }: Row): number =>
  standing === undefined ? 0 : standing.counts.notEvaluated + standing.counts.error;

const COLUMNS: readonly Column<Row>[] = [
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
    id: 'zone',
    title: 'Zone',
    width: 116,
    value: (rule) => ZONES.indexOf(rule.zone) + (rule.regressed > 0 ? -1 : 0),
    cell: (rule) => (rule.regressed > 0 ? <VerdictMark verdict="fail" word="regressed" /> : <span>{rule.zoneWord}</span>),
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
    value: (rule) => rule.rate ?? -1,
    cell: (rule) => (rule.rate === undefined ? <span className="muted">none</span> : percent(rule.rate)),
  },
  {
    id: 'pass',
    title: 'Pass',
    width: 68,
    align: 'end',
    value: (rule) => rule.pass,
    cell: (rule) => figure(rule.pass),
  },
  {
    id: 'fail',
    title: 'Fail',
    width: 68,
    align: 'end',
    value: (rule) => rule.fail,
    cell: (rule) => figure(rule.fail),
  },
  {
    id: 'findings',
    title: 'Findings',
    width: 78,
    align: 'end',
    value: (rule) => rule.standing?.findings ?? 0,
    cell: (rule) => figure(rule.standing?.findings ?? 0),
  },
  {
    id: 'waived',
    title: 'Waived',
    width: 72,
    align: 'end',
    from: 'mid',
    value: (rule) => rule.standing?.counts.waived ?? 0,
    cell: (rule) => figure(rule.standing?.counts.waived ?? 0),
  },
  {
    id: 'notEvaluated',
    title: 'Not evaluated',
    width: 104,
    align: 'end',
    from: 'mid',
    value: (rule) => unknown(rule),
    cell: (rule) => figure(unknown(rule)),
  },
  {
    id: 'namespaces',
    title: 'Namespaces',
    width: 92,
    align: 'end',
    from: 'normal',
    value: (rule) => rule.standing?.namespaces ?? 0,
    cell: (rule) => figure(rule.standing?.namespaces ?? 0),
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

const word = (line: Line, zone: ZoneName): string =>
  zone === 'base' ? (line.baseline === undefined ? 'would hold' : 'baseline') : zone;

/** The same data as the picture. */
export function LoadLineTable({ line, overview }: { readonly line: Line; readonly overview: Overview }) {
  const [, navigate] = useLocation();
  const href = useHref();
  const standings = new Map(overview.rules.map((rule) => [rule.rule, rule]));
  const rows = ZONES.flatMap((zone) =>
    line[zone].map((rule): Row => ({ ...rule, zone, zoneWord: word(line, zone), standing: standings.get(rule.rule) })),
  );
  return (
    <DataTable
      view="load-line"
      label="Rules by pass rate"
      columns={COLUMNS}
      rows={rows}
      keyOf={(rule) => rule.rule}
      inline
      onOpen={(rule) => navigate(href(`/rules/${rule.rule}`))}
    />
  );
}
