import { check } from '../checker.ts';
import { describe } from '../describe.ts';
import { createEnvironment, type Environment, type Frame } from '../environment.ts';
import type { EvaluationFrame } from '../frame.ts';
import { withoutMessages } from '../messages.ts';
import { parse } from '../parser.ts';
import { CelError, compile } from '../program.ts';
import { IssueError } from '../source.ts';
import type { Type } from '../types.ts';
import { Double } from '../json.ts';
import { Timestamp } from '../time.ts';
import { TypeValue, typeNameOf, Uint, type CelValue } from '../values.ts';
import { isSame, readType, readValue, type SuiteTest } from './suite.ts';

/** The newest functions that cel-oracle can show to be the API server's. */
export const MINOR = 36;

/** How a test went: `undefined` is as it should be, else what is wrong. */
export type Outcome = string | undefined;

/**
 * Runs one of cel-spec's tests. Where it asks for an error, a test with types checked must pass the checker first: an error for
 * want of a function would prove nothing.
 */
export function runTest({ original }: SuiteTest): Outcome {
  const made = environmentFor(original);
  if (typeof made === 'string') return made;
  const parsed = parse(original.expr);
  if (!parsed.ok) return `does not parse: ${parsed.error.message}`;
  try {
    check(withoutMessages(parsed.value), made.scope);
  } catch (error) {
    if (!(error instanceof IssueError)) throw error;
    return `refused: ${error.message}`;
  }
  const program = compile(made, original.expr);
  if (!program.ok) return original.value === undefined ? undefined : `refused: ${program.error.message}`;
  const value = program.value.evaluate(frameFor(made, original));
  if (original.value === undefined && original.evalError !== undefined)
    return value instanceof CelError ? undefined : `gives ${show(value)} where an error should be`;
  return compareValue(value, original.value === undefined ? true : readValue(original.value));
}

function compareValue(value: CelValue | CelError, wanted: CelValue): Outcome {
  if (value instanceof CelError) return `error: ${value.message}`;
  return isSame(value, wanted) ? undefined : `gives ${show(value)}, not ${show(wanted)}`;
}

const show = (value: CelValue | CelError): string =>
  value instanceof CelError ? `error: ${value.message}` : `${typeNameOf(value)} ${describe(value)}`;

type Original = SuiteTest['original'];

function environmentFor(original: Original): Environment | string {
  const types = new Map<string, Type>();
  for (const { name, ident } of original.typeEnv ?? []) {
    const type = ident === undefined ? undefined : readType(ident.type);
    if (type === undefined) return `declares '${name}' of a type that Kubernetes has not`;
    types.set(name, type);
  }
  const variables = [...new Set([...types.keys(), ...Object.keys(original.bindings ?? {})])];
  const dialect = original.disableCheck === true ? 'unchecked' : 'language';
  const made = createEnvironment({ minor: MINOR, variables, types, dialect, container: original.container ?? '' });
  return made.ok ? made.value : made.error.message;
}

function frameFor(environment: Environment, original: Original): Frame {
  const frame = environment.frame();
  for (const [name, { value }] of Object.entries(original.bindings ?? {}))
    (frame as EvaluationFrame).set(environment.slot(name), readValue(value));
  return frame;
}

/** A value as cel-oracle shows it in JSON where that is one plain value; undefined otherwise. */
export function asJson(value: CelValue): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint' || typeof value === 'number') return Number(value);
  if (value instanceof Double) return Number.isFinite(value.value) ? value.value + 0 : undefined;
  if (value instanceof Uint) return Number(value.unsigned);
  return value instanceof TypeValue || value instanceof Timestamp ? value.toString() : undefined;
}
