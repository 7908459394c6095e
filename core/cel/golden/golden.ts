import { OBJECTS } from '../fixtures/objects.ts';
import type { Case } from '../fixtures/cases.ts';

/** What the API server's own code said of a case. */
export interface GoldenAnswer {
  /** Refused when it was compiled, a panic included. Nothing else is there then. */
  readonly refused?: true;
  readonly type?: string;
  /** An error of evaluation: there is no value. */
  readonly error?: true;
  readonly valueType?: string;
  /** JSON with sorted keys; absent where the value has no form in JSON. */
  readonly value?: string;
  readonly cost?: number;
}

export interface GoldenCase {
  readonly one: Case;
  readonly answer: GoldenAnswer;
}

/**
 * One case as a line: the question as in cel-oracle's protocol, but objects are positions in fixtures/objects.ts; then what came of
 * it, each by one word: refused, type, error, valueType, value (as JSON), cost (0 where it is absent).
 */
export function writeGolden({ one, answer }: GoldenCase): string {
  const { expr, minor, object, type, ...rest } = one;
  const question = {
    expr,
    minor,
    ...(object === undefined ? {} : { object: OBJECTS.indexOf(object) }),
    ...(type === 'any' ? {} : { type: type ?? 'bool' }),
    ...rest,
  };
  const { value, ...others } = answer;
  const head = JSON.stringify({ ...question, is: others });
  return value === undefined ? head : `${head.slice(0, -1)},"value":${JSON.stringify(value)}}`;
}

export function readGolden(line: string): GoldenCase {
  const { is, value, object, ...question } = JSON.parse(line) as Omit<Case, 'object'> & {
    readonly object?: number;
    readonly is: GoldenAnswer;
    readonly value?: string;
  };
  const text = object === undefined ? undefined : OBJECTS[object];
  return {
    one: { type: 'any', ...question, ...(text === undefined ? {} : { object: text }) },
    answer: { ...is, ...(value === undefined ? {} : { value }) },
  };
}
