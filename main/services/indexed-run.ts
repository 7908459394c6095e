import type { ScanObject } from '#core/inventory/model.ts';
import { viewCoverage } from '#core/policy/coverage.ts';
import type { CoverageView } from '#core/policy/coverage.ts';
import { policyRules } from '#core/policy/project.ts';
import type { PolicyRule } from '#core/policy/project.ts';
import { indexScan } from '#core/policy/scan-index.ts';
import type { RuleFacts, ScanIndex } from '#core/policy/scan-index.ts';
import { isVaried, variantFacts } from '#core/policy/variants.ts';
import type { Facts } from '#core/policy/variants.ts';
import type { Library, Policy } from '#core/rules/model.ts';
import type { Variants } from '#main/services/variants.ts';
import type { Ages } from '#main/store/ages.ts';
import type { Store } from '#main/store/index.ts';
import type { StoredRun } from '#main/store/run-model.ts';

/** One stored run, read and rolled up once: every policy, and every draft of one, is seen on top of it. */
export class IndexedRun {
  readonly run: StoredRun;
  readonly objects: readonly ScanObject[];
  readonly index: ScanIndex;
  readonly coverage: CoverageView;
  readonly ages: Ages;
  /** Whether its source has a whole run before it. */
  readonly hasEarlier: boolean;
  readonly #library: Library;
  readonly #ruleSet: ReturnType<Store['rulesets']['get']>;
  readonly #variants: Variants;
  readonly #rolledUp = new Map<string, RuleFacts>();

  constructor(run: StoredRun, store: Store, library: Library, variants: Variants) {
    this.run = run;
    this.#library = library;
    this.#variants = variants;
    this.#ruleSet = run.rulesetId === undefined ? { rules: [] } : store.rulesets.get(run.rulesetId);
    this.objects = [...store.scans.objects(run.id)];
    this.index = indexScan(this.objects, this.#ruleSet.rules.length);
    this.coverage = viewCoverage(store.runs.coverage(run.id));
    this.ages = store.scans.ages(run.id);
    this.hasEarlier = store.runs.previous(run.id) !== undefined;
  }

  rules(policy: Policy): readonly PolicyRule[] {
    return policyRules(policy, this.#library.rules, this.#ruleSet);
  }

  /** What a policy's parameters make of a rule, object by object; undefined where the scan's own facts stand. */
  variant(rule: PolicyRule): ((object: ScanObject) => Facts) | undefined {
    return isVaried(rule) ? this.#variants.of(rule, this.run.kubernetesMinor) : undefined;
  }

  /** The same rolled up to owners. Kept: a draft that changes another rule asks again. */
  variantFacts(rule: PolicyRule): RuleFacts | undefined {
    const judge = this.variant(rule);
    if (judge === undefined) return undefined;
    const key = this.#variants.key(rule, this.run.kubernetesMinor);
    const known = this.#rolledUp.get(key) ?? variantFacts(this.objects, judge);
    this.#rolledUp.set(key, known);
    return known;
  }
}
