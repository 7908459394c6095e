import type { ScanObject } from '#core/inventory/model.ts';
import type { PolicyRule } from '#core/policy/project.ts';
import type { RuleFacts, ScanIndex } from '#core/policy/scan-index.ts';
import type { DebtEntry, Waiver } from '#core/workspace/model.ts';

/** Through what a scan is seen: a policy, what is let off on a day, which objects it governs, what is known to fail. */
export interface Lens {
  readonly rules: readonly PolicyRule[];
  /** Name of the policy, for waivers that count in some policies only; without it those do not count. */
  readonly policy?: string;
  readonly waivers?: readonly Waiver[];
  /** `YYYY-MM-DD`, in UTC. Waivers count up to their last day. */
  readonly today?: string;
  /** Objects that the policy governs; absent: all of them. Asked of the object at which something is counted. */
  readonly reach?: (object: ScanObject) => boolean;
  readonly debt?: readonly DebtEntry[];
  /** Facts of a rule whose parameters the policy changes (core/policy/variants.ts); undefined where the scan's own stand. */
  readonly variant?: (rule: PolicyRule) => RuleFacts | undefined;
}

/** Some objects of a scan, by namespace: whole namespaces are counted without looking at their objects. */
export interface Selection {
  /** By number of the namespace. */
  readonly namespaces: readonly ('all' | 'none' | 'some')[];
  /** By position of the object: a 1 where it is selected. */
  readonly objects: Uint8Array;
}

export function select(index: ScanIndex, test: (object: ScanObject, at: number) => boolean): Selection {
  const objects = new Uint8Array(index.objects.length);
  const namespaces = index.members.map((members) => {
    let selected = 0;
    for (const at of members) {
      const object = index.objects[at];
      if (object === undefined || !test(object, at)) continue;
      objects[at] = 1;
      selected += 1;
    }
    return selected === 0 ? 'none' : selected === members.length ? 'all' : 'some';
  });
  return { namespaces, objects };
}
