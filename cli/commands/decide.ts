import { Argument, Command } from 'commander';
import type { DecideOptions } from '#cli/decide.ts';
import { withWorkspaceOptions } from '#cli/workspace-options.ts';

/** `plimsoll decide`: every rule that fails needs a decision. */
export function decideCommand(): Command {
  return withWorkspaceOptions(
    new Command('decide')
      .description('Decide what happens about a rule that fails in a policy.')
      .argument('<rule>', 'rule id or alias')
      .addArgument(
        new Argument('<decision>', 'fix it, disable it in the policy, or accept it as debt').choices(['fix', 'disable', 'debt']),
      ),
  )
    .requiredOption('-p, --policy <name>', 'policy in which it fails')
    .option('--assignee <who>', 'fix: who does it')
    .option('--due <day>', 'fix: until when, 2027-01-31 or 14d')
    .option('--scan <id>', 'debt: the scan whose failures are frozen; default: the newest')
    .option('--reason <text>', 'why; disable needs one')
    .addHelpText(
      'after',
      `
To let single objects off a rule use 'plimsoll waive'.

Examples:
  plimsoll decide cpu-limit fix -p shop-strict --assignee web --due 2027-01-31
  plimsoll decide cpu-limit disable -p shop-strict --reason "requests are enough here"
  plimsoll decide cpu-limit debt -p shop-baseline`,
    )
    .action(async (rule: string, decision: 'fix' | 'disable' | 'debt', options: DecideOptions) => {
      const { decideRule } = await import('#cli/decide.ts');
      await decideRule(rule, decision, options);
    });
}
