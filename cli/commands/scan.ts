import { Command } from 'commander';
import type { ReportOptions } from '#cli/options.ts';
import { kubernetesOption, withReportOptions } from '#cli/options.ts';
import { bundleDigestOption, checkPinned } from '#cli/pinned.ts';
import type { NarrowingOptions } from '#cli/narrowing.ts';
import type { ScanTarget } from '#core/api/scans.ts';

interface ScanOptions extends ReportOptions, NarrowingOptions {
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly namespace: readonly string[];
  readonly snapshot?: string;
  readonly bundleDigest?: string;
  /** E.g. `1.34`. */
  readonly kubernetes?: string;
}

/** `plimsoll scan`: reads a cluster or a snapshot, keeps the result, reports. */
export function scanCommand(): Command {
  const command = new Command('scan')
    .description('Read a cluster (or a snapshot), judge it, keep the result and report.')
    .option('--context <name>', 'kubeconfig context; default: the current one')
    .option('--kubeconfig <file>', 'kubeconfig file; default: KUBECONFIG, then ~/.kube/config')
    .option('-n, --namespace <name...>', 'only these namespaces', [])
    .option('--snapshot <file>', 'read this snapshot file instead of a cluster')
    .option('--policy-kinds', 'ask only for the kinds that rules of the policy look at', false)
    .option('--without-secrets', 'do not even ask for the names of Secrets', false)
    .addOption(kubernetesOption('that of the server'))
    .addOption(bundleDigestOption());

  return withReportOptions(command)
    .addHelpText(
      'after',
      '\nExamples:\n  plimsoll scan\n  plimsoll scan --context prod --policy datree-starter\n  plimsoll scan -n payments checkout -o json=report.json\n  plimsoll scan --snapshot prod.plimsoll.gz',
    )
    .action(async (options: ScanOptions) => {
      const { beside, followScan, reportOf, withApp } = await import('#cli/run.ts');
      const { finish, policyFor } = await import('#cli/finish.ts');
      const { narrowed } = await import('#cli/narrowing.ts');
      const { ciData } = await import('#main/scan/run-context.ts');
      const { workspacePolicies } = await import('#main/scan/policies.ts');
      const { knownVersion } = await import('#cli/known-version.ts');
      await withApp(options, async (app) => {
        const policy = policyFor(options, app.library, (name) => app.workspace.find(name));
        if (!policy.ok) return policy;
        const pinned = checkPinned(policy.value.name, options.bundleDigest, () =>
          workspacePolicies(app.workspace, app.library).digest(policy.value),
        );
        if (!pinned.ok) return pinned;
        const ci = ciData(process.env);
        const { kubernetes } = knownVersion(options.kubernetes, options.quiet);
        const started = await app.scans.start(targetOf(options), {
          policy: options.policy,
          labels: options.label,
          ...narrowed(options, policy.value, app.library),
          ...(options.source === undefined ? {} : { name: options.source }),
          ...(kubernetes === undefined ? {} : { kubernetesMinor: kubernetes }),
          ...(ci === undefined ? {} : { ci }),
        });
        if (!started.ok) return started;
        const finished = await followScan(app.scans, started.value.scanId, options.quiet);
        if (!finished.ok) return finished;
        noteUnchanged(finished.value.run, options.quiet);
        return finish(reportOf(app, finished.value, policy.value), options, beside(app, policy.value));
      });
    });
}

function targetOf(options: ScanOptions): Exclude<ScanTarget, { type: 'sample' }> {
  if (options.snapshot !== undefined) return { type: 'snapshot', path: options.snapshot };
  return {
    type: 'context',
    // The empty name stands for the current context.
    context: options.context ?? '',
    ...(options.kubeconfig === undefined ? {} : { kubeconfig: options.kubeconfig }),
    ...(options.namespace.length === 0 ? {} : { namespaces: [...options.namespace] }),
  };
}

/** A second scan of an unchanged cluster says that it evaluated nothing. */
function noteUnchanged(
  run: { readonly evaluated: number; readonly objects: number; readonly number: number; readonly requests: number },
  quiet: boolean,
): void {
  if (quiet) return;
  const text =
    run.evaluated === 0 && run.number > 1
      ? 'nothing changed since the last scan, nothing was evaluated'
      : `${run.evaluated} objects evaluated`;
  process.stderr.write(`scan #${run.number}: ${text}, ${run.requests} requests\n`);
}
