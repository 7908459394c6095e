import { hash } from 'node:crypto';
import { countsIn } from '#core/decide/waivers.ts';
import { NEWEST_MINOR } from '#core/evaluate/floor.ts';
import type { RuleSet } from '#core/inventory/model.ts';
import type { JsonObject } from '#core/json.ts';
import { factKey, hashOf, ruleHash } from '#core/rules/hash.ts';
import type { Sha256 } from '#core/rules/hash.ts';
import type { Library, Policy } from '#core/rules/model.ts';
import type { Waiver } from '#core/workspace/model.ts';
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

/** What a bundle has besides a policy and the library. */
export interface BundleExtras {
  readonly waivers: readonly Waiver[];
  /** Custom rules, as their files have them. */
  readonly rules: readonly JsonObject[];
}

/** SHA-256 over the effective policy, the waivers that count in it, custom rules and the library (decisions.md 19). */
export function bundleDigest(policy: Policy, library: Library, extras: BundleExtras = { waivers: [], rules: [] }): string {
  const waivers = extras.waivers.filter((waiver) => countsIn(waiver, policy.name)).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return hashOf(
    plain({
      library: library.hash,
      policy: Object.entries(policy.rules)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([id, { mode, severity, message, params, scope }]) => [
          id,
          mode,
          severity ?? null,
          message ?? null,
          ...(params === undefined && scope === undefined ? [] : [params ?? null, scope ?? null]),
        ]),
      ...(policy.exportAnnotationWaivers === true ? { exportAnnotationWaivers: true } : {}),
      ...(waivers.length === 0 ? {} : { waivers }),
      ...(extras.rules.length === 0 ? {} : { rules: extras.rules }),
    }),
    sha256,
  );
}

const plain = (value: object): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject;

/** `1.36` gives 36; where it is unknown, objects are judged as for the newest. */
export const minorNumber = (version: string | undefined): number => {
  const minor = Number(version?.split('.')[1] ?? Number.NaN);
  return Number.isInteger(minor) ? minor : NEWEST_MINOR;
};
