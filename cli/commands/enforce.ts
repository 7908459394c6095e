import { Command, InvalidArgumentError, Option } from 'commander';
import type { Step } from '#core/enforce/actions.ts';
import { TARGETS, TARGET_TITLES } from '#core/enforce/targets.ts';
import type { EnforceOptions, ExportOptions } from '#cli/enforce/run.ts';
import { checkCommand, driftCommand, replayCommand, rolloutCommand, withRollout } from '#cli/commands/enforce-safety.ts';
import { collect } from '#cli/options.ts';
import { withWorkspaceOptions } from '#cli/workspace-options.ts';

const run = () => import('#cli/enforce/run.ts');

/** `plimsoll enforce`: a policy as what an API server enforces. */
export function enforceCommand(): Command {
  const enforce = new Command('enforce')
    .description('Export a policy as admission policies that a cluster enforces.')
    .addHelpText(
      'after',
      `
Examples:
  plimsoll enforce plan -p shop-baseline
  plimsoll enforce replay -p shop-baseline
  plimsoll enforce export -p shop-baseline --mode audit --out enforce/

'plimsoll enforce COMMAND --help' tells more of each.`,
    );
  for (const command of [
    planCommand(),
    replayCommand(withPlanOptions),
    rolloutCommand(),
    exportCommand(),
    checkCommand(withPlanOptions),
    driftCommand(withPlanOptions),
  ])
    enforce.addCommand(command.configureHelp({ helpWidth: 100 }));
  return enforce;
}

function parseMode(value: string, steps: readonly Step[]): readonly Step[] {
  const [mode, names] = value.split(':', 2);
  if (mode !== 'audit' && mode !== 'warn' && mode !== 'deny') throw new InvalidArgumentError('a mode is audit, warn or deny.');
  if (names === undefined) {
    if (steps.some(({ namespaces }) => namespaces === undefined))
      throw new InvalidArgumentError('one mode is for all namespaces.');
    return [...steps, { mode }];
  }
  const namespaces = names.split(',');
  const wrong = namespaces.find((name) => !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name));
  if (wrong !== undefined) throw new InvalidArgumentError(`'${wrong}' is no name of a namespace; patterns do not count here.`);
  const twice = namespaces.find(
    (name, at) => namespaces.indexOf(name) < at || steps.some((step) => step.namespaces?.includes(name)),
  );
  if (twice !== undefined) throw new InvalidArgumentError(`the namespace '${twice}' has two modes.`);
  return [...steps, { mode, namespaces }];
}

function parseMinor(value: string): number {
  const minor = Number(/^1\.(\d{1,2})$/.exec(value)?.[1] ?? Number.NaN);
  if (!(minor >= 28)) throw new InvalidArgumentError('write 1.30, say; the oldest is 1.28.');
  return minor;
}

const withPlanOptions = (command: Command): Command =>
  withWorkspaceOptions(command)
    .option('-p, --policy <name>', 'policy to enforce', 'default')
    .option(
      '--mode <mode[:ns,ns]>',
      'go no further than audit, warn or deny: everywhere, or in namespaces (repeatable)',
      parseMode,
      [],
    )
    .option('--kubernetes <1.N>', 'version of the cluster; default: 1.30', parseMinor)
    .option('--exclude-namespace <name>', 'enforce nothing there; * for any text (repeatable)', collect, [])
    .option('--include-system', 'enforce in kube-system, kube-public and kube-node-lease too', false);

const planCommand = (): Command =>
  withPlanOptions(new Command('plan').description('Show what a cluster would enforce of a policy, and what not and why.'))
    .option('--run <id>', 'scan that says who could bypass it; last: the newest, none: no scan', 'last')
    .addHelpText(
      'after',
      `
Examples:
  plimsoll enforce plan -p shop-baseline
  plimsoll enforce plan -p shop-baseline --mode warn --mode deny:payments,checkout
  plimsoll enforce plan -p datree-default --kubernetes 1.28 -o json`,
    )
    .action(async (options: EnforceOptions) => (await run()).showPlan(options));

const exportCommand = (): Command =>
  withRollout(
    withPlanOptions(new Command('export').description('Write the policies that a cluster enforces, and what takes them back.')),
  )
    .addOption(
      new Option('--target <engine>', TARGETS.map((target) => `${target}: ${TARGET_TITLES[target]}`).join(', '))
        .choices(TARGETS)
        .default('vap'),
    )
    .option('--run <id>', 'scan on which rules that deny are replayed; last: the newest, none: no scan', 'last')
    .option('--yes', 'export rules that deny although objects of the scan fail them', false)
    .requiredOption('--out <dir>', 'folder for the files; those of an earlier export are written over')
    .addOption(
      new Option('--failure-policy <policy>', 'where a rule that denies cannot be computed: to be chosen if any denies').choices([
        'Ignore',
        'Fail',
      ]),
    )
    .addHelpText(
      'after',
      `
Examples:
  plimsoll enforce export -p shop-baseline --mode audit --out enforce/
  plimsoll enforce export -p shop-baseline --failure-policy Ignore --out enforce/

Exit codes: 0 written, 1 usage, or nothing that can be enforced.`,
    )
    .action(async (options: ExportOptions) => (await run()).exportPlan(options));
