import { Command } from 'commander';
import type { InboxOptions } from '#cli/list-inbox.ts';
import { withWorkspaceOptions } from '#cli/workspace-options.ts';

/** `plimsoll inbox`: what waits for a decision. */
export function inboxCommand(): Command {
  return withWorkspaceOptions(
    new Command('inbox').description('List what waits for a decision: failing rules, waivers that end, demotions.'),
  )
    .option('-p, --policy <name>', "policy (default: the workspace's strict one, its baseline, or 'default')")
    .option('--scan <id>', 'default: the newest')
    .addHelpText('after', '\nExamples:\n  plimsoll inbox\n  plimsoll inbox -p shop-baseline -o json')
    .action(async (options: InboxOptions) => {
      const { listInbox } = await import('#cli/list-inbox.ts');
      await listInbox(options);
    });
}
