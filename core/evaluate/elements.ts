import { isArray, isObject, own, Redacted } from '#core/json.ts';
import type { JsonArray, JsonObject, JsonValue } from '#core/json.ts';
import { elementStep } from '#core/path.ts';
import type { PathStep } from '#core/path.ts';
import type { DeclaredVersion } from '#core/inventory/model.ts';

/** A place in an object on the way from its root, kept as a chain so that a path is only written where something fails. */
export interface Trail {
  readonly up: Trail | undefined;
  readonly step: PathStep | ListPosition;
}

/** An element of a list; which key names it is worked out when the path is written. */
export interface ListPosition {
  readonly field: string;
  readonly list: readonly JsonValue[];
  readonly index: number;
}

export function stepsOf(trail: Trail | undefined): readonly PathStep[] {
  const steps: PathStep[] = [];
  for (let current = trail; current !== undefined; current = current.up) {
    const { step } = current;
    steps.push(typeof step === 'object' && 'list' in step ? elementStep(step.field, step.list, step.index) : step);
  }
  return steps.toReversed();
}

/** What stands at a chain of fields: a value, nothing, or on the way something that was redacted or has no fields; and where. */
export type Descent =
  | { readonly type: 'value'; readonly value: JsonValue; readonly trail: Trail | undefined }
  | { readonly type: 'absent' }
  | { readonly type: 'wrong' | 'redacted'; readonly trail: Trail | undefined };

const ABSENT: Descent = { type: 'absent' };

/** Follows fields as `has(a.b) && has(a.b.c)` does: a list on the way is an error, a scalar has no fields. */
export function descend(value: JsonValue, fields: readonly string[], trail: Trail | undefined): Descent {
  let current = value;
  let place = trail;
  for (const field of fields) {
    if (current instanceof Redacted) return { type: 'redacted', trail: place };
    if (isArray(current)) return { type: 'wrong', trail: place };
    const next = own(current, field);
    if (next === undefined) return ABSENT;
    current = next;
    place = { up: place, step: field };
  }
  return current instanceof Redacted ? { type: 'redacted', trail: place } : { type: 'value', value: current, trail: place };
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Far deeper than any real object; what is nested beyond is not looked at, and the caller is told. */
const MAX_DEPTH = 1000;

/**
 * Every string (and every value that was redacted) at any depth; last-applied and managedFields aside (design/rules.md).
 * False where something was nested too deep to be looked at. The trail is made only for a string that is asked about: hardly
 * any is, and making it for each was half of an evaluation.
 */
export function everyString(
  object: JsonObject,
  visit: (value: string | Redacted, trail: () => Trail | undefined) => void,
): boolean {
  const way: (string | ListPosition)[] = [];
  const trail = (): Trail | undefined => way.reduce<Trail | undefined>((up, step) => ({ up, step }), undefined);
  let complete = true;
  const walkList = (list: JsonArray, field: string): void => {
    for (let index = 0; index < list.length; index += 1) {
      way.push({ field, list, index });
      walk(list[index] ?? null, field);
      way.pop();
    }
  };
  const walk = (value: JsonValue, field: string): void => {
    if (typeof value === 'string' || value instanceof Redacted) {
      visit(value, trail);
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    if (way.length > MAX_DEPTH) complete = false;
    else if (isArray(value)) walkList(value, field);
    else if (isObject(value)) walkMap(value, field);
  };
  const walkMap = (map: JsonObject, field: string): void => {
    const isMetadata = way.length === 1 && field === 'metadata';
    for (const key in map) {
      if (key === LAST_APPLIED || (isMetadata && key === 'managedFields')) continue;
      way.push(key);
      walk(map[key] ?? null, key);
      way.pop();
    }
  };
  walkMap(object, '');
  return complete;
}

/** The object's own apiVersion and those that its managers declared (decisions.md 10), each as `{manager, apiVersion}`. */
export function apiVersionElements(object: JsonObject, declared: readonly DeclaredVersion[]): readonly JsonObject[] {
  const ownVersion = own(object, 'apiVersion');
  const elements: JsonObject[] = typeof ownVersion === 'string' ? [{ manager: '', apiVersion: ownVersion }] : [];
  for (const { manager, apiVersion } of declared) elements.push({ manager, apiVersion });
  return elements;
}
