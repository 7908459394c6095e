import { Command } from 'commander';
import type { ReportOptions } from '#cli/options.ts';
import { withReportOptions } from '#cli/options.ts';

interface TestOptions extends ReportOptions {
  readonly namespace: string;
  readonly complete: boolean;
  readonly record: boolean;
}

/** `plimsoll test`: judges manifests in files, folders, globs or stdin. */
export function testCommand(): Command {
  const command = new Command('test')
    .description('Judge manifests: files, folders (recursive), globs, or - for standard input.')
    .argument('<path...>', 'what to judge')
    .option('--namespace <name>', 'namespace of objects that name none', 'default')
    .option('--complete', 'the files are everything there is: a missing neighbour fails', false)
    .option('--record', 'keep the run in the history', false);
  return withReportOptions(command)
    .addHelpText(
      'after',
      '\nExamples:\n  plimsoll test deploy/\n  helm template ./chart | plimsoll test -\n  plimsoll test "k8s/**/*.yaml" --policy all -o json=report.json -o table',
    )
    .action(async (paths: readonly string[], options: TestOptions) => {
      if (options.record) await (await import('#cli/record-test.ts')).recordTest(paths, options);
      else await (await import('#cli/run-test.ts')).runTest(paths, options);
    });
}

export type { TestOptions };
