import type { ExportFile } from '#core/enforce/files.ts';
import { gatekeeperFiles, gatekeeperPlan } from '#core/enforce/gatekeeper/index.ts';
import { kubewardenFiles, kubewardenPlan } from '#core/enforce/kubewarden/index.ts';
import { kyvernoFiles } from '#core/enforce/kyverno/index.ts';
import type { KyvernoOptions } from '#core/enforce/kyverno/index.ts';
import { SYSTEM_NAMESPACES } from '#core/enforce/model.ts';
import type { EnforcementPlan } from '#core/enforce/model.ts';
import { vapFiles } from '#core/enforce/vap/index.ts';

/** Engines that a plan can be written for. */
export const TARGETS = ['vap', 'gatekeeper', 'kyverno', 'kubewarden'] as const;
export type Target = (typeof TARGETS)[number];

/** What each is called in full. */
export const TARGET_TITLES: Readonly<Record<Target, string>> = {
  vap: 'ValidatingAdmissionPolicy',
  gatekeeper: 'Gatekeeper',
  kyverno: 'Kyverno',
  kubewarden: 'Kubewarden',
};

/** Where an engine lives itself: it could lock itself out. */
const OWN_NAMESPACES: Readonly<Record<Target, readonly string[]>> = {
  vap: [],
  gatekeeper: ['gatekeeper-system'],
  kyverno: ['kyverno'],
  kubewarden: ['kubewarden'],
};

/** Never enforced in unless a plan for this engine is told otherwise. */
export const untouchedNamespaces = (target: Target): readonly string[] =>
  [...SYSTEM_NAMESPACES, ...OWN_NAMESPACES[target]].toSorted();

const whole = (plan: EnforcementPlan): EnforcementPlan => plan;
const PLANS: Readonly<Record<Target, (plan: EnforcementPlan) => EnforcementPlan>> = {
  vap: whole,
  gatekeeper: gatekeeperPlan,
  kyverno: whole,
  kubewarden: kubewardenPlan,
};

/** A plan as an engine can carry it: its other rules are skipped, with the reason. */
export const planFor = (target: Target, plan: EnforcementPlan): EnforcementPlan => PLANS[target](plan);

/** What only one of the engines asks. */
export interface TargetOptions {
  readonly kyverno?: KyvernoOptions;
}

const FILES: Readonly<Record<Target, (plan: EnforcementPlan, bundle: string, options: TargetOptions) => readonly ExportFile[]>> =
  {
    vap: vapFiles,
    gatekeeper: gatekeeperFiles,
    kyverno: (plan, bundle, { kyverno }) => kyvernoFiles(plan, bundle, kyverno),
    kubewarden: kubewardenFiles,
  };

/** The files of a plan, as `planFor` gives it, for an engine. `bundle` is the bundle digest (decisions.md 19). */
export const targetFiles = (
  target: Target,
  plan: EnforcementPlan,
  bundle: string,
  options: TargetOptions = {},
): readonly ExportFile[] => FILES[target](plan, bundle, options);
