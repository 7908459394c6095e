import { join } from 'node:path';
import type { EnforcePreview } from '#core/api/enforce.ts';
import type { ExportFile } from '#core/enforce/files.ts';
import type { EnforcementPlan, EnforceMode, PlannedRule } from '#core/enforce/model.ts';
import { DEFAULT_ON_UPDATE } from '#core/enforce/update-guards.ts';
import type { OnUpdate } from '#core/enforce/update-guards.ts';
import { plan } from '#core/enforce/plan.ts';
import type { KyvernoOptions } from '#core/enforce/kyverno/index.ts';
import { chartFiles } from '#core/enforce/helm.ts';
import { joinedPlans } from '#core/enforce/several.ts';
import type { PlacedPlan } from '#core/enforce/several.ts';
import { stepped } from '#core/enforce/steps.ts';
import type { Stepping } from '#core/enforce/steps.ts';
import { OLDEST_MINOR } from '#core/enforce/servers.ts';
import { planFor, targetFiles, TARGETS, TARGET_TITLES, untouchedNamespaces } from '#core/enforce/targets.ts';
import type { Target } from '#core/enforce/targets.ts';
import { MODES } from '#core/model.ts';
import type { AppError } from '#core/model.ts';
import type { EffectivePolicy } from '#core/policy/effective.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { exportFolder } from '#main/enforce/exports.ts';
import { bodyText } from '#main/enforce/yaml.ts';
import { minorNumber } from '#main/scan/library-facts.ts';
import { workspacePolicies } from '#main/scan/policies.ts';
import type { Services } from '#main/rpc/services.ts';
import type { ServiceContext } from '#main/services/context.ts';
import { excludedToo, noChart, noTarget, oneOnly, twiceNamed } from '#main/services/enforce-errors.ts';
import { notFound } from '#main/services/errors.ts';
import { dayOf } from '#main/services/workspace-lenses.ts';
import { VERSION } from '#main/version.ts';
import type { WorkspaceNow } from '#main/workspace/index.ts';

/** What every call about enforcement is asked with, parsed. */
export type EnforceAsked = Parameters<Services['enforce']['preview']>[0];

export interface Planned {
  readonly policies: readonly EffectivePolicy[];
  readonly target: Target;
  readonly helm: boolean;
  readonly kyverno: KyvernoOptions;
  readonly made: EnforcementPlan;
  /** The same rules before modes were looked at: one object for all plans that differ in nothing else, which replays are kept by. */
  readonly base: EnforcementPlan;
  readonly bundle: string;
  readonly minorFrom: EnforcePreview['kubernetesFrom'];
  readonly defaultExcluded: readonly string[];
}

interface PlacedEffective {
  readonly policy: EffectivePolicy;
  readonly namespaces?: readonly string[];
}

export const targetChoices = TARGETS.map((id) => ({ id, title: TARGET_TITLES[id] }));

/** Plans before modes are looked at, of which some are kept: another mode or scope makes no expression anew. */
const KEPT = 8;

/** Makes plans; one for a host. */
export class Plans {
  readonly #context: ServiceContext;
  readonly #kept = new Map<string, { readonly of: WorkspaceNow; readonly base: EnforcementPlan }>();
  #lastJoined: { readonly of: readonly PlacedPlan[]; readonly base: EnforcementPlan } | undefined;

  constructor(context: ServiceContext) {
    this.#context = context;
  }

  /** The plan of a policy for a target, as it is asked for. `limit`: how far each rule goes at most. */
  plan(asked: EnforceAsked, limit?: Stepping['limit']): Result<Planned, AppError> {
    const { workspace, library, store } = this.#context;
    const target = TARGETS.find((id) => id === asked.target);
    if (target === undefined) return err(noTarget(asked.target));
    const placed = this.#placed(asked);
    if (!placed.ok) return placed;
    if (placed.value.length > 1 && target !== 'vap') return err(oneOnly(target));
    const run = asked.scanId === undefined ? undefined : store.runs.get(asked.scanId);
    if (asked.scanId !== undefined && run === undefined) return err(notFound(`Run ${asked.scanId}`, 'the database'));
    const version = asked.kubernetes ?? run?.kubernetesMinor;
    const minor = version === undefined ? undefined : Math.max(OLDEST_MINOR, minorNumber(version));
    const usual = untouchedNamespaces(target);
    const excludedNamespaces = [...new Set(asked.excludedNamespaces ?? usual)].toSorted();
    const named = [...asked.steps, asked, ...asked.others].flatMap(({ namespaces }) => namespaces ?? []);
    const both = named.find((name) => excludedNamespaces.includes(name));
    if (both !== undefined) return err(excludedToo(both));
    const policies = placed.value.map(({ policy }) => policy);
    const bases = placed.value.map(({ policy, ...where }) => ({
      ...where,
      made: this.#base(policy, minor, excludedNamespaces, asked.onUpdate),
    }));
    const steps = asked.steps.map(({ mode, namespaces }) => ({ mode, ...(namespaces === undefined ? {} : { namespaces }) }));
    const made = bases.map(({ made: base, ...where }, at) => ({
      ...where,
      made: stepped(base, {
        mode: (rule) => policyMode(policies.slice(at, at + 1), rule),
        steps,
        ...(limit === undefined ? {} : { limit }),
        failurePolicy: asked.failurePolicy ?? 'Ignore',
        excludedNamespaces,
      }),
    }));
    const digests = workspacePolicies(workspace, library);
    return ok({
      policies,
      target,
      helm: asked.helm,
      kyverno: kyvernoOptions(asked),
      base: planFor(target, this.#joined(bases)),
      made: planFor(target, joinedPlans(made, library)),
      bundle: policies.map((policy) => digests.digest(policy)).join(' '),
      minorFrom: asked.kubernetes !== undefined ? 'asked' : version === undefined ? 'default' : 'scan',
      defaultExcluded: usual,
    });
  }

  #placed({ policy, namespaces, others }: EnforceAsked): Result<readonly PlacedEffective[], AppError> {
    const all = [{ policy, ...(namespaces === undefined ? {} : { namespaces }) }, ...others];
    const twice = twiceNamed(all);
    if (twice !== undefined) return err(twice);
    const placed: PlacedEffective[] = [];
    for (const one of all) {
      const found = this.#context.workspace.find(one.policy);
      if (!found.ok) return found;
      placed.push({ policy: found.value, ...(one.namespaces === undefined ? {} : { namespaces: one.namespaces }) });
    }
    return ok(placed);
  }

