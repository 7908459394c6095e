import { CommanderError } from 'commander';
import { vi } from 'vitest';
import { buildProgram } from '#cli/index.ts';
import type { CliResult } from '#test/run-cli.ts';

/**
 * Runs the command line in this very process, which is ten times faster than starting one: for whatever does not depend on
 * standard input, signals or pipes. One call at a time.
 */
export async function runCliHere(args: readonly string[]): Promise<CliResult> {
  const streams = { stdout: '', stderr: '' };
  const capture = (name: 'stdout' | 'stderr') =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      streams[name] += String(text);
      return true;
    });
  const spies = [capture('stdout'), capture('stderr')];
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    const program = buildProgram();
    for (const command of [program, ...program.commands, ...program.commands.flatMap((one) => one.commands)])
      command.exitOverride();
    await program.parseAsync([...args], { from: 'user' });
    return { code: Number(process.exitCode ?? 0), ...streams };
  } catch (cause) {
    if (cause instanceof CommanderError) return { code: cause.exitCode, ...streams };
    throw cause;
  } finally {
    for (const spy of spies) spy.mockRestore();
    process.exitCode = before;
  }
}
