import type { TestOptions } from '#cli/commands/test.ts';
import { finish, policyFor } from '#cli/finish.ts';
import { existingPaths } from '#cli/paths.ts';
import { followScan, reportOf, withApp } from '#cli/run.ts';
import { ciData, gitData } from '#main/scan/run-context.ts';

/** `test --record`: judges files through the database, like any scan. */
export async function recordTest(paths: readonly string[], options: TestOptions): Promise<void> {
  await withApp(options, async (app) => {
    const policy = policyFor(options, app.library);
    if (!policy.ok) return policy;
    const existing = await existingPaths(paths, options);
    if (!existing.ok) return existing;
    const [git, ci] = [await gitData(process.cwd(), process.env), ciData(process.env)];
    const started = await app.scans.start(
      { type: 'folder', path: existing.value[0] ?? '-' },
      {
        policy: options.policy,
        origin: 'test',
        paths: existing.value,
        stdin: process.stdin,
        labels: options.label,
        defaultNamespace: options.namespace,
        ...(options.source === undefined ? {} : { name: options.source }),
        ...(git === undefined ? {} : { git }),
        ...(ci === undefined ? {} : { ci }),
      },
    );
    if (!started.ok) return started;
    const finished = await followScan(app.scans, started.value.scanId, options.quiet);
    return finished.ok ? finish(reportOf(app, finished.value, policy.value), options) : finished;
  });
}
