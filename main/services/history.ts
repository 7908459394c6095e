import type { HistoryImported, RunDiff } from '#core/api/history.ts';
import { diffFindings } from '#core/policy/diff.ts';
import { ok } from '#core/result.ts';
import type { Workspace } from '#core/workspace/model.ts';
import type { Services } from '#main/rpc/services.ts';
import type { ServiceContext } from '#main/services/context.ts';
import { toRow } from '#main/services/rows.ts';
import type { RunView } from '#main/services/run-view.ts';
import { toRun } from '#main/services/runs.ts';
import type { ImportOutcome } from '#main/sources/results/import.ts';
import type { Store } from '#main/store/index.ts';

/** Rows of each list of a diff; the counts are whole. */
const MAX_ROWS = 2000;

export function historyService({ store, library, views, scans, workspace }: ServiceContext): Services['history'] {
  return {
    list: async (filter) => {
      const sources = sourcesOf(filter, store, workspace.now().read.content.workspace);
      if (sources?.length === 0) return ok({ runs: [], total: 0 });
      const { runs, total } = store.runs.list({
        offset: filter.offset,
        limit: filter.limit,
        ...(sources === undefined ? {} : { sources }),
        ...(filter.policy === undefined ? {} : { policies: filter.policy }),
        ...(filter.kind === undefined ? {} : { kinds: filter.kind }),
        ...(filter.label === undefined ? {} : { labels: filter.label }),
        ...(filter.status === undefined ? {} : { statuses: filter.status }),
      });
      return ok({ runs: runs.map(toRun), total });
    },
    diff: async ({ from, to, policy }) => {
      const before = views.open(from, policy);
      if (!before.ok) return before;
      const after = views.open(to, policy);
      if (!after.ok) return after;
      return ok(diffOf(before.value, after.value));
    },
    delete: async ({ scanId }) => {
      const deleted = store.deleteRun(scanId);
      if (!deleted.ok) return deleted;
      views.forget();
      scans.emit({ type: 'changed', what: 'runs' });
      return ok({ deleted: true });
    },
    import: async ({ files }) => {
      // It brings the report's schema along, which most sessions do without.
      const { importResults } = await import('#main/sources/results/import.ts');
      const outcomes = importResults(files, store, library);
      if (outcomes.some(({ outcome }) => outcome === 'imported')) scans.emit({ type: 'changed', what: 'runs' });
      return ok({ files: outcomes.map((entry) => toImported(entry)) });
    },
  };
}

/** Ids of the sources that are asked for: by id, product and environment, all of which must fit. Undefined: all. */
function sourcesOf(
  { source, product, environment }: Parameters<Services['history']['list']>[0],
  store: Store,
  { sources }: Workspace,
): readonly number[] | undefined {
  const isAsked = (asked: readonly string[] | undefined): asked is readonly string[] => asked !== undefined && asked.length > 0;
  if (!isAsked(product) && !isAsked(environment)) return source === undefined || source.length === 0 ? undefined : source;
  const names = new Set(
    sources
      .filter((entry) => !isAsked(product) || (entry.product !== undefined && product.includes(entry.product)))
      .filter((entry) => !isAsked(environment) || (entry.environment !== undefined && environment.includes(entry.environment)))
      .map(({ name }) => name),
  );
  return store.sources
    .list()
    .filter(({ id, name }) => names.has(name) && (source === undefined || source.length === 0 || source.includes(id)))
    .map(({ id }) => id);
}

const toImported = (entry: ImportOutcome): HistoryImported['files'][number] =>
  entry.outcome === 'failed' ? entry : { ...entry, run: toRun(entry.run), notes: [...entry.notes] };

export function diffOf(from: RunView, to: RunView): RunDiff {
  const diff = diffFindings(from, to);
  return {
    from: toRun(from.run),
    to: toRun(to.run),
    counts: { new: diff.new.length, fixed: diff.fixed.length, unchanged: diff.unchanged, incomparable: diff.incomparable.length },
    new: diff.new.slice(0, MAX_ROWS).map((finding) => toRow(to, finding)),
    fixed: diff.fixed.slice(0, MAX_ROWS).map((finding) => toRow(from, finding)),
    incomparable: diff.incomparable
      .slice(0, MAX_ROWS)
      .map(({ finding, reason }) => ({ finding: toRow(to.findings.includes(finding) ? to : from, finding), reason })),
    notes: notesOf(from, to),
    cut: [diff.new, diff.fixed, diff.incomparable].some((list) => list.length > MAX_ROWS),
  };
}

/** What makes the two runs differ as such. */
function notesOf(from: RunView, to: RunView): string[] {
  const notes: string[] = [];
  if (from.run.source.id !== to.run.source.id)
    notes.push(`The runs are of two sources: ${from.run.source.name} and ${to.run.source.name}.`);
  if (from.run.libraryHash !== to.run.libraryHash) notes.push('The rule library changed between the runs.');
  if (from.run.kubernetesMinor !== to.run.kubernetesMinor) {
    notes.push(`Kubernetes ${from.run.kubernetesMinor ?? 'unknown'} became ${to.run.kubernetesMinor ?? 'unknown'}.`);
  }
  const percent = (share: number): string => `${Math.floor(share * 100)} %`;
  if (from.coverage.share !== to.coverage.share)
    notes.push(`Coverage went from ${percent(from.coverage.share)} to ${percent(to.coverage.share)}.`);
  for (const side of [from, to]) {
    if (side.run.status !== 'complete' && side.run.status !== 'incomplete')
      notes.push(`Run #${side.run.number} is ${side.run.status}: it may lack objects.`);
  }
  return notes;
}
