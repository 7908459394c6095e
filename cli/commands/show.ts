import { Command } from 'commander';
import type { ReportOptions } from '#cli/options.ts';
import { withReportOptions } from '#cli/options.ts';

/** `plimsoll show`: one scan, one finding or one rule, whichever the name is. */
export function showCommand(): Command {
  const command = new Command('show')
    .description('Show a scan (its id, or latest), a finding (its fingerprint) or a rule (its id or an alias).')
    .argument('<what>', 'scan id, latest, fingerprint, rule id');
  return withReportOptions(command)
    .addHelpText(
      'after',
      '\nExamples:\n  plimsoll show latest\n  plimsoll show 01KB... -o json --verdicts\n  plimsoll show v1:abcdefghijklmnopqrstuvwxyz\n  plimsoll show memory-limit',
    )
    .action(async (what: string, options: ReportOptions) => {
      const { show } = await import('#cli/show.ts');
      await show(what, options);
    });
}
