import type { BindingPreview } from '#core/api/workspace.ts';
import { STAGES } from '#core/policy/model.ts';
import type { Scoped } from '#core/policy/scope.ts';
import { governor } from '#core/workspace/bindings.ts';
import type { BoundSource, PlacedBinding } from '#core/workspace/bindings.ts';
import type { Binding } from '#core/workspace/model.ts';

/** What bindings govern of a scan's objects, what is left to none, and what two of them claim. Namespaces in order of name. */
export function previewBindings(bindings: readonly Binding[], source: BoundSource, objects: readonly Scoped[]): BindingPreview {
  const governs = governor(bindings, source);
  const perBinding = bindings.map(() => tally());
  const none = tally();
  const twice = new Map<string, { namespace: string; objects: number; bindings: number[] }>();
  for (const object of objects) {
    const found = STAGES.map((stage) => governs(object, stage));
    const placed = found.flatMap((governance) => (governance.by === 'none' ? [] : governance.bindings));
    for (const index of indices(placed)) perBinding[index]?.add(object);
    if (placed.length === 0) none.add(object);
    const claims = indices(found.flatMap((governance) => (governance.by === 'twice' ? governance.bindings : [])));
    if (claims.length === 0) continue;
    const namespace = object.namespace ?? '';
    const key = `${namespace} ${claims.join(' ')}`;
    const row = twice.get(key) ?? { namespace, objects: 0, bindings: [...claims] };
    row.objects += 1;
    twice.set(key, row);
  }
  return {
    bindings: perBinding.map((counted) => counted.figures()),
    none: none.figures(),
    twice: [...twice.values()].toSorted((left, right) => (left.namespace < right.namespace ? -1 : 1)),
  };
}

const indices = (bindings: readonly PlacedBinding[]): readonly number[] =>
  [...new Set(bindings.map(({ index }) => index))].toSorted((left, right) => left - right);

interface Tally {
  readonly add: (object: Scoped) => void;
  readonly figures: () => { objects: number; namespaces: string[] };
}

function tally(): Tally {
  let objects = 0;
  const namespaces = new Set<string>();
  return {
    add: ({ namespace }) => {
      objects += 1;
      if (namespace !== undefined && namespace !== '') namespaces.add(namespace);
    },
    figures: () => ({ objects, namespaces: [...namespaces].toSorted() }),
  };
}
