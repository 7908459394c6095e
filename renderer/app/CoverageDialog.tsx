import type { z } from 'zod';
import type { coverageEntry, Run } from '#core/api/common.ts';
import type { ReadProblemRow } from '#core/api/scans.ts';
import type { CoverageStatus, Verdict } from '#core/model.ts';
import { useQuery } from '../state/query.ts';
import { count, percent, plural } from '../ui/format.ts';
import { VerdictMark } from '../ui/Marks.tsx';
import { Dialog } from '../ui/overlays.tsx';
import { safe, safeLine } from '../ui/safe-text.ts';
import { Problem, Skeleton } from '../ui/states.tsx';
import { DataTable, type Column } from '../ui/table/DataTable.tsx';
import { useFrame } from './frame-store.ts';

type Entry = z.infer<typeof coverageEntry>;

/** How a status reads, and what it means for verdicts where the host gave no reason of its own. */
const STATUSES: Readonly<Record<CoverageStatus, { readonly word: string; readonly mark: Verdict; readonly means: string }>> = {
  complete: { word: 'read', mark: 'pass', means: 'judged' },
  metadataOnly: { word: 'names only', mark: 'pass', means: 'contents are never read' },
  leftOut: { word: 'left out', mark: 'notApplicable', means: 'no rule needs it' },
  notAsked: { word: 'not asked for', mark: 'notEvaluated', means: 'rules that need it are not evaluated' },
  forbidden: { word: 'forbidden', mark: 'notEvaluated', means: 'rules that need it are not evaluated' },
  unauthorized: { word: 'not logged in', mark: 'notEvaluated', means: 'rules that need it are not evaluated' },
  notFound: { word: 'absent', mark: 'notApplicable', means: 'nothing to judge' },
  expired: { word: 'list expired', mark: 'error', means: 'rules that need it are not evaluated' },
  throttled: { word: 'throttled', mark: 'error', means: 'rules that need it are not evaluated' },
  serverError: { word: 'server error', mark: 'error', means: 'rules that need it are not evaluated' },
  timeout: { word: 'timed out', mark: 'error', means: 'rules that need it are not evaluated' },
  unreachable: { word: 'unreachable', mark: 'error', means: 'rules that need it are not evaluated' },
  invalid: { word: 'unreadable', mark: 'error', means: 'rules that need it are not evaluated' },
  cancelled: { word: 'cancelled', mark: 'notEvaluated', means: 'rules that need it are not evaluated' },
};

/** Incomplete kinds first: they are why somebody looks here. */
const rank = (entry: Entry): number => {
  const mark = STATUSES[entry.status].mark;
  return mark === 'error' ? 0 : mark === 'notEvaluated' ? 1 : mark === 'pass' ? 2 : 3;
};

const COLUMNS: readonly Column<Entry>[] = [
  {
    id: 'kind',
    title: 'Kind',
    width: 190,
    grow: true,
    fixed: true,
    value: (entry) => entry.kind,
    cell: (entry) => (
      <span
        className="table-cut"
        title={`${entry.group === '' ? 'core' : safe(entry.group)}/${safe(entry.version)} ${safe(entry.resource)}`}
      >
        {safe(entry.kind)} <span className="muted small">{safe(entry.group)}</span>
      </span>
    ),
  },
  {
    id: 'namespace',
    title: 'Namespace',
    width: 120,
    value: (entry) => entry.namespace ?? '',
    cell: (entry) => <span className="muted table-cut">{entry.namespace === undefined ? 'all' : safe(entry.namespace)}</span>,
  },
  {
    id: 'status',
    title: 'Status',
    width: 150,
    value: rank,
    cell: (entry) => (
      <VerdictMark
        verdict={STATUSES[entry.status].mark}
        word={
          entry.httpStatus === undefined || entry.httpStatus === 200
            ? STATUSES[entry.status].word
            : `${entry.httpStatus} ${STATUSES[entry.status].word}`
        }
      />
    ),
  },
  {
    id: 'objects',
    title: 'Objects',
    width: 80,
    align: 'end',
    value: (entry) => entry.objects,
    cell: (entry) => count(entry.objects),
  },
  {
    id: 'means',
    title: 'What it means',
    width: 320,
    cell: (entry) => {
      const text = safeLine(entry.reason ?? STATUSES[entry.status].means);
      return (
        <span className="second table-cut" title={text}>
          {text}
        </span>
      );
    },
  },
];

const PROBLEM_COLUMNS: readonly Column<ReadProblemRow>[] = [
  {
    id: 'file',
    title: 'File',
    width: 260,
    grow: true,
    fixed: true,
    value: (problem) => problem.file,
    cell: (problem) => <code className="table-cut">{safe(problem.file)}</code>,
  },
  {
    id: 'line',
    title: 'Line',
    width: 76,
    align: 'end',
    value: (problem) => problem.line ?? 0,
    cell: (problem) =>
      problem.line === undefined ? '' : `${problem.line}${problem.column === undefined ? '' : `:${problem.column}`}`,
  },
  {
    id: 'message',
    title: 'Why',
    width: 380,
    value: (problem) => problem.message,
    cell: (problem) => (
      <span className="second table-cut" title={safe(problem.message)}>
        {safe(problem.message)}
      </span>
    ),
  },
];

/** What was read and what was not: kind by kind, and what it means for verdicts. */
export function CoverageDialog({ run }: { readonly run: Run }) {
  const open = useFrame((state) => state.dialog === 'coverage');
  const close = useFrame((state) => state.close);
  const table = useQuery({
    key: open ? ['coverage', run.id] : null,
    ask: (client, signal) => client.scans.coverage({ scanId: run.id }, { signal }),
  });
  const entries = table.data?.entries.toSorted((a, b) => rank(a) - rank(b) || a.kind.localeCompare(b.kind)) ?? [];
  const missing = entries.filter((entry) => rank(entry) < 2);
  return (
    <Dialog
      open={open}
      onClose={close}
      size="wide"
      flush
      title={`${percent(run.covered)} covered`}
      note={`scan #${run.number} of ${safe(run.source.name)}`}
    >
      {table.error !== undefined ? (
        <Problem error={table.error} onRetry={table.refetch} />
      ) : table.data === undefined ? (
        <Skeleton rows={1} />
      ) : entries.length === 0 ? (
        <Documents problems={table.data.problems} />
      ) : (
        <>
          <p className="dialog-note second">
            {missing.length === 0
              ? `All ${plural(entries.length, 'kind')} that could be listed were read.`
              : `${plural(missing.length, 'list')} of ${count(entries.length)} could not be read. Verdicts that need them are not evaluated, never pass.`}
          </p>
          <DataTable
            view="coverage"
            label="Coverage"
            columns={COLUMNS}
            rows={entries}
            keyOf={(entry) => `${entry.group}/${entry.resource}/${entry.namespace ?? ''}`}
          />
        </>
      )}
    </Dialog>
  );
}

/** Runs over files: what of them could not be read, with the place. */
function Documents({ problems }: { readonly problems: readonly ReadProblemRow[] }) {
  if (problems.length === 0)
    return (
      <p className="dialog-note second">This run listed no kinds: it read files, and all of their documents could be read.</p>
    );
  return (
    <>
      <p className="dialog-note second">
        {plural(problems.length, 'document')} could not be read or judged. The rest of the files was; nothing of these passes.
      </p>
      <DataTable
        view="problems"
        label="Documents that could not be read"
        columns={PROBLEM_COLUMNS}
        rows={problems}
        keyOf={(problem) => `${problem.file}:${problem.line ?? 0}:${problem.column ?? 0}:${problem.message}`}
      />
    </>
  );
}
