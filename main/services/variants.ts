import type { ScanObject } from '#core/inventory/model.ts';
import type { PolicyRule } from '#core/policy/project.ts';
import { variantJudge } from '#core/policy/variants.ts';
import type { Facts, StoredBody } from '#core/policy/variants.ts';
import { factKey, hashOf, ruleHash } from '#core/rules/hash.ts';
import type { Library } from '#core/rules/model.ts';
import { minorNumber } from '#main/scan/library-facts.ts';
import { StoreFailure } from '#main/store/errors.ts';
import type { Store } from '#main/store/index.ts';

/** Rules with other parameters than those that were scanned with, of which facts are kept in memory. */
const KEPT = 64;

/** Judges stored objects by rules with a policy's parameters. Facts hang on content: runs that share an object share them. */
export class Variants {
  readonly #store: Store;
  readonly #library: Library;
  readonly #hashes = new Map<string, string>();
  readonly #judges = new Map<string, (object: ScanObject) => Facts>();

  constructor(store: Store, library: Library) {
    this.#store = store;
    this.#library = library;
  }

  /** Equal while the verdict on a stored body cannot differ (decisions.md 9). */
  key({ rule, params }: PolicyRule, kubernetesMinor: string | undefined): string {
    const known = this.#hashes.get(rule.id) ?? ruleHash(rule, this.#library.matchers, this.#library.defaults);
    this.#hashes.set(rule.id, known);
    return hashOf([factKey(known, rule, { params }), kubernetesMinor ?? null]);
  }

  of(rule: PolicyRule, kubernetesMinor: string | undefined): (object: ScanObject) => Facts {
    const key = this.key(rule, kubernetesMinor);
    const judge = this.#judges.get(key) ?? this.#make(rule, kubernetesMinor);
    this.#judges.delete(key);
    this.#judges.set(key, judge);
    for (const oldest of [...this.#judges.keys()].slice(0, Math.max(0, this.#judges.size - KEPT))) this.#judges.delete(oldest);
    return judge;
  }

  #make(rule: PolicyRule, kubernetesMinor: string | undefined): (object: ScanObject) => Facts {
    const judge = variantJudge(rule, this.#library, minorNumber(kubernetesMinor));
    const judged = new Map<number, Facts>();
    const { scans } = this.#store;
    return (object) => {
      const known = judged.get(object.id) ?? judge(object, () => storedBody(scans, object.id));
      judged.set(object.id, known);
      return known;
    };
  }
}

/** Undefined where the database does not hold it: then it is not evaluated. */
function storedBody(scans: Store['scans'], objectId: number): StoredBody | undefined {
  try {
    return { body: scans.body(objectId), declared: scans.declared(objectId) };
  } catch (cause) {
    if (cause instanceof StoreFailure && cause.error.code === 'notFound') return undefined;
    throw cause;
  }
}
