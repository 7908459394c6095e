import { Command, InvalidArgumentError, Option } from 'commander';
import { dbOption } from '#cli/options.ts';

/** `plimsoll serve`: the app in a browser, on this machine only. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('Open the app on a loopback address of this machine; prints the address with its token.')
    .addOption(new Option('--port <n>', 'port; default: a free one').argParser(parsePort))
    .addOption(dbOption())
    .addHelpText('after', '\nExamples:\n  plimsoll serve\n  plimsoll serve --port 8321')
    .action(async (options: { readonly port?: number; readonly db?: string }) => {
      const { serve } = await import('#cli/serve.ts');
      await serve(options);
    });
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError('a port is a number from 0 to 65535.');
  return port;
}
