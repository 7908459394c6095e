import { Command } from 'commander';
import { celCommand } from '#cli/commands/cel.ts';
import { historyCommand } from '#cli/commands/history.ts';
import { decideCommand } from '#cli/commands/decide.ts';
import { importCommand } from '#cli/commands/import.ts';
import { inboxCommand } from '#cli/commands/inbox.ts';
import { policyCommand } from '#cli/commands/policy.ts';
import { promoteCommand } from '#cli/commands/promote.ts';
import { rulesCommand } from '#cli/commands/rules.ts';
import { scanCommand } from '#cli/commands/scan.ts';
import { serveCommand } from '#cli/commands/serve.ts';
import { showCommand } from '#cli/commands/show.ts';
import { snapshotCommand } from '#cli/commands/snapshot.ts';
import { testCommand } from '#cli/commands/test.ts';
import { waiveCommand } from '#cli/commands/waive.ts';
import { FATAL } from '#cli/exit-code.ts';
import { keepCompiledCode } from '#main/compile-cache.ts';
import { VERSION } from '#main/version.ts';

/** The program with all its commands; parsing and running are the caller's. */
export function buildProgram(): Command {
  const program = new Command('plimsoll')
    .description('Audits Kubernetes clusters and raises their standard without breaking anyone.')
    .version(VERSION, '-v, --version', 'print the version')
    .showHelpAfterError("('plimsoll --help' shows all commands)")
    .configureHelp({ helpWidth: 100 });
  for (const command of [
    scanCommand(),
    testCommand(),
    snapshotCommand(),
    historyCommand(),
    importCommand(),
    showCommand(),
    rulesCommand(),
    policyCommand(),
    promoteCommand(),
    waiveCommand(),
    decideCommand(),
    inboxCommand(),
    celCommand(),
    serveCommand(),
  ]) {
    program.addCommand(command.configureHelp({ helpWidth: 100 }));
  }
  program.addHelpText(
    'after',
    '\nExit codes: 0 clean, 1 usage or fatal error (also: nothing to judge, coverage missing), 2 findings or unreadable documents.',
  );
  return program;
}

async function main(): Promise<void> {
  keepCompiledCode();
  // A reader that goes away (`| head`) is no fault of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    throw error;
  });
  try {
    await buildProgram().parseAsync();
  } catch (cause) {
    process.stderr.write(`plimsoll: ${cause instanceof Error ? cause.message : String(cause)}\n`);
    process.exitCode = FATAL;
  }
}

if (import.meta.main) await main();
