import type { AppError, SourceKind } from '#core/model.ts';
import { hasVerdicts } from '#core/model.ts';
import type { JsonReport } from '#core/report/json.ts';
import type { Result } from '#core/result.ts';
import type { Library } from '#core/rules/model.ts';
import { withoutCredentials } from '#main/scan/run-context.ts';
import { attempt } from '#main/store/index.ts';
import type { RunEnd, Store, StoredRun } from '#main/store/index.ts';
import { importedObjects } from './objects.ts';
import { readResult } from './read.ts';
import { importedRules } from './rule-set.ts';
import { importedSummary } from './summary.ts';

/** A file with what a run of ours wrote, by the name a person knows it by. */
export interface ResultFile {
  readonly name: string;
  readonly text: string;
}

export type ImportOutcome =
  | { readonly file: string; readonly outcome: 'imported' | 'known'; readonly run: StoredRun; readonly notes: readonly string[] }
  | { readonly file: string; readonly outcome: 'failed'; readonly error: AppError };

/** Objects a transaction. */
const BATCH = 1000;

/**
 * Takes results into the history, each run once (decisions.md 23). What cannot be read is told, and the rest is taken. Runs go in in
 * the order in which they began, so that ages are right; the answer is in the order of the files.
 */
export function importResults(files: readonly ResultFile[], store: Store, library: Library): readonly ImportOutcome[] {
  const read = files.map(({ name, text }) => ({ name, report: readResult(name, text) }));
  const outcomes = new Map<string, ImportOutcome>();
  const inOrder = read.toSorted((a, b) => startOf(a.report) - startOf(b.report));
  for (const { name, report } of inOrder)
    outcomes.set(name, report.ok ? importOne(name, report.value, store, library) : failed(name, report.error));
  return read.flatMap(({ name }) => outcomes.get(name) ?? []);
}

const startOf = (report: Result<JsonReport, AppError>): number => (report.ok ? Date.parse(report.value.run.startedAt) : 0);

const failed = (file: string, error: AppError): ImportOutcome => ({ file, outcome: 'failed', error });

function importOne(file: string, report: JsonReport, store: Store, library: Library): ImportOutcome {
  const known = store.runs.get(report.run.id);
  if (known !== undefined) return { file, outcome: 'known', run: known, notes: [] };
  const run = begin(report, store);
  if (!run.ok) return failed(file, run.error);
  const stored = write(run.value, report, store, library);
  if (stored.ok) return { file, outcome: 'imported', run: stored.value, notes: notesOf(report, library) };
  // Nothing of it stays, so that the file may be tried again.
  attempt(store.file, () => {
    const finishedAt = report.run.finishedAt ?? report.run.startedAt;
    store.runs.finish(report.run.id, { status: 'failed', finishedAt, error: stored.error });
    store.deleteRun(report.run.id);
  });
  return failed(file, stored.error);
}

/** What CI judged is a source of CI, whatever it judged: files of a pipeline are not those of this machine. */
const kindOf = ({ run }: JsonReport): SourceKind => (run.ci === undefined ? run.source.kind : 'ci');

function begin(report: JsonReport, store: Store): Result<StoredRun, AppError> {
  const { run } = report;
  const source = store.sources.open({
    kind: kindOf(report),
    name: run.source.name,
    identity: `imported:${run.source.name}`,
    provisional: false,
  });
  if (!source.ok) return source;
  const { remote, ...git } = run.git ?? {};
  return store.runs.begin({
    id: run.id,
    sourceId: source.value.id,
    origin: 'import',
    policy: report.policy.name,
    libraryHash: report.library.hash,
    startedAt: run.startedAt,
    toolVersion: run.toolVersion,
    bundleDigest: run.bundleDigest,
    labels: run.labels,
    ...(run.kubernetesMinor === undefined ? {} : { kubernetesMinor: run.kubernetesMinor }),
    ...(run.git === undefined
      ? {}
      : { git: definedOf({ ...git, ...(remote === undefined ? {} : { remote: withoutCredentials(remote) }) }) }),
    ...(run.ci === undefined ? {} : { ci: ciOf(run.ci) }),
  });
}

const ciOf = ({ vendor, jobUrl }: NonNullable<JsonReport['run']['ci']>) => ({
  vendor,
  ...(jobUrl === undefined ? {} : { jobUrl: withoutCredentials(jobUrl) }),
});

type Git = NonNullable<StoredRun['git']>;
const definedOf = (git: { readonly [K in keyof Git]: string | undefined }): Git =>
  Object.fromEntries(Object.entries(git).filter(([, value]) => value !== undefined));

function write(run: StoredRun, report: JsonReport, store: Store, library: Library): Result<StoredRun, AppError> {
  const ruleSet = importedRules(report, library);
  const writer = store.beginWrite(run, ruleSet);
  if (!writer.ok) return writer;
  const objects = importedObjects(report, ruleSet);
  for (let start = 0; start < objects.length; start += BATCH) {
    const added = writer.value.add(objects.slice(start, start + BATCH));
    if (!added.ok) return added;
  }
  return writer.value.finish(endOf(report, importedSummary(report, ruleSet)));
}

function endOf({ run, summary, coverage, errors }: JsonReport, counts: ReturnType<typeof importedSummary>): RunEnd {
  const finishedAt = run.finishedAt ?? run.startedAt;
  if (run.status !== 'complete' && run.status !== 'incomplete') return { status: 'cancelled', finishedAt };
  return {
    status: run.status,
    finishedAt,
    objects: summary.objects,
    evaluated: summary.evaluated ?? summary.objects,
    covered: summary.covered,
    failing: summary.findings,
    posture: { pass: summary.verdicts.pass, fail: summary.verdicts.fail },
    coverage: coverage.map(coverageOf),
    problems: errors.map(problemOf),
    summary: counts,
  };
}

const coverageOf = ({ namespace, httpStatus, reason, ...entry }: JsonReport['coverage'][number]) => ({
  ...entry,
  ...(namespace === undefined ? {} : { namespace }),
  ...(httpStatus === undefined ? {} : { httpStatus }),
  ...(reason === undefined ? {} : { reason }),
});

const problemOf = ({ file, message, line, column }: JsonReport['errors'][number]) => ({
  file,
  message,
  ...(line === undefined ? {} : { line }),
  ...(column === undefined ? {} : { column }),
});

/** What a reader of the history should know of it. */
function notesOf(report: JsonReport, library: Library): readonly string[] {
  const notes: string[] = [];
  if (report.library.hash !== library.hash)
    notes.push('It was made with another rule library: its figures are kept, and do not count as evidence for a promotion.');
  if (hasVerdicts(report.run) && report.objects.some(({ verdicts }) => verdicts === undefined))
    notes.push('It was made without --verdicts: what passes is known in number only, not by object and namespace.');
  const scoped = report.rules.filter(({ scope }) => scope !== undefined).map(({ id }) => id);
  if (scoped.length > 0) notes.push(`Judged in a scope only, and left out: ${scoped.join(', ')}.`);
  return notes;
}
