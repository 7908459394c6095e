import {
  BINDING_COST_LIMIT,
  compile,
  CostBudget,
  createEnvironment,
  EXPRESSION_COST_LIMIT,
  formatCost,
} from '#core/cel/index.ts';
import type { Judgement } from '#core/enforce/expressions.ts';
import type { OnUpdate } from '#core/enforce/update-guards.ts';
import { FLOOR_MINOR } from '#core/evaluate/floor.ts';
import { normaliser } from '#core/inventory/normalise.ts';
import type { JsonObject } from '#core/json.ts';
import type { Library } from '#core/rules/model.ts';
import { stressPod } from '#core/rules/stress-pod.ts';

const pods = new WeakMap<Library, JsonObject>();

function stressPodOf(library: Library): JsonObject {
  const pod = pods.get(library) ?? normaliser(library.defaults, library.matchers)(stressPod());
  pods.set(library, pod);
  return pod;
}

const NAMES = ['object', 'oldObject', 'request'];

/**
 * Why a judgement may not be exported: on the stress Pod (decisions.md 15) an API server breaks it off. The lint of the library
 * holds this for rules as they ship; what a policy writes into them may make them dearer.
 */
export function tooDear({ expression, variables }: Judgement, library: Library, onUpdate: OnUpdate): string | undefined {
  const environment = createEnvironment({ minor: FLOOR_MINOR, variables: NAMES, composed: variables });
  const program = environment.ok ? compile(environment.value, expression) : undefined;
  // What does not compile is told of where the servers that take it are sought.
  if (!environment.ok || program?.ok !== true) return undefined;
  const frame = environment.value.frame();
  const pod = stressPodOf(library);
  const compares = onUpdate === 'no-new-violations';
  frame.set(environment.value.slot('object'), pod);
  frame.set(environment.value.slot('oldObject'), compares ? pod : null);
  frame.set(environment.value.slot('request'), { operation: compares ? 'UPDATE' : 'CREATE' });
  return program.value.evaluateCounted(frame, { budget: new CostBudget(BINDING_COST_LIMIT) }).exceeded
    ? `on a Pod of 100 containers it costs more than an API server allows (${formatCost(EXPRESSION_COST_LIMIT)})`
    : undefined;
}
