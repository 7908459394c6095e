import type { Command } from 'commander';
import { dbOption, listOutput, workspaceOption } from '#cli/options.ts';

/** Adds what every command over the workspace has. */
export const withWorkspaceOptions = (command: Command): Command =>
  command
    .addOption(listOutput())
    .addOption(workspaceOption())
    .addOption(dbOption())
    .option('--no-color', 'no colour, whatever the terminal');
