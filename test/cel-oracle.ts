import { execFileSync } from 'node:child_process';
import { envtestBinary } from './envtest.ts';

/** A question to cel-oracle (shared/envtest/README.md): `type` is `any` and `minor` 36 where they are left out. */
export interface OracleQuestion {
  readonly expr: string;
  readonly minor?: number;
  readonly type?: 'bool' | 'string' | 'any';
  readonly object?: unknown;
  /** `object` as JSON text, for numbers that JSON.stringify would spell otherwise. */
  readonly rawObject?: string;
  readonly compileOnly?: boolean;
}

export interface OracleAnswer {
  readonly compileError?: string;
  readonly outputType?: string;
  readonly value?: unknown;
  readonly valueType?: string;
  readonly evalError?: string;
  readonly cost?: number;
}

function asLine({ rawObject, ...rest }: OracleQuestion): string {
  const line = JSON.stringify({ type: 'any', minor: 36, ...rest });
  return rawObject === undefined ? line : `${line.slice(0, -1)},"object":${rawObject.replaceAll('\n', ' ')}}`;
}

/** Asks the API server's own code, all in one process. The answers come in the order of the questions. */
export function askOracle(questions: readonly OracleQuestion[]): readonly OracleAnswer[] {
  const input = questions.map(asLine).join('\n');
  const out = execFileSync(envtestBinary('cel-oracle') ?? '', { input, maxBuffer: 2 ** 30, encoding: 'utf8' });
  return out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as OracleAnswer);
}

/** Refused when it was compiled. A panic counts as well: the API server refuses such an expression, if not politely. */
export const refusedByOracle = (answer: OracleAnswer): boolean =>
  answer.compileError !== undefined || answer.evalError?.startsWith('panic') === true;
