import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { isObject, textAt, own, Double, type JsonValue } from '#core/json.ts';
import { parseJson } from '#main/yaml/json.ts';
import { envtestBinary } from './envtest.ts';

/** An answer of cel-oracle (shared/envtest/README.md). */
export interface OracleReply {
  readonly compileError?: string;
  readonly outputType?: string;
  /** In one way of writing: keys sorted, numbers alike. */
  readonly value?: string;
  readonly valueType?: string;
  readonly evalError?: string;
  readonly cost: number;
}

/** Asks the API server's own code, one line each, in one process; the answers come in the same order. */
export async function askOracleLines(lines: readonly string[]): Promise<readonly OracleReply[]> {
  if (lines.length === 0) return [];
  return (await runLines(envtestBinary('cel-oracle') ?? '', [], lines)).map(readReply);
}

/** Runs a program that answers line by line. */
export async function runLines(program: string, args: readonly string[], lines: readonly string[]): Promise<readonly string[]> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stdin.on('error', () => undefined);
  child.stdin.end(`${lines.join('\n')}\n`);
  await once(child, 'close');
  const answers = out.trimEnd().split('\n');
  if (answers.length !== lines.length) throw new Error(`${answers.length} answers to ${lines.length} questions`);
  return answers;
}

export function readReply(line: string): OracleReply {
  const read = parseJson(line);
  const cost = own(read, 'cost');
  const value = own(read, 'value');
  const fields = ['compileError', 'outputType', 'valueType', 'evalError'] as const;
  return {
    ...Object.fromEntries(fields.flatMap((name) => (textAt(read, name) === undefined ? [] : [[name, textAt(read, name)]]))),
    ...(value === undefined ? {} : { value: canonical(value) }),
    cost: typeof cost === 'number' ? cost : 0,
  };
}

/** JSON with sorted keys and every number in one way of writing. */
export function canonical(value: JsonValue): string {
  if (typeof value === 'number' || typeof value === 'bigint') return Object.is(value, -0) ? '-0' : String(value);
  if (value instanceof Double) return Object.is(value.value, -0) ? '-0' : Number(value.value).toString();
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`;
}
