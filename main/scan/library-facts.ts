import { hash } from 'node:crypto';
import { FLOOR_MINOR } from '#core/evaluate/floor.ts';
import type { RuleSet } from '#core/inventory/model.ts';
import { factKey, hashOf, ruleHash } from '#core/rules/hash.ts';
import type { Sha256 } from '#core/rules/hash.ts';
import type { Library, Policy } from '#core/rules/model.ts';
import type { JudgeSetup } from '#main/scan/messages.ts';

const sha256: Sha256 = (text) => hash('sha256', text);

/** The order in which verdicts are packed, and when facts of an earlier run still stand (decisions.md 9). */
export function ruleSetOf(library: Library, kubernetesMinor: string | undefined): RuleSet {
  const context = kubernetesMinor === undefined ? {} : { kubernetesMinor };
  return {
    rules: library.rules.map((rule) => ({
      id: rule.id,
      factKey: factKey(ruleHash(rule, library.matchers, library.defaults, sha256), rule, context, sha256),
    })),
  };
}

/** The library as a worker needs it: examples stay here, they are most of its size. */
export const forWorkers = (library: Library): JudgeSetup['library'] => ({
  rules: library.rules.map((rule) => ({ ...rule, examples: { pass: [], fail: [], notApplicable: [], error: [] } })),
  matchers: library.matchers,
  defaults: library.defaults,
});

/** SHA-256 over the effective policy and the library (decisions.md 19); waivers and custom rules join with their issues. */
export const bundleDigest = (policy: Policy, library: Library): string =>
  hashOf(
    {
      library: library.hash,
      policy: Object.entries(policy.rules)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([id, setting]) => [id, setting.mode, setting.severity ?? null, setting.message ?? null]),
    },
    sha256,
  );

/** `1.36` gives 36; unknown is the floor (design/rules.md). */
export const minorNumber = (version: string | undefined): number => Number(version?.split('.')[1] ?? FLOOR_MINOR);
