import type { TestOptions } from '#cli/commands/test.ts';
import type { AppError } from '#core/model.ts';
import { err } from '#core/result.ts';
import { excluding } from '#cli/exclude.ts';
import { finish, policyFor } from '#cli/finish.ts';
import { existingPaths } from '#cli/paths.ts';
import { checkPinned } from '#cli/pinned.ts';
import { beside, followScan, reportOf, withApp } from '#cli/run.ts';
import { workspacePolicies } from '#main/scan/policies.ts';
import { ciData, gitData } from '#main/scan/run-context.ts';

/** `test --record`: judges files through the database, like any scan. */
export async function recordTest(paths: readonly string[], options: TestOptions): Promise<void> {
  await withApp(options, async (app) => {
    if (options.policyConfig !== undefined) return err(NOT_KEPT);
    if (options.onlyK8sFiles) return err(ALL_FILES);
    const exclude = excluding(options.exclude);
    if (!exclude.ok) return exclude;
    const policy = policyFor(options, app.library, (name) => app.workspace.find(name));
    if (!policy.ok) return policy;
    const pinned = checkPinned(policy.value.name, options.bundleDigest, () =>
      workspacePolicies(app.workspace, app.library).digest(policy.value),
    );
    if (!pinned.ok) return pinned;
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
        ...exclude.value,
        ...(options.kubernetes === undefined ? {} : { kubernetesMinor: options.kubernetes }),
        ...(options.source === undefined ? {} : { name: options.source }),
        ...(git === undefined ? {} : { git }),
        ...(ci === undefined ? {} : { ci }),
      },
    );
    if (!started.ok) return started;
    const finished = await followScan(app.scans, started.value.scanId, options.quiet);
    return finished.ok ? finish(reportOf(app, finished.value, policy.value), options, beside(app, policy.value)) : finished;
  });
}

const NOT_KEPT: AppError = {
  code: 'unsupported',
  what: 'A run under a policies.yaml cannot be kept.',
  where: '--record with --policy-config',
  why: 'The history must know the policy of every run later on.',
  next: 'Import it with `plimsoll policy import FILE --apply`, then name the policy with -p.',
};

const ALL_FILES: AppError = {
  code: 'unsupported',
  what: 'A run that is kept takes all documents.',
  where: '--record with --only-k8s-files',
  why: 'What is no manifest is noted in it, and changes no verdict.',
  next: 'Leave out --only-k8s-files, or pass files over with --exclude.',
};