  /** One object for the same plans in the same places. */
  #joined(bases: readonly PlacedPlan[]): EnforcementPlan {
    const known = this.#lastJoined;
    const same =
      known?.of.length === bases.length &&
      known.of.every(({ made, namespaces = [] }, at) => {
        const other = bases[at];
        return made === other?.made && namespaces.join() === (other.namespaces ?? []).join();
      });
    if (known !== undefined && same) return known.base;
    const base = joinedPlans(bases, this.#context.library);
    this.#lastJoined = { of: bases, base };
    return base;
  }

  #base(
    policy: EffectivePolicy,
    minor: number | undefined,
    excludedNamespaces: readonly string[],
    onUpdate: OnUpdate = DEFAULT_ON_UPDATE,
  ): EnforcementPlan {
    const { workspace, library, now } = this.#context;
    const state = workspace.now();
    const today = dayOf(now());
    const patterns = excludedNamespaces.filter((namespace) => namespace.includes('*'));
    const key = JSON.stringify([policy.name, minor, patterns, today, onUpdate]);
    const known = this.#kept.get(key);
    const base =
      known?.of === state
        ? known.base
        : plan(policy, library, {
            waivers: state.read.content.waivers,
            today,
            excludedNamespaces: patterns,
            failurePolicy: 'Ignore',
            ...(minor === undefined ? {} : { minor }),
            onUpdate,
          });
    this.#kept.delete(key);
    this.#kept.set(key, { of: state, base });
    for (const oldest of [...this.#kept.keys()].slice(0, Math.max(0, this.#kept.size - KEPT))) this.#kept.delete(oldest);
    return base;
  }
}

/** What an export is made of: files to apply, or a chart of them where the target can be one. */
export function filesOf(planned: Planned): Result<readonly ExportFile[], AppError> {
  const { target, made, bundle, helm } = planned;
  const files = plainFiles(planned);
  if (!helm) return ok(files);
  const chart = chartFiles(files, { plan: made, title: TARGET_TITLES[target], target, bundle, version: VERSION }, bodyText);
  return chart.ok ? chart : err(noChart(target, chart.error));
}

/** The files to apply, whatever they are packed into. */
export const plainFiles = ({ target, made, bundle, kyverno }: Planned): readonly ExportFile[] =>
  targetFiles(target, made, bundle, { kyverno });

const kyvernoOptions = ({ kyverno: { api, exceptionsIn } = {} }: EnforceAsked): KyvernoOptions => ({
  ...(api === undefined ? {} : { api }),
  ...(exceptionsIn === undefined ? {} : { exceptionsIn }),
});

/** Where an export of a policy for a target goes, unless told otherwise. */
export const folderFor = ({ workspace }: ServiceContext, { policies, target }: Planned): string =>
  exportFolder(workspace.folder, policies.map(({ name }) => name).join('+'), target);

/** Commands over the files of an export: what changes nothing first. */
export function commandsFor({ helm }: Planned, files: readonly ExportFile[], folder: string): EnforcePreview['commands'] {
  if (helm) return helmCommands(folder);
  const applied = files.filter(({ name }) => /\.ya?ml$/.test(name) && !/(^|\/)(kustomization|rollback)\.yaml$/.test(name));
  const path = (name: string): string => quoted(join(folder, name));
  const rollback = files.filter(({ name }) => name.endsWith('rollback.yaml'));
  return {
    tryFirst: applied.map(({ name }) => `kubectl apply --dry-run=server -f ${path(name)}`),
    apply: applied.map(({ name }) => `kubectl apply -f ${path(name)}`),
    takeBack: rollback.map(({ name }) => `kubectl delete -f ${path(name)} --ignore-not-found`),
  };
}

const helmCommands = (folder: string): EnforcePreview['commands'] => ({
  tryFirst: [`helm template plimsoll ${quoted(folder)} | kubectl apply --dry-run=server -f -`],
  apply: [`helm install plimsoll ${quoted(folder)}`],
  takeBack: ['helm uninstall plimsoll'],
});

const quoted = (path: string): string => (/^[\w./:@-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`);

/** What the policies themselves say of a rule that is in a plan, the hardest of them: it is not off in all. */
export const policyMode = (policies: readonly EffectivePolicy[], rule: string): EnforceMode =>
  policies
    .map(({ rules }) => rules[rule]?.mode ?? 'off')
    .reduce<EnforceMode>((hardest, mode) => (mode === 'off' ? hardest : harder(hardest, mode)), 'audit');

const harder = (a: EnforceMode, b: EnforceMode): EnforceMode => (MODES.indexOf(a) < MODES.indexOf(b) ? b : a);

/** Those that judge by a rule of the plan: in a plan of several it says which. */
export const judgesBy = ({ policies }: Planned, rule: PlannedRule): readonly EffectivePolicy[] =>
  rule.policies === undefined ? policies : policies.filter(({ name }) => rule.policies?.includes(name));
