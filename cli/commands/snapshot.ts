import { Command } from 'commander';
import { dbOption } from '#cli/options.ts';

/** `plimsoll snapshot`: writes a kept scan as a file that another laptop can audit. */
export function snapshotCommand(): Command {
  return new Command('snapshot')
    .description('Write a kept scan as a snapshot file (redacted), for an audit on another machine.')
    .argument('<scan>', 'scan id, or latest')
    .argument('<file>', 'file to write, e.g. prod.plimsoll.gz')
    .option('--source <name>', 'with latest: of this source')
    .addOption(dbOption())
    .addHelpText('after', '\nExamples:\n  plimsoll snapshot latest prod.plimsoll.gz\n  plimsoll scan --snapshot prod.plimsoll.gz')
    .action(async (scan: string, file: string, options: { readonly source?: string; readonly db?: string }) => {
      const { takeSnapshot } = await import('#cli/take-snapshot.ts');
      await takeSnapshot(scan, file, options);
    });
}
