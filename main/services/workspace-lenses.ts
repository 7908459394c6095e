import { ok } from '#core/result.ts';
import type { Library } from '#core/rules/model.ts';
import { boundSource, isBound, namespaceReach, reachOf } from '#core/workspace/bindings.ts';
import type { Lenses } from '#main/services/lenses.ts';
import type { WorkspaceFolder, WorkspaceNow } from '#main/workspace/index.ts';

export const dayOf = (now: number): string => new Date(now).toISOString().slice(0, 10);

/** Runs seen as the workspace has it now: its policies, bindings, waivers and debt, on the day of asking. */
export function workspaceLenses(workspace: WorkspaceFolder, library: Library, now: () => number): Lenses {
  const generations = new WeakMap<WorkspaceNow, number>();
  let generation = 0;
  const numberOf = (state: WorkspaceNow): number => {
    const known = generations.get(state) ?? (generation += 1);
    generations.set(state, known);
    return known;
  };
  return {
    book: () => ({ names: workspace.now().book.names, find: (name) => workspace.find(name) }),
    lensFor: (name, run) => {
      const state = workspace.now();
      const policy = workspace.find(name);
      if (!policy.ok) return policy;
      const { workspace: roster, waivers, debts } = state.read.content;
      const today = dayOf(now());
      const source = boundSource(roster, run.source.name, run.labels);
      const debt = debts.find((one) => one.policy === name && one.source === run.source.name)?.entries ?? [];
      const key = [library.hash, numberOf(state), name, today, run.source.name].join('\u0000');
      const reach = isBound(roster.bindings, name)
        ? {
            reach: reachOf(roster.bindings, source, name),
            reachesNamespace: namespaceReach(roster.bindings, source, name),
          }
        : {};
      return ok({ key, policy: policy.value, waivers, debt, today, ...reach });
    },
  };
}
