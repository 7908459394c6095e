import { Command, InvalidArgumentError, Option } from 'commander';
import type { Step } from '#core/enforce/actions.ts';
import { KYVERNO_APIS } from '#core/enforce/kyverno/index.ts';
import { DEFAULT_ON_UPDATE, ON_UPDATE } from '#core/enforce/update-guards.ts';
import { EXPORT_TARGETS } from '#core/enforce/other-targets.ts';
import type { PolicyChoice } from '#cli/enforce/asked.ts';
import type { ExportOptions, PlanOptions } from '#cli/enforce/run.ts';
import {
  checkCommand,
  driftCommand,
  replayCommand,
  rolloutCommand,
  targetOption,
  withRollout,
} from '#cli/commands/enforce-safety.ts';
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

const NAMESPACE = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

function parseNamespace(value: string): string {
  if (!NAMESPACE.test(value)) throw new InvalidArgumentError(`'${value}' is no name of a namespace.`);
  return value;
}

function parseMode(value: string, steps: readonly Step[]): readonly Step[] {
  const [mode, names] = value.split(':', 2);
  if (mode !== 'audit' && mode !== 'warn' && mode !== 'deny') throw new InvalidArgumentError('a mode is audit, warn or deny.');
  return [...steps, { mode, ...parsePlace(names, steps, 'mode') }];
}

/** The namespaces of one of several modes, or policies: no two are for all namespaces, or for the same. */
function parsePlace(names: string | undefined, others: readonly Placed[], what: string): Placed {
  if (names === undefined) {
    if (others.some(({ namespaces }) => namespaces === undefined))
      throw new InvalidArgumentError(`one ${what} is for all namespaces.`);
    return {};
  }
  const namespaces = names.split(',');
  const wrong = namespaces.find((name) => !NAMESPACE.test(name));
  if (wrong !== undefined) throw new InvalidArgumentError(`'${wrong}' is no name of a namespace; patterns do not count here.`);
  const twice = namespaces.find(
    (name, at) => namespaces.indexOf(name) < at || others.some((other) => other.namespaces?.includes(name)),
  );
  if (twice !== undefined)
    throw new InvalidArgumentError(`the namespace '${twice}' has two ${what === 'mode' ? 'modes' : 'policies'}.`);
  return { namespaces };
}

interface Placed {
  readonly namespaces?: readonly string[];
}

function parsePolicy(value: string, policies: readonly PolicyChoice[]): readonly PolicyChoice[] {
  const [name = '', names] = value.split(':', 2);
  if (policies.some((other) => other.name === name)) throw new InvalidArgumentError(`the policy '${name}' is named twice.`);
  return [...policies, { name, ...parsePlace(names, policies, 'policy') }];
}

function parseMinor(value: string): number {
  const minor = Number(/^1\.(\d{1,2})$/.exec(value)?.[1] ?? Number.NaN);
  if (!(minor >= 28)) throw new InvalidArgumentError('write 1.30, say; the oldest is 1.28.');
  return minor;
}

const withPlanOptions = (command: Command): Command =>
  withWorkspaceOptions(command)
    .option(
      '-p, --policy <name[:ns,ns]>',
      'policy to enforce: everywhere, or in namespaces (repeatable); default: default',
      parsePolicy,
      [],
    )
    .option(
      '--mode <mode[:ns,ns]>',
      'go no further than audit, warn or deny: everywhere, or in namespaces (repeatable)',
      parseMode,
      [],
    )
    .option('--kubernetes <1.N>', "version of the cluster; default: the scan's, else 1.30", parseMinor)
    .addOption(
      new Option('--on-update <guard>', 'what updates of old objects may do').choices(ON_UPDATE).default(DEFAULT_ON_UPDATE),
    )
    .option('--exclude-namespace <name>', 'enforce nothing there; * for any text (repeatable)', collect, [])
    .option('--include-system', "enforce in kube-system, kube-public, kube-node-lease and the engine's own namespace too", false);

const planCommand = (): Command =>
  withPlanOptions(new Command('plan').description('Show what a cluster would enforce of a policy, and what not and why.'))
    .addOption(targetOption())
    .option('--run <id>', 'scan that says who could bypass it; none: no scan', 'latest')
    .addHelpText(
      'after',
      `
Examples:
  plimsoll enforce plan -p shop-baseline
  plimsoll enforce plan -p shop-baseline --mode warn --mode deny:payments,checkout
  plimsoll enforce plan -p default -p payments:payments,checkout
  plimsoll enforce plan -p datree-default --kubernetes 1.28 -o json`,
    )
    .action(async (options: PlanOptions) => (await run()).showPlan(options));

const exportCommand = (): Command =>
  withRollout(
    withPlanOptions(new Command('export').description('Write the policies that a cluster enforces, and what takes them back.')),
  )
    .addOption(
      new Option('--target <where>', 'admission engine, or another place in which the policy counts')
        .choices(EXPORT_TARGETS)
        .default('vap'),
    )
    .option('--run <id>', 'scan that it is made from, or on which rules that deny are replayed; none: no scan; default: latest')
    .option('--yes', 'export rules that deny although objects of the scan fail them', false)
    .requiredOption('--out <dir>', 'folder for the files; those of an earlier export are written over')
    .addOption(
      new Option('--failure-policy <policy>', 'where a rule that denies cannot be computed: to be chosen if any denies').choices([
        'Ignore',
        'Fail',
      ]),
    )
    .option('--set <name=value>', 'what a target that is no engine has to know (repeatable)', collect, [])
    .option('--helm', 'engines: as a Helm chart', false)
    .addOption(
      new Option(
        '--kyverno-api <version>',
        'kyverno: v1 (Kyverno 1.17 and later, the default), v1beta1 (1.16), legacy (ClusterPolicy, to 1.19)',
      )
        .choices(KYVERNO_APIS)
        .hideHelp(),
    )
    .addOption(
      new Option('--kyverno-exceptions <namespace>', 'kyverno: waivers of whole objects as PolicyExceptions there')
        .argParser(parseNamespace)
        .hideHelp(),
    )
    .addHelpText(
      'after',
      `
Examples:
  plimsoll enforce export -p shop-baseline --mode audit --out enforce/
  plimsoll enforce export -p shop-baseline --failure-policy Ignore --out enforce/
  plimsoll enforce export --target psa --run latest --out enforce/
  plimsoll enforce export --target github --set paths=deploy --out .
  plimsoll enforce export -p shop-baseline --target gatekeeper --mode warn --out enforce/

--kyverno-api v1|v1beta1|legacy and --kyverno-exceptions NAMESPACE: docs/enforcement.md.
Exit codes: 0 written, 1 usage, or nothing that can be enforced.`,
    )
    .action(async (options: ExportOptions) => (await import('#cli/enforce/export.ts')).exportTo(options));
