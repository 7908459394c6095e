import { Command } from 'commander';
import { collect, dbOption, LIST_FORMATS, listOutput } from '#cli/options.ts';
import type { ListFormat, OutputTarget } from '#cli/options.ts';

/** `plimsoll history`: the runs of all sources, newest first. */
export function historyCommand(): Command {
  return new Command('history')
    .description('List the runs that were kept, newest first.')
    .option('--source <name>', 'only runs of this source')
    .option('--label <key[=value]>', 'only runs with this label (repeatable)', collect, [])
    .option('--limit <n>', 'how many', '20')
    .addOption(listOutput(LIST_FORMATS))
    .addOption(dbOption())
    .option('--no-color', 'no colour, whatever the terminal')
    .addHelpText(
      'after',
      '\nExamples:\n  plimsoll history\n  plimsoll history --source prod --limit 5\n  plimsoll history --label branch=main -o json',
    )
    .action(async (options: HistoryOptions) => {
      const { listHistory } = await import('#cli/list-history.ts');
      await listHistory(options);
    });
}

export interface HistoryOptions {
  readonly source?: string;
  readonly label: readonly string[];
  readonly limit: string;
  readonly output: readonly OutputTarget<ListFormat>[];
  readonly db?: string;
  readonly color: boolean;
}
