import { Command, InvalidArgumentError, Option } from 'commander';
import { addDatreeOptions, parseTestOutput } from '#cli/datree-options.ts';
import type { DatreeOptions } from '#cli/datree-options.ts';
import { FAIL_ON } from '#cli/exit-code.ts';
import type { FailOn } from '#cli/exit-code.ts';
import type { ReportOptions } from '#cli/options.ts';
import { kubernetesOption, withReportOptions } from '#cli/options.ts';
import { bundleDigestOption } from '#cli/pinned.ts';
import { optimiseLate } from '#main/late-optimisation.ts';

interface TestOptions extends ReportOptions, DatreeOptions {
  readonly namespace: string;
  readonly complete: boolean;
  readonly record: boolean;
  readonly failOn: FailOn;
  readonly maxWarnings: number;
  readonly bundleDigest?: string;
  /** The policy was named, and is not just the default one. */
  readonly policyNamed: boolean;
  /** E.g. `1.34`. */
  readonly kubernetes?: string;
}

/** `plimsoll test`: judges manifests in files, folders, globs or stdin. */
export function testCommand(): Command {
  const command = new Command('test')
    .description('Judge manifests: files, folders (recursive), globs, or - for standard input.')
    .argument('<path...>', 'what to judge')
    .option('--namespace <name>', 'namespace of objects that name none', 'default')
    .addOption(kubernetesOption('the newest'))
    .option('--complete', 'these are all files: a missing neighbour fails', false)
    .option('--record', 'keep the run in the history', false)
    .addOption(
      new Option('--fail-on <what>', 'which findings count; new: those that are no debt').choices(FAIL_ON).default('low'),
    )
    .option('--max-warnings <n>', 'let so many findings of mode warn through', parseCount, 0)
    .addOption(bundleDigestOption());
  addDatreeOptions(withReportOptions(command, parseTestOutput));
  return command
    .addHelpText(
      'after',
      'Examples:\n  plimsoll test deploy/ --policy shop-strict --fail-on new\n  helm template ./chart | plimsoll test -\n  plimsoll test "k8s/**/*.yaml" -o sarif=plimsoll.sarif -o table',
    )
    .action(async (paths: readonly string[], given: Omit<TestOptions, 'policyNamed'>) => {
      optimiseLate();
      const { noteDatreeOptions } = await import('#cli/datree-notes.ts');
      const isSaid = (option: string): boolean => command.getOptionValueSource(option) === 'cli';
      const noRecord = isSaid('record') && !given.record;
      const noted = noteDatreeOptions({ ...given, policyNamed: isSaid('policy') }, noRecord);
      if (noted.record) await (await import('#cli/record-test.ts')).recordTest(paths, noted);
      else await (await import('#cli/run-test.ts')).runTest(paths, noted);
    });
}

function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('it must be a whole number from 0.');
  return Number(text);
}

export type { TestOptions };
