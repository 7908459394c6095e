import { STAGES } from '#core/policy/model.ts';
import type { Stage } from '#core/policy/model.ts';
import { labelTest, namespaceTest } from '#core/policy/scope.ts';
import type { Scoped } from '#core/policy/scope.ts';
import type { Binding, Workspace } from '#core/workspace/model.ts';

/** A source as bindings see it: what the workspace says of it, with the labels of its runs. */
export interface BoundSource {
  readonly name: string;
  readonly product?: string;
  readonly environment?: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The workspace's labels win over those that a run brought along. */
export function boundSource(
  { sources }: Pick<Workspace, 'sources'>,
  name: string,
  runLabels: Readonly<Record<string, string>> = {},
): BoundSource {
  const entry = sources.find((source) => source.name === name);
  return {
    name,
    ...(entry?.product === undefined ? {} : { product: entry.product }),
    ...(entry?.environment === undefined ? {} : { environment: entry.environment }),
    labels: { ...runLabels, ...entry?.labels },
  };
}

/** The closer binding counts: product and environment (3), product (2), environment (1), neither (0). */
export const closeness = ({ product, environment }: Pick<Binding, 'product' | 'environment'>): number =>
  (product === undefined ? 0 : 2) + (environment === undefined ? 0 : 1);

/** A binding by its place in the workspace's list. */
export interface PlacedBinding {
  readonly index: number;
  readonly policy: string;
}

/** What governs an object in a stage: one policy, none, or equally close bindings that name different ones. */
export type Governance =
  | { readonly by: 'one'; readonly policy: string; readonly bindings: readonly PlacedBinding[] }
  | { readonly by: 'none' }
  | { readonly by: 'twice'; readonly bindings: readonly PlacedBinding[] };

export type Governor = (object: Scoped, stage: Stage) => Governance;

const NOTHING: Governance = { by: 'none' };

/** Looks up what governs the objects of one source. What can be said of the source and of a namespace is worked out once. */
export function governor(bindings: readonly Binding[], source: BoundSource): Governor {
  const tests = bindings.flatMap((binding, index) =>
    bindsSource(binding, source)
      ? [{ binding, index, inNamespace: namespaceTest(binding), hasLabels: labelTest(binding), close: closeness(binding) }]
      : [],
  );
  const byNamespace = new Map<string, typeof tests>();
  const inNamespace = (namespace: string): typeof tests => {
    const known = byNamespace.get(namespace);
    if (known !== undefined) return known;
    const made = tests.filter((test) => test.inNamespace(namespace));
    byNamespace.set(namespace, made);
    return made;
  };
  return (object, stage) => {
    let closest = -1;
    let found: PlacedBinding[] = [];
    for (const { binding, index, hasLabels, close } of inNamespace(object.namespace ?? '')) {
      const policy = binding.policies[stage];
      if (policy === undefined || close < closest || !hasLabels(object.labels)) continue;
      if (close > closest) found = [];
      closest = close;
      found.push({ index, policy });
    }
    const [first] = found;
    if (first === undefined) return NOTHING;
    if (found.some(({ policy }) => policy !== first.policy)) return { by: 'twice', bindings: found };
    return { by: 'one', policy: first.policy, bindings: found };
  };
}

/**
 * A source that says its product or environment belongs to no other. One that says nothing may still be bound by name, label or
 * namespace: several products share a cluster.
 */
function bindsSource(binding: Binding, source: BoundSource): boolean {
  if (binding.sources !== undefined && !binding.sources.includes(source.name)) return false;
  const hasLabels = labelTest({ labels: binding.sourceLabels ?? {} });
  if (!hasLabels(source.labels)) return false;
  return fits(binding.product, source.product, binding) && fits(binding.environment, source.environment, binding);
}

const fits = (wanted: string | undefined, stated: string | undefined, binding: Binding): boolean =>
  wanted === undefined || wanted === stated || (stated === undefined && isNarrow(binding));

const isNarrow = ({ sources, sourceLabels, namespaces, labels }: Binding): boolean =>
  [sources, sourceLabels, namespaces, labels].some((part) => part !== undefined);

/** Whether any binding names a policy: one that none names governs every object of every source. */
export const isBound = (bindings: readonly Binding[], policy: string): boolean =>
  bindings.some(({ policies }) => STAGES.some((stage) => policies[stage] === policy));

/** Whether a policy may govern anything of a source. */
export const governsSource = (bindings: readonly Binding[], source: BoundSource, policy: string): boolean =>
  !isBound(bindings, policy) ||
  bindings.some((binding) => bindsSource(binding, source) && STAGES.some((stage) => binding.policies[stage] === policy));

/** Which objects of a source a policy governs: those whose closest binding names it, be it one of two equally close. */
export function reachOf(bindings: readonly Binding[], source: BoundSource, policy: string): (object: Scoped) => boolean {
  if (!isBound(bindings, policy)) return () => true;
  const governs = governor(bindings, source);
  return (object) => STAGES.some((stage) => names(governs(object, stage), policy));
}

const names = (governance: Governance, policy: string): boolean =>
  governance.by !== 'none' && governance.bindings.some((binding) => binding.policy === policy);

/**
 * Namespaces in which a policy may govern an object, for figures that know no labels: bindings with labels reach their whole
 * namespaces and take nothing from others, so that more must be clean, never less. The empty name stands for cluster-scoped objects.
 */
export function namespaceReach(
  bindings: readonly Binding[],
  source: BoundSource,
  policy: string,
): (namespace: string) => boolean {
  if (!isBound(bindings, policy)) return () => true;
  const tests = bindings.flatMap((binding) =>
    bindsSource(binding, source) ? [{ binding, inNamespace: namespaceTest(binding), close: closeness(binding) }] : [],
  );
  return (namespace) => {
    const here = tests.filter((test) => test.inNamespace(namespace));
    return STAGES.some((stage) => {
      const sure = here.filter(({ binding }) => binding.policies[stage] !== undefined && binding.labels === undefined);
      const closest = Math.max(-1, ...sure.map(({ close }) => close));
      return here.some(({ binding, close }) => binding.policies[stage] === policy && close >= closest);
    });
  };
}
