import { isArray, isObject, own, Redacted } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';
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
 * False where something was nested too deep to be looked at.
 */
export function everyString(object: JsonObject, visit: (value: string | Redacted, trail: Trail) => void): boolean {
  let complete = true;
  const walk = (value: JsonValue, trail: Trail | undefined, field: string, depth: number): void => {
    if (typeof value === 'string' || value instanceof Redacted) {
      if (trail !== undefined) visit(value, trail);
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    if (depth > MAX_DEPTH) {
      complete = false;
      return;
    }
    if (isArray(value)) {
      for (let index = 0; index < value.length; index += 1) {
        walk(value[index] ?? null, { up: trail, step: { field, list: value, index } }, field, depth + 1);
      }
      return;
    }
    if (!isObject(value)) return;
    for (const key of Object.keys(value)) {
      if (key === LAST_APPLIED || (depth === 1 && field === 'metadata' && key === 'managedFields')) continue;
      walk(value[key] ?? null, { up: trail, step: key }, key, depth + 1);
    }
  };
  walk(object, undefined, '', 0);
  return complete;
}

/** The object's own apiVersion and those that its managers declared (decisions.md 10), each as `{manager, apiVersion}`. */
export function apiVersionElements(object: JsonObject, declared: readonly DeclaredVersion[]): readonly JsonObject[] {
  const ownVersion = own(object, 'apiVersion');
  const elements: JsonObject[] = typeof ownVersion === 'string' ? [{ manager: '', apiVersion: ownVersion }] : [];
  for (const { manager, apiVersion } of declared) elements.push({ manager, apiVersion });
  return elements;
}
