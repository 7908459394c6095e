import { Command, Option } from 'commander';

/** `plimsoll rules`: the library, as a table or as JSON. */
export function rulesCommand(): Command {
  return new Command('rules')
    .description('List the rules of the library.')
    .option('--policy <name>', 'only rules that this policy switches on')
    .addOption(new Option('-o, --output <format>', 'output format').choices(['table', 'json']).default('table'))
    .option('--no-color', 'no colour, whatever the terminal')
    .addHelpText('after', '\nExamples:\n  plimsoll rules\n  plimsoll rules --policy datree-starter\n  plimsoll rules -o json')
    .action(async (options: { readonly policy?: string; readonly output: string; readonly color: boolean }) => {
      const { listRules } = await import('#cli/list-rules.ts');
      listRules(options);
    });
}
