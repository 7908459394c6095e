import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { Overview } from '#core/api/findings.ts';
import type { Category } from '#core/rules/model.ts';
import { useHref } from '../../state/current.ts';
import { Button, Name } from '../../ui/controls.tsx';
import { count, plural, words } from '../../ui/format.ts';
import { safe } from '../../ui/safe-text.ts';
import { DataTable, type Column } from '../../ui/table/DataTable.tsx';
import { heatStep, largestCell, SHORT, usedCategories } from './heat.ts';

type Row = Overview['namespaces'][number];

const FIRST_ROWS = 14;

/** Objects without a namespace stand in a row of their own. */
export const namespaceName = (namespace: string): string => (namespace === '' ? 'cluster-scoped' : namespace);

interface HeatMapProps {
  readonly overview: Overview;
  readonly asTable: boolean;
  readonly onToggle: () => void;
}

export function HeatMap({ overview, asTable, onToggle }: HeatMapProps) {
  const [all, setAll] = useState(false);
  const rows = all ? overview.namespaces : overview.namespaces.slice(0, FIRST_ROWS);
  const rest = overview.namespaces.length - rows.length;
  return (
    <section className="panel heat-map" aria-labelledby="heat-title">
      <header className="panel-head">
        <h2 id="heat-title">Worst namespaces</h2>
        <span className="muted small">failing findings by category</span>
        <span className="end" />
        <Button look="quiet" small aria-pressed={asTable} onClick={onToggle}>
          Table <kbd>t</kbd>
        </Button>
      </header>
      {asTable ? <HeatTable overview={overview} /> : <HeatGrid overview={overview} rows={rows} />}
      {asTable || rest === 0 ? null : (
        <p className="heat-more">
          <button type="button" className="link small" onClick={() => setAll(true)}>
            {plural(rest, 'more namespace')}
          </button>
        </p>
      )}
    </section>
  );
}

function HeatGrid({ overview, rows }: { readonly overview: Overview; readonly rows: readonly Row[] }) {
  const href = useHref();
  const categories = usedCategories(overview);
  const largest = largestCell(overview);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
    <div className="heat-scroll" tabIndex={0} role="region" aria-label="Heat map">
      <table className="heat">
        <thead>
          <tr>
            <th scope="col">Namespace</th>
            <th scope="col" className="heat-team wide-only">
              Team
            </th>
            {categories.map((category) => (
              <th key={category} scope="col" title={words(category)}>
                <span aria-hidden="true">{SHORT[category]}</span>
                <span className="sr-only">{words(category)}</span>
              </th>
            ))}
            <th scope="col" className="heat-total">
              Total
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.namespace}>
              <th scope="row">
                <Link href={href('/findings', { namespace: row.namespace })}>
                  <Name text={namespaceName(row.namespace)} />
                </Link>
              </th>
              <td className="heat-team muted small wide-only">{safe(row.team ?? '')}</td>
              {categories.map((category) => (
                <HeatCell key={category} row={row} category={category} largest={largest} />
              ))}
              <td className="heat-total">{count(row.total)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function HeatCell({ row, category, largest }: { readonly row: Row; readonly category: Category; readonly largest: number }) {
  const href = useHref();
  const value = row.byCategory[category] ?? 0;
  return (
    <td className="heat-cell">
      {value === 0 ? (
        <span className="heat-0" title={`${safe(namespaceName(row.namespace))}, ${words(category)}: none`}>
          <span aria-hidden="true">·</span>
          <span className="sr-only">none</span>
        </span>
      ) : (
        <Link
          className={`heat-${heatStep(value, largest)}`}
          href={href('/findings', { namespace: row.namespace, category })}
          title={`${safe(namespaceName(row.namespace))}, ${words(category)}: ${plural(value, 'finding')}`}
        >
          {count(value)}
        </Link>
      )}
    </td>
  );
}

function HeatTable({ overview }: { readonly overview: Overview }) {
  const [, navigate] = useLocation();
  const href = useHref();
  const columns: readonly Column<Row>[] = [
    {
      id: 'namespace',
      title: 'Namespace',
      width: 140,
      grow: true,
      fixed: true,
      value: (row) => row.namespace,
      cell: (row) => <Name text={namespaceName(row.namespace)} />,
    },
    {
      id: 'team',
      title: 'Team',
      width: 90,
      from: 'mid',
      value: (row) => row.team ?? '',
      cell: (row) => <span className="muted table-cut">{safe(row.team ?? '')}</span>,
    },
    ...usedCategories(overview).map((category): Column<Row> => ({
      id: category,
      title: SHORT[category],
      width: 72,
      align: 'end',
      value: (row) => row.byCategory[category] ?? 0,
      cell: (row) =>
        (row.byCategory[category] ?? 0) === 0 ? <span className="muted">0</span> : count(row.byCategory[category] ?? 0),
    })),
    { id: 'total', title: 'Total', width: 70, align: 'end', value: (row) => row.total, cell: (row) => count(row.total) },
  ];
  return (
    <DataTable
      view="heat"
      label="Failing findings by namespace and category"
      columns={columns}
      rows={overview.namespaces}
      keyOf={(row) => row.namespace}
      first={{ by: 'total', descending: true }}
      inline={overview.namespaces.length <= 100}
      onOpen={(row) => navigate(href('/findings', { namespace: row.namespace }))}
    />
  );
}
