/**
 * Levels of the Pod Security Standards and how Pod Security Admission puts them together. From k8s.io/pod-security-admission,
 * policy/registry.go: `restricted` checks all restricted controls, and those of baseline that none of them overrides.
 */

export const PSS_LEVELS = ['privileged', 'baseline', 'restricted'] as const;
export type PssLevel = (typeof PSS_LEVELS)[number];
/** A level that has controls. */
export type PssChecked = Exclude<PssLevel, 'privileged'>;

export const stricter = (a: PssLevel, b: PssLevel): boolean => PSS_LEVELS.indexOf(a) > PSS_LEVELS.indexOf(b);

export const nextLevel = (level: PssLevel): PssChecked | undefined =>
  level === 'privileged' ? 'baseline' : level === 'baseline' ? 'restricted' : undefined;

/** Every control there is by level, by upstream's check ids: a level is only claimed where there is a rule for each of them. */
export const PSS_CONTROLS: Readonly<Record<PssChecked, readonly string[]>> = {
  baseline: [
    'appArmorProfile',
    'capabilities_baseline',
    'hostNamespaces',
    'hostPathVolumes',
    'hostPorts',
    'hostProbesAndHostLifecycle',
    'privileged',
    'procMount',
    'seLinuxOptions',
    'seccompProfile_baseline',
    'sysctls',
    'windowsHostProcess',
  ],
  restricted: [
    'allowPrivilegeEscalation',
    'capabilities_restricted',
    'procMount_restricted',
    'restrictedVolumes',
    'runAsNonRoot',
    'runAsUser',
    'seccompProfile_restricted',
  ],
};

/** The newest version of the standards that these controls, and the rules for them, are those of. */
export const NEWEST_STANDARDS_MINOR = 37;

/** Baseline controls that a restricted one stands for, with the Kubernetes minor since when. */
const OVERRIDDEN: Readonly<Record<string, number>> = {
  hostPathVolumes: 0,
  seccompProfile_baseline: 19,
  capabilities_baseline: 22,
  procMount: 35,
};

/** Whether admission at a level looks at a control. */
export function isChecked(
  control: { readonly level: PssChecked; readonly control: string },
  at: PssChecked,
  minor: number,
): boolean {
  if (at === 'baseline') return control.level === 'baseline';
  if (control.level === 'restricted') return true;
  return !(Object.hasOwn(OVERRIDDEN, control.control) && minor >= (OVERRIDDEN[control.control] ?? 0));
}
