import { SYSTEM_NAMESPACES } from '#core/enforce/model.ts';

/** Where engines live by default: a policy that stands in their way could not be taken back. */
const OWN: Readonly<Record<string, readonly string[]>> = {
  gatekeeper: ['gatekeeper-system'],
  kyverno: ['kyverno'],
  kubewarden: ['kubewarden'],
};

/** Never enforced in unless asked for: what a cluster needs to live, and the engine's own. */
export const defaultExcluded = (target: string): readonly string[] => [...SYSTEM_NAMESPACES, ...(OWN[target] ?? [])].toSorted();
