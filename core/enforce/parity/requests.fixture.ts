import type { PlannedRule } from '#core/enforce/model.ts';
import { deniedIn, generated, isSameKind, metadataOf, moved, WAIVED } from '#core/enforce/parity/cases.fixture.ts';
import type { ParityCase } from '#core/enforce/parity/cases.fixture.ts';
import { messageOf } from '#core/enforce/parity/judge.fixture.ts';
import type { Judge } from '#core/enforce/parity/judge.fixture.ts';
import { textAt } from '#core/json.ts';
import type { JsonObject } from '#core/json.ts';

/** What is varied: how a request comes about, where, and what the object went through. */
export const AXES = [
  'create',
  'generateName',
  'unchanged',
  'changed',
  'deleting',
  'waived',
  'excluded',
  'denied',
  'asWritten',
  'allRules',
  'audit',
] as const;
export type Axis = (typeof AXES)[number];

/** A case as an API server sees it, with what it fills in. */
export interface SeenCase extends ParityCase {
  readonly seen: JsonObject;
}

/** What the policies of a rule's two actions must say: nothing, or one of these texts. */
export type Says = { readonly warn?: readonly string[]; readonly deny?: readonly string[] };

/** A request, and what must be said of it. */
export interface ParityRequest {
  readonly axis: Axis;
  readonly name: string;
  readonly operation: 'CREATE' | 'UPDATE';
  readonly object: JsonObject;
  readonly oldObject?: JsonObject;
  readonly says: Says;
}

const OPEN = 'shop';
const EXCLUDED = 'kube-public';
/** Where a rule can fail and warns. `no-default-namespace` fails in one namespace alone, where it denies. */
const homeOf = (rule: string): string => (rule === 'no-default-namespace' ? deniedIn(rule) : OPEN);

const inNamespace = (object: JsonObject, namespace: string): JsonObject =>
  textAt(metadataOf(object), 'namespace') === undefined ? object : moved(object, namespace);

/** The requests for one rule. `cases` are its own that a server takes; `written` those of its failing ones that none takes. */
export function requestsFor(
  planned: PlannedRule,
  cases: readonly SeenCase[],
  written: readonly ParityCase[],
  judged: Judge,
): readonly ParityRequest[] {
  const { rule: id } = planned;
  const request = (axis: Axis, one: ParityCase, object: JsonObject, oldObject?: JsonObject): ParityRequest => ({
    axis,
    name: `${one.name} (${one.kind})`,
    operation: oldObject === undefined ? 'CREATE' : 'UPDATE',
    object,
    ...(oldObject === undefined ? {} : { oldObject }),
    says: silentBy(axis) ? {} : saysOf(one, object, judged),
  });
  const home = homeOf(id);
  const failing = cases.filter(({ seen }) => judged(inNamespace(seen, home)).has(id));
  const updates = planned.match.operations.includes('UPDATE');
  return [
    ...cases.map((one) => request('create', one, inNamespace(one.seen, home))),
    ...failing.map((one) => request('generateName', one, generated(inNamespace(one.seen, home)))),
    ...failing.map((one) => {
      const before = inNamespace(one.seen, home);
      return request('unchanged', one, withMetadata(before, { finalizers: ['example.com/kept'] }), before);
    }),
    ...(updates ? worsened(cases, failing) : []).flatMap(([before, after]) => {
      const [old, made] = [inNamespace(before.seen, home), inNamespace(after.seen, home)];
      const object = withMetadata(made, { name: textAt(metadataOf(old), 'name') ?? '' });
      const going = withMetadata(object, { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['example.com/kept'] });
      return [request('changed', after, object, old), request('deleting', after, going, old)];
    }),
    ...failing.map((one) => request('waived', one, inNamespace(one.seen, WAIVED))),
    ...failing.map((one) => request('excluded', one, inNamespace(one.seen, EXCLUDED))),
    ...failing.map((one) => request('denied', one, inNamespace(one.seen, deniedIn(id)))),
    ...(failing.length > 0 ? [] : written).map((one) => request('asWritten', one, one.object)),
  ];
}

/** Rules that judge the values of maps. */
const OF_MAPS = ['label-values-valid'];

const silentBy = (axis: Axis): boolean => ['unchanged', 'deleting', 'waived', 'excluded'].includes(axis);

const withMetadata = (object: JsonObject, more: JsonObject): JsonObject => ({
  ...object,
  metadata: { ...metadataOf(object), ...more },
});

/** A case that passes, and one of its kind that fails: each that fails once. */
const worsened = (cases: readonly SeenCase[], failing: readonly SeenCase[]): readonly (readonly [SeenCase, SeenCase])[] =>
  failing.flatMap((after) => {
    const before = cases.find((one) => !failing.includes(one) && isSameKind(one.object, after.object));
    return before === undefined ? [] : [[before, after] as const];
  });

/** What the policies must say of an object that is judged, by the namespace that it is in. */
export function saysOf({ rule }: ParityCase, object: JsonObject, judged: Judge): Says {
  const findings = judged(object).get(rule.id);
  if (findings === undefined) return {};
  const name = textAt(metadataOf(object), 'name') ?? textAt(metadataOf(object), 'generateName') ?? '';
  // The values of a map have no order: any that fails may be the first.
  const first = OF_MAPS.includes(rule.id) ? findings : findings.slice(0, 1);
  const texts = first.map((finding) => messageOf(rule, withMetadata(object, { name }), finding));
  return textAt(metadataOf(object), 'namespace') === deniedIn(rule.id) ? { deny: texts } : { warn: texts };
}
