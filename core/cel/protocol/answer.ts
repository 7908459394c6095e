import { isArray, isObject, own, textAt, type JsonObject, type JsonValue, Redacted } from '../json.ts';
import { createEnvironment, type Environment, type Frame } from '../environment.ts';
import { CelError, compile, type CountedResult, type Program } from '../program.ts';
import { err, ok, type Result } from '../result.ts';
import { formatIssue } from '../source.ts';
import { typeNameOf } from '../values.ts';
import { admission, isAbsent, NO_OBJECT, readObject } from './request.ts';
import { wireValue } from './wire.ts';

/**
 * One question in the protocol of cel-oracle (shared/envtest/README.md): what an expression is worth to the API server of a
 * compatibility minor, as a policy's validation on an object.
 */
export interface Question {
  readonly expr: string;
  /** `bool` where it is left out, as a validation has it. */
  readonly type?: 'bool' | 'string' | 'any';
  /** Compatibility minor; 35 where it is left out: what a *new* policy may use on a 1.36 server. */
  readonly minor?: number;
  /** What an already stored policy may use: everything, whatever the minor. */
  readonly stored?: boolean;
  readonly variables?: readonly { readonly name: string; readonly expression: string }[];
  readonly object?: JsonValue;
  readonly oldObject?: JsonValue;
  /** `params` is declared where this is given, if only as null. */
  readonly params?: JsonValue;
  readonly operation?: string;
  readonly namespace?: string;
  readonly namespaceLabels?: JsonValue;
  readonly compileOnly?: boolean;
  readonly id?: JsonValue;
}

export interface Answer {
  readonly compileError?: string;
  readonly outputType?: string;
  /** JSON text. */
  readonly value?: string;
  /** Whether cel-oracle writes the same `value` (see WireValue). */
  readonly exact?: boolean;
  readonly valueType?: string;
  readonly evalError?: string;
  /** The API server's runtime units. */
  readonly cost?: number;
}

/** cel-oracle's default. */
export const DEFAULT_MINOR = 35;
/** The newest minor whose functions were compared with an API server's: what stored policies may use. */
const NEWEST_MINOR = 36;
const KEPT_ENVIRONMENTS = 100;

/** Answers questions one after the other, keeping what it compiled of variables. */
export class Answerer {
  readonly #environments = new Map<string, Result<{ readonly env: Environment; readonly frame: Frame }, string>>();

  answer(question: Question): Answer {
    const made = this.#environment(question);
    if (!made.ok) return { compileError: made.error };
    const { env, frame } = made.value;
    const program = compile(env, question.expr, { type: question.type ?? 'bool' });
    if (!program.ok) return { compileError: formatIssue(program.error) };
    const { outputType } = program.value;
    if (question.compileOnly === true) return { outputType };
    const wrong = bind(env, frame, question);
    if (wrong !== undefined) return { outputType, evalError: wrong };
    return { outputType, ...evaluated(program.value.evaluateCounted(frame)) };
  }

  /** The same question by the fast way, which has no figure of cost: to hold the engine's two ways against each other. */
  answerFast(question: Question): Answer {
    const program = this.program(question);
    if (!program.ok) return { compileError: program.error };
    return evaluated({ value: program.value.program.evaluate(program.value.frame) });
  }

  /** The program of a question and a frame with the question's objects. The frame serves until the next question. */
  program(question: Question): Result<{ readonly program: Program; readonly frame: Frame }, string> {
    const made = this.#environment(question);
    if (!made.ok) return made;
    const { env, frame } = made.value;
    const program = compile(env, question.expr, { type: question.type ?? 'bool' });
    if (!program.ok) return err(formatIssue(program.error));
    const wrong = bind(env, frame, question);
    return wrong === undefined ? ok({ program: program.value, frame }) : err(wrong);
  }

  #environment(question: Question): Result<{ readonly env: Environment; readonly frame: Frame }, string> {
    const minor =
      question.stored === true
        ? NEWEST_MINOR
        : question.minor === undefined || question.minor === 0
          ? DEFAULT_MINOR
          : question.minor;
    const composed = question.variables ?? [];
    const withParams = question.params !== undefined;
    const key = JSON.stringify([minor, withParams, composed]);
    const known = this.#environments.get(key);
    if (known !== undefined) return known;
    if (this.#environments.size >= KEPT_ENVIRONMENTS) this.#environments.clear();
    const variables = ['object', 'oldObject', 'request', 'namespaceObject', ...(withParams ? ['params'] : [])];
    const made = createEnvironment({ minor, variables, composed });
    const result = made.ok ? ok({ env: made.value, frame: made.value.frame() }) : err(formatIssue(made.error));
    this.#environments.set(key, result);
    return result;
  }
}

