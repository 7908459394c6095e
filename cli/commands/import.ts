import { Command } from 'commander';
import { dbOption, listOutput } from '#cli/options.ts';
import type { ListFormat, OutputTarget } from '#cli/options.ts';

/** `plimsoll import`: results of CI and of other machines, into the history. */
export function importCommand(): Command {
  return new Command('import')
    .description('Take JSON reports (of scan or test, here or in CI) into the history, each run once.')
    .argument('<file...>', 'what `-o json=FILE` wrote; - for standard input')
    .addOption(listOutput())
    .addOption(dbOption())
    .option('--no-color', 'no colour, whatever the terminal')
    .addHelpText(
      'after',
      `
A run is evidence for a promotion by its counts per rule. With --verdicts its report also tells
what passes where, which a policy for certain namespaces needs. What CI ran is a source of kind ci.

Examples:
  plimsoll test deploy/ --source shop -o json=report.json --verdicts    (in CI)
  plimsoll import report.json
  plimsoll import artefacts/*.json -o json

Exit codes: 0 all are in the history, 2 a file could not be read (the others were taken), 1 usage.`,
    )
    .action(async (files: readonly string[], options: ImportOptions) => {
      const { importRuns } = await import('#cli/import-runs.ts');
      await importRuns(files, options);
    });
}

export interface ImportOptions {
  readonly output: readonly OutputTarget<ListFormat>[];
  readonly db?: string;
  readonly color: boolean;
}
