import { compile, createEnvironment } from '#core/cel/index.ts';
import type { Environment, Frame, Program, TestResult } from '#core/cel/index.ts';
import { MESSAGE_VARIABLE_NAMES } from '#core/enforce/message.ts';
import type { Condition, PlannedRule } from '#core/enforce/model.ts';
import { Redacted } from '#core/json.ts';
import type { JsonObject } from '#core/json.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';

/** A request that creates an object, as admission's expressions see it. */
export interface CreateRequest {
  readonly object: JsonObject;
  readonly request: JsonObject;
}

/** A compiled expression on one request after the other. */
export interface Test {
  test(request: CreateRequest): TestResult;
  /** What went wrong in the last `test` that gave an error. */
  why(): string;
}

type Speaker = (request: CreateRequest) => string | Redacted | undefined;

const NAMES = ['object', 'oldObject', 'request'];

/** Compiles what an API server compiles of planned rules, as that of `minor` does. What several rules share is compiled once. */
export class Judges {
  readonly #minor: number;
  readonly #environments = new Map<string, Result<Environment, string>>();
  readonly #conditions = new Map<string, Result<Test, string>>();
  /** By the conditions of a rule: a rule under other modes has the same ones. */
  readonly #rules = new WeakMap<readonly Condition[], Result<Test, string>>();
  readonly #speakers = new WeakMap<readonly Condition[], Speaker>();

  constructor(minor: number) {
    // A server lets a new policy use what the minor before it knew.
    this.#minor = minor - 1;
  }

  condition(expression: string): Result<Test, string> {
    const known = this.#conditions.get(expression);
    if (known !== undefined) return known;
    const environment = this.#environment([]);
    const made = environment.ok ? testOf(environment.value, expression) : environment;
    this.#conditions.set(expression, made);
    return made;
  }

  /** Whether a request passes a rule: the exported expression itself. */
  rule({ conditions, variables, expression }: PlannedRule): Result<Test, string> {
    const known = this.#rules.get(conditions);
    if (known !== undefined) return known;
    const environment = this.#environment(variables.filter(({ name }) => !MESSAGE_VARIABLE_NAMES.includes(name)));
    const made = environment.ok ? testOf(environment.value, expression) : environment;
    this.#rules.set(conditions, made);
    return made;
  }

  /** What the developer reads of a request that does not pass; undefined where a redacted value decides the text. */
  message({ conditions, variables, message, messageExpression }: PlannedRule, request: CreateRequest): string | undefined {
    if (messageExpression === undefined) return message;
    const speaker = this.#speakers.get(conditions) ?? this.#speaker(variables, messageExpression);
    this.#speakers.set(conditions, speaker);
    const said = speaker(request) ?? message;
    return said instanceof Redacted ? undefined : said;
  }

  /** The API server takes the plain message where the expression cannot be computed, or gives nothing to read. */
  #speaker(variables: PlannedRule['variables'], expression: string): Speaker {
    const environment = this.#environment(variables);
    const program = environment.ok ? compile(environment.value, expression, { type: 'string' }) : environment;
    if (!environment.ok || !program.ok) return () => undefined;
    const runner = new Runner(environment.value, program.value);
    return (request) => {
      const value = runner.value(request);
      if (value instanceof Redacted) return value;
      return typeof value === 'string' && value.trim() !== '' && !value.includes('\n') ? value : undefined;
    };
  }

  #environment(composed: PlannedRule['variables']): Result<Environment, string> {
    const key = JSON.stringify(composed.map(({ name, expression }) => [name, expression]));
    const known = this.#environments.get(key);
    if (known !== undefined) return known;
    const created = createEnvironment({ minor: this.#minor, variables: NAMES, composed });
    const made = created.ok ? created : err(created.error.message);
    this.#environments.set(key, made);
    return made;
  }
}

function testOf(environment: Environment, expression: string): Result<Test, string> {
  const program = compile(environment, expression, { type: 'bool' });
  return program.ok ? ok(new Runner(environment, program.value)) : err(program.error.message);
}

/** One program on one frame. */
class Runner implements Test {
  readonly #program: Program;
  readonly #frame: Frame;
  readonly #object: number;
  readonly #request: number;

  constructor(environment: Environment, program: Program) {
    this.#program = program;
    this.#frame = environment.frame();
    this.#object = environment.slot('object');
    this.#request = environment.slot('request');
    this.#frame.set(environment.slot('oldObject'), null);
  }

  test(request: CreateRequest): TestResult {
    this.#ready(request);
    return this.#program.test(this.#frame);
  }

  why(): string {
    return this.#program.lastError(this.#frame)?.message ?? 'it cannot be computed';
  }

  value(request: CreateRequest): unknown {
    this.#ready(request);
    return this.#program.evaluate(this.#frame);
  }

  #ready({ object, request }: CreateRequest): void {
    this.#frame.reset();
    this.#frame.set(this.#object, object);
    this.#frame.set(this.#request, request);
  }
}
