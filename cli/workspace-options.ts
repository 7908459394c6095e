import type { Command } from 'commander';
import type { ListFormat } from '#cli/options.ts';
import { dbOption, listOutput, workspaceOption } from '#cli/options.ts';

/** Adds what every command over the workspace has. */
export const withWorkspaceOptions = (command: Command, formats?: readonly ListFormat[]): Command =>
  command
    .addOption(listOutput(formats))
    .addOption(workspaceOption())
    .addOption(dbOption())
    .option('--no-color', 'no colour, whatever the terminal');
