import path from 'node:path';
import { ulid } from 'ulid';
import type { Report } from '#core/report/report.ts';
import { buildReport } from '#core/report/build.ts';
import type { FormatName } from '#core/report/format-names.ts';
import type { AppError } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { Library, Policy } from '#core/rules/model.ts';
import type { TestOptions } from '#cli/commands/test.ts';
import { excluding, onlyManifests } from '#cli/exclude.ts';
import { fail, finish, policyFor } from '#cli/finish.ts';
import { existingPaths } from '#cli/paths.ts';
import { checkPinned } from '#cli/pinned.ts';
import { policyFromConfig } from '#cli/policy-config.ts';
import { openLibrary } from '#main/open-library.ts';
import { bundleDigest, minorNumber } from '#main/scan/library-facts.ts';
import { judgeFiles } from '#main/scan/judge-files.ts';
import { ciData, gitData } from '#main/scan/run-context.ts';
import { pointersInFiles } from '#main/services/pointers.ts';
import { dayOf } from '#main/services/workspace-lenses.ts';
import { defaultDatabasePath } from '#main/store/location.ts';
import { VERSION } from '#main/version.ts';
import { findPolicyIn, readOnce } from '#main/workspace/index.ts';
import type { WorkspaceNow } from '#main/workspace/index.ts';
import { workspaceLocation } from '#main/workspace/location.ts';

export async function runTest(paths: readonly string[], options: TestOptions): Promise<void> {
  const result = await judgeAndReport(paths, options);
  if (result.ok) process.exitCode = result.value;
  else fail(result.error);
}

async function judgeAndReport(paths: readonly string[], options: TestOptions): Promise<Result<number, AppError>> {
  const library = openLibrary();
  if (!library.ok) return library;
  const workspace = workspaceOf(options, library.value);
  if (!workspace.ok) return workspace;
  const policy = testPolicy(options, library.value, workspace.value);
  if (!policy.ok) return policy;
  const pinned = checkPinned(policy.value.name, options.bundleDigest, () =>
    digestOf(policy.value, library.value, workspace.value),
  );
  if (!pinned.ok) return pinned;
  const existing = await existingPaths(paths, options);
  if (!existing.ok) return existing;
  const report = await testInMemory(existing.value, options, library.value, policy.value, workspace.value);
  if (!report.ok) return report;
  return finish(report.value, options, { workspace: workspace.value, policy: policy.value, pointer: pointersInFiles() });
}

/** Read without a database. A folder that was asked for must be there. */
function workspaceOf(options: TestOptions, library: Library): Result<WorkspaceNow, AppError> {
  const { workspace: asked, db } = options;
  const database = db ?? defaultDatabasePath();
  const folder = workspaceLocation({ env: process.env, database, ...(asked === undefined ? {} : { asked }) });
  const now = readOnce(folder, library);
  if (asked === undefined || now.read.exists) return ok(now);
  return err({
    code: 'notFound',
    what: 'There is no workspace folder.',
    where: path.resolve(asked),
    why: 'It does not exist.',
    next: 'Check --workspace and PLIMSOLL_WORKSPACE.',
  });
}

function testPolicy(options: TestOptions, library: Library, workspace: WorkspaceNow): Result<Policy, AppError> {
  const { policyConfig, policyNamed, quiet } = options;
  const find = (name: string): Result<Policy, AppError> =>
    policyConfig === undefined
      ? findPolicyIn(workspace, name)
      : policyFromConfig(policyConfig, policyNamed ? name : undefined, library, quiet);
  return policyFor(options, library, find);
}

const digestOf = (policy: Policy, library: Library, { read }: WorkspaceNow): string =>
  bundleDigest(policy, library, { waivers: read.content.waivers, rules: read.rules.map(({ value }) => value) });

/** A summary alone names no lines: they are looked for only where somebody sees them. */
const showsLines = ({ quiet, output }: TestOptions): boolean => !quiet || output.some(({ format }) => format !== 'table');

/** Formats that say which commit was judged: git is asked only for them. */
const SAYS_GIT: ReadonlySet<FormatName> = new Set(['json', 'yaml', 'sarif', 'html']);

async function testInMemory(
  paths: readonly string[],
  options: TestOptions,
  library: Library,
  policy: Policy,
  workspace: WorkspaceNow,
): Promise<Result<Report, AppError>> {
  const id = ulid();
  const startedAt = new Date().toISOString();
  const git = options.output.some(({ format }) => SAYS_GIT.has(format)) ? gitData(process.cwd(), process.env) : undefined;
  const exclude = excluding(options.exclude);
  if (!exclude.ok) return exclude;
  const judged = await judgeFiles(paths, withParams(library, policy), {
    scanId: id,
    stdin: process.stdin,
    namespace: options.namespace,
    located: Uint8Array.from(library.rules, ({ id: rule }) =>
      showsLines(options) && (policy.rules[rule]?.mode ?? 'off') !== 'off' ? 1 : 0,
    ),
    ...exclude.value,
    ...(options.kubernetes === undefined ? {} : { minor: minorNumber(options.kubernetes) }),
  });
  if (!judged.ok) return judged;
  const { objects, errors, notes } = options.onlyK8sFiles ? onlyManifests(judged.value) : judged.value;
  const data = await git;
  const ci = ciData(process.env);
  const source = options.source ?? paths.join(' ');
  const { waivers, debts } = workspace.read.content;
  return ok(
    buildReport(
      {
        run: {
          id,
          startedAt,
          finishedAt: new Date().toISOString(),
          toolVersion: VERSION,
          bundleDigest: digestOf(policy, library, workspace),
          source: { kind: 'manifests', name: source },
          labels: options.label,
          ...(options.kubernetes === undefined ? {} : { kubernetesMinor: options.kubernetes }),
          ...(data === undefined ? {} : { git: data }),
          ...(ci === undefined ? {} : { ci }),
        },
        status: errors.length > 0 ? 'incomplete' : 'complete',
        // Nothing is carried over from an earlier run, so the keys of facts are not needed.
        ruleSet: { rules: library.rules.map(({ id: rule }) => ({ id: rule, factKey: '' })) },
        objects,
        coverage: [],
        errors,
        notes,
      },
      policy,
      library,
      {
        waivers,
        today: dayOf(Date.now()),
        debt: debts.find((debt) => debt.policy === policy.name && debt.source === source)?.entries ?? [],
      },
    ),
  );
}

/** The library with the parameters that the policy gives its rules: here nothing is judged for any other policy. */
const withParams = (library: Library, { rules }: Policy): Library => ({
  ...library,
  rules: library.rules.map((rule) => {
    const params = rules[rule.id]?.params;
    return params === undefined ? rule : { ...rule, params: { ...rule.params, ...params } };
  }),
});
