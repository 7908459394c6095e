import type { ResourceMatch, ResourceRule } from '#core/enforce/model.ts';
import { groupOf } from '#core/model.ts';
import type { MatchedKind, Matchers } from '#core/rules/model.ts';

/** Kinds as resources: policies match by resource, and objects say their kind. */

/** `notServed`: no API server takes an object of this version, so that no policy ever sees one. */
export type Matched = 'yes' | 'no' | 'notServed';

/** Never looked at by any rule (core/enforce/match.ts), and of no matcher, so that they are named here. */
const OTHERS: readonly (readonly [string, string])[] = [
  ['coordination.k8s.io/Lease', 'leases'],
  ['/Event', 'events'],
  ['events.k8s.io/Event', 'events'],
];

const holds = (list: readonly string[], one: string): boolean => list.includes('*') || list.includes(one);

export class Resources {
  readonly #kinds = new Map<string, MatchedKind>();
  readonly #others: ReadonlyMap<string, string> = new Map(OTHERS);

  constructor({ matchers }: Pick<Matchers, 'matchers'>) {
    for (const { kinds } of Object.values(matchers)) {
      for (const kind of kinds === 'any' ? [] : kinds) this.#kinds.set(`${kind.group}/${kind.kind}`, kind);
    }
  }

  /** Whether a policy that matches these resources looks at objects of a version and kind. */
  matches({ rules, except }: Pick<ResourceMatch, 'rules' | 'except'>, apiVersion: string, kind: string): Matched {
    const group = groupOf(apiVersion);
    const known = this.#kinds.get(`${group}/${kind}`);
    const resource = known?.resource ?? this.#others.get(`${group}/${kind}`);
    const covers = (rule: ResourceRule): boolean =>
      holds(rule.apiGroups, group) &&
      (rule.resources.includes('*') || (resource !== undefined && rule.resources.includes(resource)));
    if (except.some(covers) || !rules.some(covers)) return 'no';
    const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
    const served = known === undefined || (known.legacy !== true && known.versions.includes(version));
    return served ? 'yes' : 'notServed';
  }
}
