import { toLiteral } from '#core/cel/index.ts';
import type { Condition, Operation } from '#core/enforce/model.ts';
import type { OnUpdate } from '#core/enforce/update-guards.ts';
import type { Reads } from '#core/enforce/reads.ts';
import { selectOr } from '#core/evaluate/cel-text.ts';
import { podAnnotationsExpression, podSpecExpression } from '#core/evaluate/variables.ts';
import { oncePer } from '#core/once.ts';
import type { MatchedKind } from '#core/rules/model.ts';

/** Conditions that keep an enforced rule from standing in the way of what is there already. */

/** Removing a finalizer is an update: an object that is going must be let go. */
const NOT_BEING_DELETED: Condition = {
  name: 'not-being-deleted',
  expression: '!has(object.metadata.deletionTimestamp)',
};

/** The controllers of Kubernetes that make objects with a pod template, or Pods, from others; and all of them where they share one user. */
const CONTROLLERS: readonly string[] = [
  'system:kube-controller-manager',
  ...['cronjob', 'daemon-set', 'deployment', 'job', 'replicaset', 'replication', 'statefulset'].map(
    (name) => `system:serviceaccount:kube-system:${name}-controller`,
  ),
];

const podSpecChanged = oncePer(
  (kinds: readonly MatchedKind[]) => `(${podSpecExpression(kinds)}) != (${podSpecExpression(kinds, 'oldObject')})`,
);
const podAnnotationsChanged = oncePer(
  (kinds: readonly MatchedKind[]) => `(${podAnnotationsExpression(kinds)}) != (${podAnnotationsExpression(kinds, 'oldObject')})`,
);

/** What a rule does not look at may change; an update that leaves everything it looks at as it was is none of its business. */
function changed(reads: Reads, kinds: readonly MatchedKind[]): Condition | undefined {
  if (reads.whole) return undefined;
  const parts = [
    ...(reads.podSpec ? [podSpecChanged(kinds)] : []),
    ...(reads.podAnnotations ? [podAnnotationsChanged(kinds)] : []),
    ...reads.paths.map((path) => `(${selectOr('object', path, '{}')}) != (${selectOr('oldObject', path, '{}')})`),
  ];
  return parts.length === 0
    ? undefined
    : { name: 'changed', expression: `request.operation != 'UPDATE' || ${parts.join(' || ')}` };
}

/**
 * The controllers of Kubernetes bring nothing of their own: what they make is judged as the object that they make it from, and what
 * they update was there. Audits of engines have no user. Without this a Deployment from before the rule could not be scaled, nor its Pods moved off a node.
 */
function notByController(reads: Reads, kinds: readonly MatchedKind[]): Condition {
  const owners = reads.podSpec ? kinds.filter(({ podSpec, kind }) => podSpec !== undefined && kind !== 'Pod') : [];
  const names = [...new Set(owners.map(({ kind }) => kind))].toSorted();
  const judged = `!has(object.metadata.ownerReferences) || !object.metadata.ownerReferences.exists(owner, has(owner.controller) && owner.controller == true && owner.kind in ${toLiteral(names)})`;
  const made = names.length === 0 ? '' : ` && (${judged})`;
  return {
    name: 'not-by-a-controller',
    expression: `!(has(request.userInfo.username) && request.userInfo.username in ${toLiteral(CONTROLLERS)}) || request.operation == 'CREATE'${made}`,
  };
}

/** Whether updates are told from each other by what they change. */
const asksForChange = (onUpdate: OnUpdate): boolean => onUpdate === 'template-changed' || onUpdate === 'no-new-violations';

/** The conditions of a rule that reads these places of these kinds. */
export function guards(reads: Reads, kinds: readonly MatchedKind[], onUpdate: OnUpdate): readonly Condition[] {
  const change = asksForChange(onUpdate) ? changed(reads, kinds) : undefined;
  return [NOT_BEING_DELETED, notByController(reads, kinds), ...(change === undefined ? [] : [change])];
}

/** Updates are left alone where none can change what the rule looks at, or where the plan says so. */
export const operationsOf = ({ whole, podSpec, podAnnotations, paths }: Reads, onUpdate: OnUpdate): readonly Operation[] =>
  onUpdate === 'create-only' || !(whole || podSpec || podAnnotations || paths.length > 0) ? ['CREATE'] : ['CREATE', 'UPDATE'];
