import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const CLI = fileURLToPath(new URL('../cli/index.ts', import.meta.url));

export interface CliOptions {
  /** What the command finds on standard input; without it, nothing. */
  readonly input?: string;
  readonly cwd?: string;
  /** Stops reading after the first bytes, as `head` does. */
  readonly closeOutputEarly?: boolean;
}

/** Runs the command line as a process of its own, with only the environment given. */
export async function runCli(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  { input, cwd, closeOutputEarly = false }: CliOptions = {},
): Promise<CliResult> {
  const child = spawn(process.execPath, [CLI, ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  if (closeOutputEarly) child.stdout?.once('data', () => child.stdout?.destroy());
  child.stdin?.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}
