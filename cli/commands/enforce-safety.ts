import { Command, InvalidArgumentError, Option } from 'commander';
import { TARGETS, TARGET_TITLES } from '#core/enforce/targets.ts';
import type { CheckOptions, DriftOptions, ReplayOptions, RolloutOptions } from '#cli/enforce/safety.ts';
import { withWorkspaceOptions } from '#cli/workspace-options.ts';

/** What is asked before and after an export: what it would do, when to go further, whether files and cluster are up to date. */

const run = () => import('#cli/enforce/safety.ts');

export const targetOption = (): Option =>
  new Option('--target <engine>', TARGETS.map((target) => `${target}: ${TARGET_TITLES[target]}`).join(', '))
    .choices(TARGETS)
    .default('vap');

export function parseDay(value: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value) || Number.isNaN(Date.parse(value)))
    throw new InvalidArgumentError('a day is written 2026-11-29.');
  return value;
}

export function parseCount(value: string): number {
  const count = Number(value);
  if (!Number.isInteger(count) || count < 1 || count > 500)
    throw new InvalidArgumentError('it must be a whole number from 1 to 500.');
  return count;
}

/** Adds the rollout plan to what an export or a check may follow. */
export const withRollout = (command: Command): Command =>
  command
    .option('--rollout', 'let each rule go as far as the rollout plan says today', false)
    .option('--start <day>', 'day of the first export as audit, for the rollout plan', parseDay)
    .addOption(new Option('--step <mode>', 'with the rollout plan: no further than').choices(['audit', 'warn', 'deny']));

export const replayCommand = (withPlan: (command: Command) => Command): Command =>
  withPlan(new Command('replay').description('Show what a policy would have refused: on a scan, on files, on past scans.'))
    .argument('[path...]', 'manifests to replay on: files, folders, globs')
    .addOption(targetOption())
    .option('--run <id>', 'scan to replay on', 'latest')
    .option('--source <name>', 'newest scan of this source')
    .option('--history <n>', 'and on that many scans of its source', parseCount)
    .option('--limit <n>', 'objects that are listed', parseCount, 50)
    .addOption(
      new Option('--failure-policy <policy>', 'where a rule that denies cannot be computed; default: Ignore').choices([
        'Ignore',
        'Fail',
      ]),
    )
    .addHelpText(
      'after',
      `
Examples:
  plimsoll enforce replay -p shop-baseline
  plimsoll enforce replay -p shop-baseline --mode warn --mode deny:payments --history 10
  plimsoll enforce replay -p shop-baseline deploy/

Exit codes: 2 something is refused or warned of, or was not read; 0 nothing; 1 usage, no object.`,
    )
    .action(async (paths: readonly string[], options: ReplayOptions) => (await run()).replay(paths, options));

export const rolloutCommand = (): Command =>
  withWorkspaceOptions(
    new Command('rollout').description('Propose for each rule the days of audit, warn and deny, from what scans have seen.'),
  )
    .option('-p, --policy <name>', 'policy to enforce', 'default')
    .option('--run <id>', 'scan that shows what fails', 'latest')
    .option('--start <day>', 'day of the first export as audit; default: today', parseDay)
    .addOption(new Option('--step <mode>', 'only rules whose turn it is').choices(['audit', 'warn', 'deny']))
    .addHelpText(
      'after',
      `
Examples:
  plimsoll enforce rollout -p shop-baseline --start 2026-11-01
  plimsoll enforce export -p shop-baseline --rollout --start 2026-11-01 --step warn --out enforce/`,
    )
    .action(async (options: RolloutOptions) => (await run()).rollout(options));

export const checkCommand = (withPlan: (command: Command) => Command): Command =>
  withRollout(withPlan(new Command('check').description('Compare exported files with what would be exported now, for CI.')))
    .argument('<dir>', 'folder of an export')
    .addOption(targetOption())
    .addOption(new Option('--failure-policy <policy>', 'as it was exported with').choices(['Ignore', 'Fail']))
    .addHelpText(
      'after',
      `
Give it the options that the export was made with.

Examples:
  plimsoll enforce check enforce/ -p shop-baseline --mode audit

Exit codes: 0 up to date, 2 stale, changed, missing or with waivers that have ended, 1 usage.`,
    )
    .action(async (folder: string, options: CheckOptions) => (await run()).check(folder, options));

export const driftCommand = (withPlan: (command: Command) => Command): Command =>
  withRollout(
    withPlan(new Command('drift').description('Compare what a scanned cluster has installed with what would be exported.')),
  )
    .addOption(targetOption())
    .addOption(new Option('--failure-policy <policy>', 'as it was exported with').choices(['Ignore', 'Fail']))
    .option('--run <id>', 'scan to look into', 'latest')
    .option('--source <name>', 'newest scan of this source')
    .option('--limit <n>', 'policies that are listed', parseCount, 100)
    .addHelpText(
      'after',
      `
Examples:
  plimsoll enforce drift -p shop-baseline --mode audit
  plimsoll enforce drift -p shop-baseline --run 01JD0000000000000000000000 -o json

Exit codes: 2 something else is installed than would be exported, 0 nothing else (foreign policies
aside), 1 usage.`,
    )
    .action(async (options: DriftOptions) => (await run()).drift(options));
