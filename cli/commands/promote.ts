import { Command, Option } from 'commander';
import { MODES } from '#core/model.ts';
import type { PromoteOptions } from '#cli/policy/ratchet.ts';
import { withWorkspaceOptions } from '#cli/workspace-options.ts';

/** Shared with `plimsoll policy promote`. */
export const withPromoteOptions = (command: Command): Command =>
  withWorkspaceOptions(command.argument('<rule...>', 'rule ids or aliases'))
    .requiredOption('--to <policy>', 'baseline that takes them')
    .option('--strict <policy>', "policy that they come from; default: the workspace's strict policy")
    .option('--scan <id>', 'the scan looked at; default: the newest')
    .addOption(new Option('--mode <mode>', 'mode there').choices(MODES.filter((mode) => mode !== 'off')))
    .option('--force', 'take rules that are not ready as well: said in the revision', false)
    .requiredOption('--reason <text>', 'why, kept with the revision');

/** `plimsoll promote`: the same as `plimsoll policy promote`. */
export function promoteCommand(): Command {
  return withPromoteOptions(new Command('promote').description('Take rules that pass consistently into a baseline.'))
    .addHelpText('after', '\nExamples:\n  plimsoll promote liveness-probe --to shop-baseline --reason "held for a week"')
    .action(async (rules: readonly string[], options: PromoteOptions) => {
      const { promoteRules } = await import('#cli/policy/ratchet.ts');
      await promoteRules(rules, options);
    });
}
