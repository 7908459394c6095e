import type { ExportFile } from '#core/enforce/files.ts';
import type { EnforcementPlan } from '#core/enforce/model.ts';
import { vapFiles } from '#core/enforce/vap/index.ts';

/** Engines that a plan can be written for. */
export const TARGETS = ['vap'] as const;
export type Target = (typeof TARGETS)[number];

/** What each is called in full. */
export const TARGET_TITLES: Readonly<Record<Target, string>> = { vap: 'ValidatingAdmissionPolicy' };

const FILES: Readonly<Record<Target, (plan: EnforcementPlan, bundle: string) => readonly ExportFile[]>> = { vap: vapFiles };

/** The files of a plan for an engine. `bundle` is the bundle digest (decisions.md 19). */
export const targetFiles = (target: Target, plan: EnforcementPlan, bundle: string): readonly ExportFile[] =>
  FILES[target](plan, bundle);
