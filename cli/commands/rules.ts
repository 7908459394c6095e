import { Command, Option } from 'commander';
import type { ListOptions } from '#cli/list-rules.ts';

/** `plimsoll rules`: the library, as a table or as JSON. */
export function rulesCommand(): Command {
  return new Command('rules')
    .description('List the rules of the library.')
    .option('--policy <name>', 'only rules that this policy switches on')
    .option('--framework <id[:level]>', 'only rules that stand for a control of it: PSS, PSS:restricted, CIS')
    .addOption(new Option('-o, --output <format>', 'output format').choices(['table', 'json']).default('table'))
    .option('--no-color', 'no colour, whatever the terminal')
    .addHelpText(
      'after',
      '\nExamples:\n  plimsoll rules\n  plimsoll rules --policy datree-starter\n  plimsoll rules --framework PSS:baseline\n  plimsoll rules -o json',
    )
    .action(async (options: ListOptions) => {
      (await import('#cli/list-rules.ts')).listRules(options);
    });
}
