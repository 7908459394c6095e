import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Ran {
  readonly seconds: number;
  /** User and system time of all its threads: what a busy machine does not stretch. 0 where /proc does not tell. */
  readonly cpuSeconds: number;
  /** High-water mark of its memory; 0 where /proc does not tell. */
  readonly peakBytes: number;
  readonly stdout: string;
}

export interface RunOptions {
  /** Exit codes that mean that the work was done; findings are no failure here. */
  readonly codes: readonly number[];
  readonly env?: Readonly<Record<string, string>>;
  /** Keep what it prints; else it goes to /dev/null. */
  readonly keep?: boolean;
}

const peakOf = (pid: number): number => {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
};

/** Linux counts in hundredths of a second. The name may hold spaces and stands in parentheses: fields are counted after it. */
const cpuOf = (pid: number): number => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
};

/** Times one whole process, from its start to its end. Throws with the end of its words where it fails. */
export async function runProcess(
  command: string,
  args: readonly string[],
  { codes, env = {}, keep = false }: RunOptions,
): Promise<Ran> {
  const started = performance.now();
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', keep ? 'pipe' : 'ignore', 'pipe'] });
  const output: Buffer[] = [];
  let errors = '';
  child.stdout?.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-600)));
  let peakBytes = 0;
  let cpuSeconds = 0;
  const poll = setInterval(() => {
    peakBytes = Math.max(peakBytes, peakOf(child.pid ?? 0));
    cpuSeconds = Math.max(cpuSeconds, cpuOf(child.pid ?? 0));
  }, 20);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  }).finally(() => clearInterval(poll));
  const seconds = (performance.now() - started) / 1000;
  if (code === null || !codes.includes(code))
    throw new Error(`${command} ${args.slice(0, 3).join(' ')} ended with ${code}: ${errors}`);
  return { seconds, cpuSeconds, peakBytes, stdout: Buffer.concat(output).toString('utf8') };
}
