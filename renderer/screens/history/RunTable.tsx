import type { Run } from '#core/api/common.ts';
import { hasVerdicts, SEVERITIES } from '#core/model.ts';
import { Name } from '../../ui/controls.tsx';
import { count, dateTime, duration, percent } from '../../ui/format.ts';
import { SeverityShape } from '../../ui/Marks.tsx';
import { safe } from '../../ui/safe-text.ts';
import { DataTable, type Column } from '../../ui/table/DataTable.tsx';

export const failingOf = (run: Run): number => SEVERITIES.reduce((sum, severity) => sum + run.failing[severity], 0);

export const postureOf = (run: Run): number | undefined => {
  const { pass, fail } = run.posture;
  return pass + fail === 0 ? undefined : pass / (pass + fail);
};

const none = (
  <span className="muted" title="not known">
    <span aria-hidden="true">–</span>
    <span className="sr-only">not known</span>
  </span>
);

export function RunStatusWord({ run }: { readonly run: Run }) {
  return <span className={`run-status-${run.status}`}>{run.status}</span>;
}

export function Failing({ run }: { readonly run: Run }) {
  if (!hasVerdicts(run)) return none;
  return (
    <span className="run-failing">
      {SEVERITIES.map((severity) => (
        <span key={severity} className={`severity severity-${severity}`} title={`${count(run.failing[severity])} ${severity}`}>
          <SeverityShape severity={severity} />
          <span className="sr-only">{severity} </span>
          {count(run.failing[severity])}
        </span>
      ))}
    </span>
  );
}

/** Where the code came from, as short as it stays useful. */
const gitText = (run: Run): string =>
  [run.git?.branch, run.git?.commit?.slice(0, 8)].filter((part) => part !== undefined).join(' ');
const labelText = (run: Run): string =>
  Object.entries(run.labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');

const columnsOf = (picked: readonly string[], onPick: (run: Run) => void): readonly Column<Run>[] => [
  {
    id: 'pick',
    title: 'Pick',
    width: 48,
    fixed: true,
    cell: (run) => (
      // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions -- the click must not open the row
      <label className="check run-pick" onClick={(event) => event.stopPropagation()}>
        <input
          type="checkbox"
          tabIndex={-1}
          disabled={!hasVerdicts(run)}
          title={hasVerdicts(run) ? undefined : 'This run has no verdicts to compare'}
          aria-label={`Pick scan #${run.number} of ${safe(run.source.name)} for comparing`}
          checked={picked.includes(run.id)}
          onChange={() => onPick(run)}
        />
      </label>
    ),
  },
  {
    id: 'source',
    title: 'Source',
    width: 180,
    grow: true,
    fixed: true,
    value: (run) => run.source.name,
    cell: (run) => (
      <>
        <span className="cluster-square" data-colour={run.source.colour} />
        <Name text={run.source.name} />
        <span className="muted small">#{run.number}</span>
        {run.source.production ? (
          <span className="cluster-word" data-colour={run.source.colour}>
            PRODUCTION
          </span>
        ) : null}
      </>
    ),
  },
  {
    id: 'when',
    title: 'When',
    width: 150,
    value: (run) => run.startedAt,
    cell: (run) => <time dateTime={run.startedAt}>{dateTime(run.startedAt)}</time>,
  },
  { id: 'status', title: 'Status', width: 96, value: (run) => run.status, cell: (run) => <RunStatusWord run={run} /> },
  {
    id: 'duration',
    title: 'Took',
    width: 76,
    align: 'end',
    from: 'normal',
    value: (run) => run.durationMs ?? -1,
    cell: (run) => (run.durationMs === undefined ? none : duration(run.durationMs)),
  },
  {
    id: 'objects',
    title: 'Objects',
    width: 78,
    align: 'end',
    from: 'mid',
    value: (run) => run.objects,
    cell: (run) => count(run.objects),
  },
  {
    id: 'failing',
    title: 'Failing',
    width: 236,
    value: (run) => (hasVerdicts(run) ? failingOf(run) : -1),
    cell: (run) => <Failing run={run} />,
  },
  {
    id: 'posture',
    title: 'Posture',
    width: 76,
    align: 'end',
    value: (run) => (hasVerdicts(run) ? (postureOf(run) ?? -1) : -1),
    cell: (run) => {
      const posture = postureOf(run);
      return posture === undefined || !hasVerdicts(run) ? none : percent(posture, 1);
    },
  },
  {
    id: 'covered',
    title: 'Covered',
    width: 74,
    align: 'end',
    from: 'normal',
    value: (run) => run.covered,
    cell: (run) => <span className="muted">{percent(run.covered)}</span>,
  },
  {
    id: 'labels',
    title: 'Labels',
    width: 140,
    from: 'wide',
    value: labelText,
    cell: (run) => (
      <span className="muted small table-cut" title={safe(labelText(run))}>
        {safe(labelText(run))}
      </span>
    ),
  },
  {
    id: 'git',
    title: 'Git',
    width: 140,
    from: 'wide',
    value: gitText,
    cell: (run) => (
      <code className="muted table-cut" title={safe(run.git?.remote ?? '')}>
        {safe(gitText(run))}
      </code>
    ),
  },
  {
    id: 'tool',
    title: 'Version',
    width: 76,
    extra: true,
    value: (run) => run.toolVersion,
    cell: (run) => <span className="muted">{safe(run.toolVersion)}</span>,
  },
];

interface RunTableProps {
  readonly runs: readonly Run[];
  readonly picked: readonly string[];
  readonly selected: string | undefined;
  readonly onOpen: (run: Run) => void;
  readonly onPick: (run: Run) => void;
}

export function RunTable({ runs, picked, selected, onOpen, onPick }: RunTableProps) {
  return (
    <DataTable
      view="history"
      label="Runs"
      columns={columnsOf(picked, onPick)}
      rows={runs}
      keyOf={(run) => run.id}
      selected={selected}
      first={{ by: 'when', descending: true }}
      onOpen={onOpen}
      onMark={(run) => (hasVerdicts(run) ? onPick(run) : undefined)}
    />
  );
}
