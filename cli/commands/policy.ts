import { Command, Option } from 'commander';
import { MODES } from '#core/model.ts';
import { collect, LIST_FORMATS } from '#cli/options.ts';
import { withPromoteOptions } from '#cli/commands/promote.ts';
import { withWorkspaceOptions } from '#cli/workspace-options.ts';
import type { DemoteOptions, PromoteOptions, BaselineOptions, GapOptions } from '#cli/policy/ratchet.ts';
import type { ExportOptions, ImportPolicyOptions } from '#cli/policy/files.ts';
import type { ShowOptions } from '#cli/policy/read.ts';
import type { WorkspaceOptions } from '#cli/client.ts';

const read = () => import('#cli/policy/read.ts');
const ratchet = () => import('#cli/policy/ratchet.ts');
const files = () => import('#cli/policy/files.ts');

/** `plimsoll policy`: policies of the workspace, and the ratchet between a baseline and a strict one. */
export function policyCommand(): Command {
  const policy = new Command('policy')
    .description('Look at policies, and move rules between a strict policy and a baseline.')
    .addHelpText(
      'after',
      `
Examples:
  plimsoll policy baseline shop-baseline --strict datree-starter
  plimsoll policy baseline shop-baseline --strict datree-starter --apply --reason "first look"
  plimsoll policy gap
  plimsoll policy promote liveness-probe --to shop-baseline --reason "held for a week"
  plimsoll policy import policies.yaml --apply

'plimsoll policy COMMAND --help' tells more of each.`,
    );
  for (const command of [
    list(),
    show(),
    effective(),
    diff(),
    lint(),
    revisions(),
    baseline(),
    gap(),
    promote(),
    demote(),
    restore(),
    imports(),
    exports(),
  ])
    policy.addCommand(command.configureHelp({ helpWidth: 100 }));
  return policy;
}

const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  plimsoll policy ${line}`).join('\n')}`;
const reason = (): Option => new Option('--reason <text>', 'why, kept with the revision').makeOptionMandatory();

const list = (): Command =>
  withWorkspaceOptions(new Command('list').description('List every policy: of the workspace, and those that ship.'), LIST_FORMATS)
    .addHelpText('after', examples('list', 'list -o json', 'list -o csv=policies.csv'))
    .action(async (options: WorkspaceOptions) => (await read()).listPolicies(options));

const show = (): Command =>
  withWorkspaceOptions(
    new Command('show').description('Show the rules of a policy, and what fails in a scan.').argument('<name>', 'policy'),
    LIST_FORMATS,
  )
    .option('--scan <id>', 'figures of this scan; default: the newest')
    .addHelpText('after', examples('show shop-baseline', 'show datree-starter -o json', 'show datree-starter -o csv=rules.csv'))
    .action(async (name: string, options: ShowOptions) => (await read()).showPolicy(name, options));

const effective = (): Command =>
  withWorkspaceOptions(
    new Command('effective').description('Show each setting of a policy and where it comes from.').argument('<name>', 'policy'),
  )
    .addHelpText('after', examples('effective shop-prod'))
    .action(async (name: string, options: WorkspaceOptions) => (await read()).showEffective(name, options));

const diff = (): Command =>
  withWorkspaceOptions(
    new Command('diff')
      .description('Compare two policies, or two revisions.')
      .argument('<from>', 'NAME or NAME@REVISION')
      .argument('<to>', 'NAME or NAME@REVISION'),
  )
    .addHelpText('after', examples('diff shop-baseline shop-strict', 'diff shop-baseline@1 shop-baseline'))
    .action(async (from: string, to: string, options: WorkspaceOptions) => (await read()).diffPolicies(from, to, options));

const lint = (): Command =>
  withWorkspaceOptions(
    new Command('lint').description('Check the files of the workspace: unknown ids, contradictions, expired waivers.'),
  )
    .addHelpText(
      'after',
      `${examples('lint', 'lint --workspace ./plimsoll')}\n\nExit codes: 0 nothing that does not count, 2 a file or entry does not count, 1 usage.`,
    )
    .action(async (options: WorkspaceOptions) => (await read()).lintWorkspace(options));

const revisions = (): Command =>
  withWorkspaceOptions(new Command('revisions').description('List what a policy was, newest first.').argument('<name>', 'policy'))
    .addHelpText('after', examples('revisions shop-baseline'))
    .action(async (name: string, options: WorkspaceOptions) => (await read()).listRevisions(name, options));

