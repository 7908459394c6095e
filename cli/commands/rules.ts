import { Command } from 'commander';
import type { RulesOptions } from '#cli/list-rules.ts';
import { LIST_FORMATS, listOutput } from '#cli/options.ts';

/** `plimsoll rules`: the library. */
export function rulesCommand(): Command {
  return new Command('rules')
    .description('List the rules of the library.')
    .option('--policy <name>', 'only rules that this policy switches on')
    .option('--framework <id[:level]>', 'only rules that stand for a control of it: PSS, PSS:restricted, CIS')
    .addOption(listOutput(LIST_FORMATS))
    .option('--no-color', 'no colour, whatever the terminal')
    .addHelpText(
      'after',
      '\nExamples:\n  plimsoll rules\n  plimsoll rules --policy datree-starter\n  plimsoll rules --framework PSS:baseline\n  plimsoll rules -o json\n  plimsoll rules -o csv=rules.csv',
    )
    .action(async (options: RulesOptions) => {
      const { listRules } = await import('#cli/list-rules.ts');
      listRules(options);
    });
}
