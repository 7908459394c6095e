import { TEST_FALSE, TEST_TRUE, TEST_UNKNOWN } from '#core/cel/index.ts';
import type { Frame, Program } from '#core/cel/index.ts';
import { fieldsOf } from '#core/evaluate/cel-text.ts';
import { descend } from '#core/evaluate/elements.ts';
import type { Descent, Trail } from '#core/evaluate/elements.ts';
import type { KindPlan, Plan, PlannedList } from '#core/evaluate/plan.ts';
import { isArray, isObject, textAt } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';
import type { Collection } from '#core/rules/model.ts';

/** Judges one element. */
export type Visit = (value: JsonValue, trail: Trail | undefined) => void;
/** Says that something in the way of the elements could not be looked at. */
export type Fault = (trail: Trail | undefined, unknown: boolean, why: string) => void;

export const REASON_REDACTED = 'the value was redacted before storing';
const REASON_SHAPE = 'the field has a type that its kind does not allow';

/** Why a program could not be computed; asked before the next one runs. */
export const errorIn = (frame: Frame, program: Program): string =>
  program.lastError(frame)?.message ?? 'the expression could not be computed';

/** Walks over the elements of collections, nested ones too, binding outer elements to the names that rules use. */
export class ElementWalk {
  readonly #plan: Plan;
  readonly #frame: Frame;
  readonly #it: number;
  readonly #slots = new Map<string, number>();
  /** Name of the container that is being looked at. */
  container: string | undefined;
  /** How many lists, and elements of them, were looked at. */
  items = 0;

  constructor(plan: Plan, frame: Frame) {
    this.#plan = plan;
    this.#frame = frame;
    this.#it = plan.environment.slot('it');
    for (const collection of Object.values(plan.matchers.collections)) {
      if (collection.type !== 'lists' || collection.as === undefined) continue;
      this.#slots.set(collection.as, plan.environment.slot(collection.as));
    }
  }

  /** Visits every element of a collection with its place; says of what cannot be looked at why. */
  walk(collection: Exclude<Collection, { type: 'host' }>, object: JsonObject, kind: KindPlan, visit: Visit, fault: Fault): void {
    const parent = this.#plan.matchers.collections[collection.in];
    if (collection.type === 'lists' && parent !== undefined && parent.type !== 'host') {
      const slot = this.#slots.get(collection.as ?? '');
      this.walk(
        parent,
        object,
        kind,
        (element, trail) => {
          if (slot !== undefined) this.#frame.set(slot, element);
          this.#lists(this.#plan.lists.get(collection.name) ?? [], collection.containers, element, trail, visit, fault);
        },
        fault,
      );
      return;
    }
    const base = collection.in === 'podSpec' ? descend(object, kind.podSpec ?? [], undefined) : descend(object, [], undefined);
    if (base.type !== 'value') {
      faultOf(base, fault);
      return;
    }
    if (collection.type === 'lists') {
      this.#lists(this.#plan.lists.get(collection.name) ?? [], collection.containers, base.value, base.trail, visit, fault);
      return;
    }
    const single = descend(base.value, fieldsOf(collection.path), base.trail);
    if (single.type === 'value') visit(single.value, single.trail);
    else faultOf(single, fault);
  }

  #lists(
    lists: readonly PlannedList[],
    containers: boolean,
    base: JsonValue,
    trail: Trail | undefined,
    visit: Visit,
    fault: Fault,
  ): void {
    for (const list of lists) {
      this.items++;
      if (list.self) {
        if (!isEmpty(base)) visit(base, trail);
        continue;
      }
      const found = descend(base, list.fields, trail);
      const items = found.type === 'value' ? itemsOf(found.value, list, found.trail) : undefined;
      if (items === undefined) {
        faultOf(found.type === 'value' ? { type: 'wrong', trail: found.trail } : found, fault);
        continue;
      }
      this.items += items.length;
      for (const { item, place } of items) this.#item(list, containers, item, place, visit, fault);
    }
  }

  #item(list: PlannedList, containers: boolean, item: JsonValue, place: Trail, visit: Visit, fault: Fault): void {
    if (list.where !== undefined) {
      this.#frame.set(this.#it, item);
      const kept = list.where.test(this.#frame);
      if (kept === TEST_FALSE) return;
      if (kept !== TEST_TRUE) {
        fault(place, kept === TEST_UNKNOWN, kept === TEST_UNKNOWN ? REASON_REDACTED : errorIn(this.#frame, list.where));
        return;
      }
    }
    if (list.select !== undefined) {
      const selected = descend(item, [list.select], place);
      if (selected.type === 'value') visit(selected.value, selected.trail);
      else faultOf(selected, fault);
      return;
    }
    const outer = this.container;
    if (containers) this.container = textAt(item, 'name');
    visit(item, place);
    this.container = outer;
  }
}

/** What the one-expression form takes for absent. */
const isEmpty = (value: JsonValue): boolean => value === '' || (isObject(value) && Object.keys(value).length === 0);

/** Says where a chain of fields ended in something that cannot be looked into; what is absent is no fault. */
function faultOf(descent: Exclude<Descent, { type: 'value' }>, fault: Fault): void {
  if (descent.type === 'redacted') fault(descent.trail, true, REASON_REDACTED);
  else if (descent.type === 'wrong') fault(descent.trail, false, REASON_SHAPE);
}

/** The elements of a list, or the values of a map; undefined where the value is neither as the collection says. */
function itemsOf(
  value: JsonValue,
  list: PlannedList,
  trail: Trail | undefined,
): readonly { readonly item: JsonValue; readonly place: Trail }[] | undefined {
  if (list.values) {
    return isObject(value)
      ? Object.keys(value).map((key) => ({ item: value[key] ?? null, place: { up: trail, step: key } }))
      : undefined;
  }
  if (!isArray(value)) return undefined;
  const field = list.fields.at(-1) ?? '';
  return value.map((item, index) => ({ item, place: { up: trail, step: { field, list: value, index } } }));
}
