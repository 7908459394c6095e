import { nextLevel, PSS_LEVELS, stricter } from '#core/enforce/psa/levels.ts';
import type { PssLevel } from '#core/enforce/psa/levels.ts';

/** https://kubernetes.io/docs/concepts/security/pod-security-admission/#pod-security-admission-labels-for-namespaces */
const PREFIX = 'pod-security.kubernetes.io/';
export const PSA_MODES = ['enforce', 'warn', 'audit'] as const;
export type PsaMode = (typeof PSA_MODES)[number];

export interface PsaLabels {
  /** To be set. */
  readonly labels: Readonly<Record<string, string>>;
  /** What these labels are now; undefined where they are not there. */
  readonly before: Readonly<Record<string, string | undefined>>;
  /** Labels that stay, as they are at least as strict: `enforce: restricted`. */
  readonly kept: readonly string[];
}

/**
 * The labels that a namespace gains: what it meets is enforced, the level above warns and is audited. No label is ever made
 * milder than it is, and `privileged` is not written, as it would undo a default of the cluster.
 */
export function psaLabels(level: PssLevel, minor: number, present: Readonly<Record<string, string>>): PsaLabels {
  const wanted: Readonly<Record<PsaMode, PssLevel>> = {
    enforce: level,
    warn: nextLevel(level) ?? level,
    audit: nextLevel(level) ?? level,
  };
  const labels: Record<string, string> = {};
  const before: Record<string, string | undefined> = {};
  const kept: string[] = [];
  for (const mode of PSA_MODES) {
    const [key, version] = [`${PREFIX}${mode}`, `${PREFIX}${mode}-version`];
    const now = levelInForce(mode, Object.hasOwn(present, key) ? present[key] : undefined);
    if (wanted[mode] === 'privileged' && now === undefined) continue;
    if (now !== undefined && !stricter(wanted[mode], now)) {
      kept.push(`${mode}: ${now}`);
      continue;
    }
    Object.assign(labels, { [key]: wanted[mode], [version]: `v1.${minor}` });
    for (const name of [key, version]) before[name] = Object.hasOwn(present, name) ? present[name] : undefined;
  }
  return { labels, before, kept };
}

/** What admission makes of a label's value: one that it does not know enforces `restricted`, and warns of nothing. */
function levelInForce(mode: PsaMode, value: string | undefined): PssLevel | undefined {
  if (value === undefined) return undefined;
  return PSS_LEVELS.find((level) => level === value) ?? (mode === 'enforce' ? 'restricted' : 'privileged');
}