/** Sets the variables of a request, or says what is wrong with one. */
function bind(env: Environment, frame: Frame, question: Question): string | undefined {
  const objects = {
    object: readObject(question.object),
    oldObject: readObject(question.oldObject),
    params: readObject(question.params),
  };
  for (const [name, read] of Object.entries(objects)) if ('wrong' in read) return `bad ${name}: ${read.wrong}`;
  const given = (read: (typeof objects)['object']): JsonObject | undefined => ('wrong' in read ? undefined : read.object);
  const oldObject = given(objects.oldObject);
  const object = given(objects.object) ?? (oldObject === undefined ? NO_OBJECT : undefined);
  const labels = isObject(question.namespaceLabels) ? question.namespaceLabels : undefined;
  const { request, namespaceObject } = admission({
    object,
    oldObject,
    operation: question.operation === undefined || question.operation === '' ? 'CREATE' : question.operation,
    namespace: question.namespace ?? '',
    namespaceLabels: labels,
  });
  frame.reset();
  frame.set(env.slot('object'), object ?? null);
  frame.set(env.slot('oldObject'), oldObject ?? null);
  frame.set(env.slot('request'), request);
  frame.set(env.slot('namespaceObject'), namespaceObject);
  if (question.params !== undefined) frame.set(env.slot('params'), isAbsent(question.params) ? null : question.params);
  return undefined;
}

function evaluated({ value, cost }: Pick<CountedResult, 'value'> & { readonly cost?: number }): Answer {
  const spent = cost === undefined ? {} : { cost };
  if (value instanceof CelError) return { evalError: formatIssue(value), ...spent };
  if (value instanceof Redacted) return { evalError: 'unknown: a redacted value decides', ...spent };
  const wire = wireValue(value);
  if (wire === undefined) return { evalError: 'the value is too large to be written', ...spent };
  const { json, exact } = wire;
  return { value: json, exact, valueType: typeNameOf(value), ...spent };
}

/** A question from a parsed line, or what is wrong with it. Fields it does not know are passed over, as cel-oracle does. */
export function readQuestion(line: JsonValue): Result<Question, string> {
  if (!isObject(line)) return err('a JSON object is needed');
  const out: Record<string, JsonValue> = {};
  for (const [field, type] of Object.entries(FIELDS)) {
    const value = own(line, field);
    if (value === undefined) continue;
    if (type === undefined) out[field] = value;
    else if (value === null) continue;
    else if (typeof value === type) out[field] = value;
    else return err(`${field} must be a ${type}`);
  }
  const variables = readVariables(own(line, 'variables'));
  if (!variables.ok) return variables;
  const type = out['type'] === 'any' || out['type'] === 'string' ? out['type'] : 'bool';
  return ok({ ...out, type, variables: variables.value, expr: textAt(line, 'expr') ?? '' });
}

const FIELDS = {
  expr: 'string',
  type: 'string',
  minor: 'number',
  stored: 'boolean',
  object: undefined,
  oldObject: undefined,
  params: undefined,
  operation: 'string',
  namespace: 'string',
  namespaceLabels: 'object',
  compileOnly: 'boolean',
} as const;

function readVariables(value: JsonValue | undefined): Result<NonNullable<Question['variables']>, string> {
  if (value === undefined || value === null) return ok([]);
  if (!isArray(value)) return err('variables must be a list');
  const out: { name: string; expression: string }[] = [];
  for (const each of value) {
    if (!isObject(each)) return err('a variable must be an object');
    out.push({ name: textAt(each, 'name') ?? '', expression: textAt(each, 'expression') ?? '' });
  }
  return ok(out);
}

/** One line of the answer; `id` is JSON text, echoed as it came. */
export function writeAnswer(answer: Answer, id?: string): string {
  const fields = [
    id === undefined ? undefined : `"id":${id}`,
    text('compileError', answer.compileError),
    text('outputType', answer.outputType),
    answer.value === undefined ? undefined : `"value":${answer.value}`,
    text('valueType', answer.valueType),
    text('evalError', answer.evalError),
    answer.cost === undefined || answer.cost === 0 ? undefined : `"cost":${answer.cost}`,
  ];
  return `{${fields.filter((field) => field !== undefined).join(',')}}`;
}

const text = (name: string, value: string | undefined): string | undefined =>
  value === undefined ? undefined : `"${name}":${JSON.stringify(value.toWellFormed())}`;
