import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { envtestBinary } from '#test/envtest.ts';
import type { EnvtestBinary } from '#test/envtest.ts';

export interface ToolOutput {
  /** Undefined where a signal ended it. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a test binary to its end, at most a quarter of an hour: machines can be busy. */
export async function runTool(name: EnvtestBinary, args: readonly string[], cwd: string): Promise<ToolOutput> {
  const binary = envtestBinary(name) ?? name;
  return new Promise((resolve) => {
    const options = { cwd, timeout: 900_000, maxBuffer: 2 ** 30, env: { HOME: cwd, PATH: '' } };
    const child = execFile(binary, [...args], options, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? undefined, stdout, stderr });
    });
    // A pipe that stays open would be waited for.
    child.stdin?.end();
  });
}

/** Runs as many at a time as there are processors, and gives the results in order. */
export async function eachAtOnce<T, R>(items: readonly T[], work: (item: T, at: number) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [at, item] of queue) results[at] = await work(item, at);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return results;
}
