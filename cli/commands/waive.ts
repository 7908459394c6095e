import { Command } from 'commander';
import type { WaiveOptions } from '#cli/decide.ts';
import { withWaiverOptions } from '#cli/waiver-options.ts';
import { withWorkspaceOptions } from '#cli/workspace-options.ts';

/** `plimsoll waive`: lets something off a rule, in a file of the workspace. */
export function waiveCommand(): Command {
  return withWaiverOptions(
    withWorkspaceOptions(
      new Command('waive').description('Let something off a rule for a while.').argument('<rule>', 'rule id or alias'),
    ),
  )
    .requiredOption('--reason <text>', 'why')
    .addHelpText(
      'after',
      `
What is waived is counted as waived, and never as a pass. Every part that is given must fit.

Examples:
  plimsoll waive cpu-limit --object Deployment/shop/web --reason "load test" --expires 2027-01-31
  plimsoll waive no-host-path --namespace "mon-*" --reason "node exporter" --owner sre --expires 90d`,
    )
    .action(async (rule: string, options: WaiveOptions) => {
      const { waiveRule } = await import('#cli/decide.ts');
      await waiveRule(rule, options);
    });
}
