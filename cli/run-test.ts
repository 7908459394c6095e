import { ulid } from 'ulid';
import type { Report } from '#core/report/report.ts';
import { buildReport } from '#core/report/build.ts';
import type { AppError } from '#core/model.ts';
import { ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { Library, Policy } from '#core/rules/model.ts';
import type { TestOptions } from '#cli/commands/test.ts';
import { fail, finish, policyFor } from '#cli/finish.ts';
import { existingPaths } from '#cli/paths.ts';
import { openLibrary } from '#main/open-library.ts';
import { AdaptiveJudging } from '#main/scan/judging.ts';
import { bundleDigest, forWorkers } from '#main/scan/library-facts.ts';
import { manifestFeed } from '#main/scan/manifest-feed.ts';
import { MemorySink } from '#main/scan/memory.ts';
import { ciData, gitData } from '#main/scan/run-context.ts';
import { runScan } from '#main/scan/scan.ts';
import { FLOOR_MINOR } from '#core/evaluate/floor.ts';
import { VERSION } from '#main/version.ts';

/** Judges files in memory: nothing is kept, and the database is not even opened. */
export async function runTest(paths: readonly string[], options: TestOptions): Promise<void> {
  const library = openLibrary();
  if (!library.ok) return fail(library.error);
  const policy = policyFor(options, library.value);
  if (!policy.ok) return fail(policy.error);
  const existing = await existingPaths(paths, options);
  if (!existing.ok) return fail(existing.error);
  const report = await testInMemory(existing.value, options, library.value, policy.value);
  const result = report.ok ? finish(report.value, options) : report;
  if (result.ok) process.exitCode = result.value;
  else fail(result.error);
}

/** A summary alone names no lines: they are looked for only where somebody sees them. */
const showsLines = ({ quiet, output }: TestOptions): boolean => !quiet || output.some(({ format }) => format !== 'table');

async function testInMemory(
  paths: readonly string[],
  options: TestOptions,
  library: Library,
  policy: Policy,
): Promise<Result<Report, AppError>> {
  const controller = new AbortController();
  const id = ulid();
  const startedAt = new Date().toISOString();
  // Git answers while files are judged; a table says nothing of it.
  const git = options.output.some((target) => target.format === 'json') ? gitData(process.cwd(), process.env) : undefined;
  const sink = new MemorySink();
  const judging = new AdaptiveJudging({
    setup: {
      library: forWorkers(library),
      minor: FLOOR_MINOR,
      store: undefined,
      defaultNamespace: options.namespace,
      located: Uint8Array.from(library.rules, ({ id: rule }) =>
        showsLines(options) && (policy.rules[rule]?.mode ?? 'off') !== 'off' ? 1 : 0,
      ),
    },
    known: undefined,
  });
  const outcome = await runScan(manifestFeed(paths, { stdin: process.stdin, signal: controller.signal }), judging, sink, {
    scanId: id,
    signal: controller.signal,
    now: Date.now,
    onProgress: () => {},
  });
  await judging.close();
  if (!outcome.ok) return outcome;
  const data = await git;
  const ci = ciData(process.env);
  return ok(
    buildReport(
      {
        run: {
          id,
          startedAt,
          finishedAt: new Date().toISOString(),
          toolVersion: VERSION,
          bundleDigest: bundleDigest(policy, library),
          source: { kind: 'manifests', name: options.source ?? paths.join(' ') },
          labels: options.label,
          ...(data === undefined ? {} : { git: data }),
          ...(ci === undefined ? {} : { ci }),
        },
        status: outcome.value.errors.length > 0 ? 'incomplete' : 'complete',
        // Nothing is carried over from an earlier run, so the keys of facts are not needed.
        ruleSet: { rules: library.rules.map(({ id: rule }) => ({ id: rule, factKey: '' })) },
        objects: sink.objects(),
        coverage: [],
        errors: outcome.value.errors,
        notes: outcome.value.notes,
      },
      policy,
      library,
    ),
  );
}
