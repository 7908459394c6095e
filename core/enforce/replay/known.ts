import type { PlannedRule } from '#core/enforce/model.ts';
import { NOT_KNOWN } from '#core/enforce/replay/replay.ts';
import type { KnownVerdicts } from '#core/enforce/replay/replay.ts';
import { NOT_APPLICABLE, PASS } from '#core/inventory/model.ts';
import type { RuleSet } from '#core/inventory/model.ts';
import { factKey, ruleHash } from '#core/rules/hash.ts';
import type { Sha256 } from '#core/rules/hash.ts';
import { dependsOnKubernetes, forKubernetes } from '#core/rules/kubernetes.ts';
import type { Library, Rule } from '#core/rules/model.ts';

/** What a scan was judged by. */
export interface JudgedBy {
  readonly ruleSet: RuleSet;
  /** As the scan has it, and the number that it was judged for. */
  readonly kubernetesMinor?: string;
  readonly minor: number;
}

/** Finds the verdicts of a scan that are those of a rule with some parameters, for some Kubernetes minor. */
export class ScanVerdicts {
  readonly #library: Library;
  readonly #by: JudgedBy;
  readonly #digest: Sha256 | undefined;
  readonly #positions: ReadonlyMap<string, number>;
  readonly #hashes = new Map<string, string>();

  constructor(library: Library, by: JudgedBy, digest?: Sha256) {
    this.#library = library;
    this.#by = by;
    this.#digest = digest;
    this.#positions = new Map(by.ruleSet.rules.map((rule, position) => [`${rule.id} ${rule.factKey}`, position]));
  }

  /** What tells the facts of a rule from those of others, as the scan would have them (decisions.md 9). */
  key(rule: Rule): string {
    const { matchers, defaults } = this.#library;
    const ownHash = this.#hashes.get(rule.id) ?? ruleHash(rule, matchers, defaults, this.#digest);
    this.#hashes.set(rule.id, ownHash);
    const { kubernetesMinor } = this.#by;
    const context = { params: rule.params, ...(kubernetesMinor === undefined ? {} : { kubernetesMinor }) };
    return factKey(ownHash, rule, context, this.#digest);
  }

  /** The place of a rule's verdicts among those of an object; undefined where the scan judged no rule that is the same. */
  position(rule: Rule, judgedAsMinor: number | undefined): number | undefined {
    if (judgedAsMinor !== undefined && !this.#isSameFor(rule, judgedAsMinor)) return undefined;
    return this.#positions.get(`${rule.id} ${this.key(rule)}`);
  }

  /** Most rules that depend on the version change at one or two of them, and are the same on both sides. */
  #isSameFor(rule: Rule, minor: number): boolean {
    if (minor === this.#by.minor) return true;
    const [asked, judged] = [forKubernetes(rule, minor), forKubernetes(rule, this.#by.minor)];
    // One that cannot be read stays as it is.
    return !dependsOnKubernetes(asked) && asked.when === judged.when && asked.require === judged.require;
  }
}

/** What a host finds (declared API versions, all texts) is more than an expression sees: where all of it passes, less does too. */
export function seeingLess({ narrowed }: PlannedRule, rule: Rule, { matchers }: Library, verdicts: KnownVerdicts): KnownVerdicts {
  const isHostRule = rule.forEach !== undefined && matchers.collections[rule.forEach]?.type === 'host';
  if (narrowed === undefined && !isHostRule) return verdicts;
  return verdicts.map((code) => (code === PASS || code === NOT_APPLICABLE ? code : NOT_KNOWN));
}