const baseline = (): Command =>
  withWorkspaceOptions(
    new Command('baseline')
      .description('Propose a baseline from scans: the rules that hold today.')
      .argument('<name>', 'baseline to make or replace'),
  )
    .option('--strict <policy>', "whose rules; default: the workspace's strict policy")
    .option('--scan <id>', 'as evidence (repeatable); default: the newest', collect, [])
    .option('--with <rule>', 'take this rule as well (repeatable)', collect, [])
    .option('--without <rule>', 'leave this rule out (repeatable)', collect, [])
    .addOption(new Option('--mode <mode>', 'mode of its rules').choices(MODES.filter((mode) => mode !== 'off')).default('warn'))
    .option('--freeze', "freeze today's failures as debt: only new ones count", false)
    .option('--apply', 'save it', false)
    .option('--reason <text>', 'why, kept with the revision')
    .addHelpText(
      'after',
      examples(
        'baseline shop-baseline --strict datree-starter',
        'baseline shop-baseline --apply --reason "first look"',
        'baseline shop-baseline --with cpu-limit --freeze --apply --reason "ratchet"',
      ),
    )
    .action(async (name: string, options: BaselineOptions) => (await ratchet()).makeBaseline(name, options));

const gap = (): Command =>
  withWorkspaceOptions(
    new Command('gap')
      .description('What a strict policy wants and a baseline does not hold yet, and what it takes.')
      .argument('[strict]', "default: the workspace's strict policy"),
    LIST_FORMATS,
  )
    .option('--baseline <policy>', 'default: the one that stands beside it')
    .option('--scan <id>', 'default: the newest')
    .addHelpText('after', examples('gap', 'gap datree-strict --baseline shop-baseline -o json'))
    .action(async (strict: string | undefined, options: GapOptions) => (await ratchet()).showGap(strict, options));

const promote = (): Command =>
  withPromoteOptions(new Command('promote').description('Take rules that pass consistently into a baseline.'))
    .addHelpText('after', examples('promote liveness-probe --to shop-baseline --reason "held for a week"'))
    .action(async (rules: readonly string[], options: PromoteOptions) => (await ratchet()).promoteRules(rules, options));

const demote = (): Command =>
  withWorkspaceOptions(
    new Command('demote').description('Take rules out of a baseline again.').argument('<rule...>', 'rule ids or aliases'),
  )
    .requiredOption('--from <policy>', 'baseline')
    .option('--scan <id>', 'as evidence; default: the newest')
    .addOption(reason())
    .addHelpText('after', examples('demote liveness-probe --from shop-baseline --reason "payments cannot yet"'))
    .action(async (rules: readonly string[], options: DemoteOptions) => (await ratchet()).demoteRules(rules, options));

const restore = (): Command =>
  withWorkspaceOptions(
    new Command('restore')
      .description('Put an earlier revision into force.')
      .argument('<name>', 'policy')
      .argument('<revision>', 'its number'),
  )
    .addOption(reason())
    .addHelpText('after', examples('restore shop-baseline 3 --reason "4 was a mistake"'))
    .action(async (name: string, revision: string, options: WorkspaceOptions & { readonly reason: string }) =>
      (await ratchet()).restorePolicy(name, revision, options),
    );

const format = (): Option => new Option('--format <format>', 'whose format').choices(['datree', 'plimsoll']).default('datree');

const imports = (): Command =>
  withWorkspaceOptions(
    new Command('import')
      .description('Show what a policies.yaml of Datree becomes, and import it.')
      .argument('<file>', '- for standard input'),
  )
    .addOption(format())
    .option('--strict', 'take only what Datree itself takes', false)
    .option('--apply', 'save its policies, and keep the file', false)
    .option('--reason <text>', 'why, kept with the revision')
    .option('--compare <path...>', 'run datree on these files, and explain each different verdict')
    .option('--datree <program>', 'the program to compare with; default: the one on PATH')
    .addHelpText(
      'after',
      examples(
        'import policies.yaml',
        'import policies.yaml --compare deploy/',
        'import policies.yaml --apply --reason "from Datree"',
      ),
    )
    .action(async (file: string, options: ImportPolicyOptions) => (await files()).importPolicies(file, options));

const exports = (): Command =>
  withWorkspaceOptions(
    new Command('export')
      .description('Write policies as a policies.yaml of Datree, or as files of ours.')
      .argument('<name...>', 'policies'),
  )
    .addOption(format())
    .option('--file <file>', 'instead of standard output')
    .addHelpText('after', examples('export shop-baseline --file policies.yaml', 'export shop-baseline --format plimsoll'))
    .action(async (names: readonly string[], options: ExportOptions) => (await files()).exportPolicies(names, options));
