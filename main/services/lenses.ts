import type { ScanObject } from '#core/inventory/model.ts';
import type { AppError } from '#core/model.ts';
import { policyBook } from '#core/policy/effective.ts';
import type { PolicyBook } from '#core/policy/effective.ts';
import type { Result } from '#core/result.ts';
import type { Library, Policy } from '#core/rules/model.ts';
import type { DebtEntry, Waiver } from '#core/workspace/model.ts';
import type { StoredRun } from '#main/store/run-model.ts';

/** Through what a run is looked at when a policy is named: what the workspace says on the day of asking. */
export interface PolicyLens {
  /** Equal for equal lenses, and for no others: views are kept by it. */
  readonly key: string;
  readonly policy: Policy;
  /** All of them: those that do not count in this policy or on this day are left out by the projection. */
  readonly waivers: readonly Waiver[];
  /** Of this policy in the run's source. */
  readonly debt: readonly DebtEntry[];
  /** Objects of the run that the policy governs; absent: all. */
  readonly reach?: (object: ScanObject) => boolean;
  /** Whether it may govern anything in a namespace ('' for cluster-scoped objects), for what is read from summaries; absent: yes. */
  readonly reachesNamespace?: (namespace: string) => boolean;
  /** `YYYY-MM-DD`, in UTC. */
  readonly today: string;
}

export interface Lenses {
  /** Every policy there is now. */
  book(): PolicyBook;
  lensFor(policy: string, run: StoredRun): Result<PolicyLens, AppError>;
}

/** Lenses without a workspace: what ships, on everything. */
export function libraryLenses(library: Library): Lenses {
  const book = policyBook(library, []);
  return {
    book: () => book,
    lensFor: (name) => {
      const policy = book.find(name);
      return policy.ok ? { ok: true, value: { key: name, policy: policy.value, waivers: [], debt: [], today: '' } } : policy;
    },
  };
}
