import { Command } from 'commander';
import type { ReportOptions } from '#cli/options.ts';
import { withReportOptions } from '#cli/options.ts';

/** `plimsoll show`: one scan, one finding or one rule, whichever the name is. */
export function showCommand(): Command {
  const command = new Command('show')
    .description('Show a scan (its id, or latest), a finding (its fingerprint) or a rule (its id or an alias).')
    .argument('<what...>', 'scan id, latest, fingerprint or rule id; the word scan, finding or rule may stand before it');
  return withReportOptions(command)
    .addHelpText(
      'after',
      '\nExamples:\n  plimsoll show latest\n  plimsoll show 01KB... -o json --verdicts\n  plimsoll show v1:abcdefghijklmnopqrstuvwxyz\n  plimsoll show memory-limit',
    )
    .action(async (words: readonly string[], options: ReportOptions) => {
      const { show } = await import('#cli/show.ts');
      await show(nameOf(words), options);
    });
}

/** `show rule memory-limit` is `show memory-limit`: names of the three kinds never look alike. */
function nameOf(words: readonly string[]): string {
  const [first = '', second] = words;
  return second !== undefined && ['scan', 'finding', 'rule'].includes(first) ? second : first;
}
