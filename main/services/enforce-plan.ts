import { join } from 'node:path';
import type { EnforcePreview } from '#core/api/enforce.ts';
import type { ExportFile } from '#core/enforce/files.ts';
import type { EnforcementPlan, EnforceMode } from '#core/enforce/model.ts';
import { defaultExcluded } from '#core/enforce/own-namespaces.ts';
import { plan } from '#core/enforce/plan.ts';
import { stepped } from '#core/enforce/steps.ts';
import type { Stepping } from '#core/enforce/steps.ts';
import { FIRST_STABLE_MINOR, OLDEST_MINOR } from '#core/enforce/servers.ts';
import { targetFiles, TARGETS, TARGET_TITLES } from '#core/enforce/targets.ts';
import type { Target } from '#core/enforce/targets.ts';
import type { AppError } from '#core/model.ts';
import type { EffectivePolicy } from '#core/policy/effective.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { exportFolder } from '#main/enforce/exports.ts';
import { minorNumber } from '#main/scan/library-facts.ts';
import { workspacePolicies } from '#main/scan/policies.ts';
import type { Services } from '#main/rpc/services.ts';
import type { ServiceContext } from '#main/services/context.ts';
import { excludedToo, noTarget } from '#main/services/enforce-errors.ts';
import { notFound } from '#main/services/errors.ts';
import { dayOf } from '#main/services/workspace-lenses.ts';
import type { WorkspaceNow } from '#main/workspace/index.ts';

/** What every call about enforcement is asked with, parsed. */
export type EnforceAsked = Parameters<Services['enforce']['preview']>[0];

export interface Planned {
  readonly policy: EffectivePolicy;
  readonly target: Target;
  readonly made: EnforcementPlan;
  /** The same rules before modes were looked at: one object for all plans that differ in nothing else, which replays are kept by. */
  readonly base: EnforcementPlan;
  readonly bundle: string;
  readonly minorFrom: EnforcePreview['kubernetesFrom'];
  readonly defaultExcluded: readonly string[];
}

export const targetChoices = TARGETS.map((id) => ({ id, title: TARGET_TITLES[id] }));

/** Plans before modes are looked at, of which some are kept: another mode or scope makes no expression anew. */
const KEPT = 8;

/** Makes plans; one for a host. */
export class Plans {
  readonly #context: ServiceContext;
  readonly #kept = new Map<string, { readonly of: WorkspaceNow; readonly base: EnforcementPlan }>();

  constructor(context: ServiceContext) {
    this.#context = context;
  }

  /** The plan of a policy for a target, as it is asked for. `limit`: how far each rule goes at most. */
  plan(asked: EnforceAsked, limit?: Stepping['limit']): Result<Planned, AppError> {
    const { workspace, library, store } = this.#context;
    const policy = workspace.find(asked.policy);
    if (!policy.ok) return policy;
    const target = TARGETS.find((id) => id === asked.target);
    if (target === undefined) return err(noTarget(asked.target));
    const run = asked.scanId === undefined ? undefined : store.runs.get(asked.scanId);
    if (asked.scanId !== undefined && run === undefined) return err(notFound(`Run ${asked.scanId}`, 'the database'));
    const version = asked.kubernetes ?? run?.kubernetesMinor;
    const minor = version === undefined ? FIRST_STABLE_MINOR : Math.max(OLDEST_MINOR, minorNumber(version));
    const usual = defaultExcluded(target);
    const excludedNamespaces = [...new Set(asked.excludedNamespaces ?? usual)].toSorted();
    const both = asked.steps.flatMap(({ namespaces }) => namespaces ?? []).find((name) => excludedNamespaces.includes(name));
    if (both !== undefined) return err({ ...excludedToo(both), where: 'steps', next: 'Leave it out of one of the two.' });
    const base = this.#base(policy.value, minor, excludedNamespaces);
    return ok({
      policy: policy.value,
      target,
      base,
      made: stepped(base, {
        mode: (rule) => policyMode(policy.value, rule),
        steps: asked.steps.map(({ mode, namespaces }) => ({ mode, ...(namespaces === undefined ? {} : { namespaces }) })),
        ...(limit === undefined ? {} : { limit }),
        failurePolicy: asked.failurePolicy ?? 'Ignore',
        excludedNamespaces,
      }),
      bundle: workspacePolicies(workspace, library).digest(policy.value),
      minorFrom: asked.kubernetes !== undefined ? 'asked' : version === undefined ? 'default' : 'scan',
      defaultExcluded: usual,
    });
  }

  #base(policy: EffectivePolicy, minor: number, excludedNamespaces: readonly string[]): EnforcementPlan {
    const { workspace, library, now } = this.#context;
    const state = workspace.now();
    const today = dayOf(now());
    const patterns = excludedNamespaces.filter((namespace) => namespace.includes('*'));
    const key = JSON.stringify([policy.name, minor, patterns, today]);
    const known = this.#kept.get(key);
    const base =
      known?.of === state
        ? known.base
        : plan(policy, library, {
            waivers: state.read.content.waivers,
            today,
            excludedNamespaces: patterns,
            failurePolicy: 'Ignore',
            minor,
          });
    this.#kept.delete(key);
    this.#kept.set(key, { of: state, base });
    for (const oldest of [...this.#kept.keys()].slice(0, Math.max(0, this.#kept.size - KEPT))) this.#kept.delete(oldest);
    return base;
  }
}

export const filesOf = ({ target, made, bundle }: Planned): readonly ExportFile[] => targetFiles(target, made, bundle);

/** Where an export of a policy for a target goes, unless told otherwise. */
export const folderFor = ({ workspace }: ServiceContext, { policy, target }: Planned): string =>
  exportFolder(workspace.folder, policy.name, target);

/** Commands over the files of an export: what changes nothing first. */
export function commandsFor(files: readonly ExportFile[], folder: string): EnforcePreview['commands'] {
  const applied = files.filter(({ name }) => /\.ya?ml$/.test(name) && !/(^|\/)(kustomization|rollback)\.yaml$/.test(name));
  const path = (name: string): string => quoted(join(folder, name));
  const rollback = files.filter(({ name }) => name.endsWith('rollback.yaml'));
  return {
    tryFirst: applied.map(({ name }) => `kubectl apply --dry-run=server -f ${path(name)}`),
    apply: applied.map(({ name }) => `kubectl apply -f ${path(name)}`),
    takeBack: rollback.map(({ name }) => `kubectl delete -f ${path(name)} --ignore-not-found`),
  };
}

const quoted = (path: string): string => (/^[\w./:@-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`);

/** What the policy itself says of a rule that is in a plan: it is not off. */
export const policyMode = ({ rules }: EffectivePolicy, rule: string): EnforceMode => {
  const mode = rules[rule]?.mode ?? 'audit';
  return mode === 'off' ? 'audit' : mode;
};
