import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { nearest } from '#core/nearest.ts';
import { FORMAT_NAMES } from '#core/report/format-names.ts';
import type { FormatName } from '#core/report/format-names.ts';

/** One `-o FORMAT[=FILE]`; without a file it goes to stdout (decisions.md 25). */
export interface OutputTarget<F extends string = FormatName> {
  readonly format: F;
  readonly file?: string;
  /** What was asked for, where another format says most of the same. */
  readonly asked?: string;
}

/** Options that `scan`, `test`, `show` and `start` share. */
export interface ReportOptions {
  readonly policy: string;
  readonly rule: readonly string[];
  readonly output: readonly OutputTarget[];
  readonly label: Readonly<Record<string, string>>;
  readonly source?: string;
  readonly db?: string;
  readonly workspace?: string;
  readonly color: boolean;
  readonly quiet: boolean;
  readonly verdicts: boolean;
  /** Say how to fix what fails. */
  readonly verbose: boolean;
  readonly allowEmpty: boolean;
  readonly allowIncomplete: boolean;
}

/** For options that may stand several times. */
export const collect = (value: string, list: readonly string[]): readonly string[] => [...list, value];

/** Adds one more output to those given before. */
export type OutputParser = (value: string, list: readonly OutputTarget[]) => readonly OutputTarget[];

export const parseOutput: OutputParser = (value, list) => [...list, parseTarget(value, FORMAT_NAMES)];

/** `FORMAT` or `FORMAT=FILE`, of the formats that a command has. */
function parseTarget<F extends string>(value: string, formats: readonly F[]): OutputTarget<F> {
  const at = value.indexOf('=');
  const asked = at === -1 ? value : value.slice(0, at);
  const format = formats.find((name) => name === asked);
  if (format === undefined)
    throw new InvalidArgumentError(`the formats here are ${formats.join(', ')}. Did you mean '${nearest(asked, formats)}'?`);
  if (at === value.length - 1) throw new InvalidArgumentError('a file name must follow the equals sign.');
  return at === -1 ? { format } : { format, file: value.slice(at + 1) };
}

function parseLabel(value: string, labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const at = value.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('a label is written key=value.');
  return { ...labels, [value.slice(0, at)]: value.slice(at + 1) };
}

/** Formats of commands that answer with something else than a report; the last two are for what is one table. */
export const LIST_FORMATS = ['table', 'json', 'yaml', 'csv', 'markdown'] as const;
export type ListFormat = (typeof LIST_FORMATS)[number];
export const ANSWER_FORMATS: readonly ListFormat[] = ['table', 'json', 'yaml'];

/** `-o` of commands that list; repeatable, as everywhere. */
export const listOutput = (formats: readonly ListFormat[] = ANSWER_FORMATS): Option =>
  new Option('-o, --output <format[=file]>', `${formats.join(', ')} (repeatable)`)
    .argParser((value: string, list: readonly OutputTarget<ListFormat>[]) => [...list, parseTarget(value, formats)])
    .default([], 'table');

export const dbOption = (): Option => new Option('--db <file>', 'database to use instead of the usual one').env('PLIMSOLL_DB');

export const workspaceOption = (): Option =>
  new Option('--workspace <dir>', 'folder of policies and waivers').env('PLIMSOLL_WORKSPACE');

/** Adds what every command that reports has. */
export function withReportOptions(command: Command, output: OutputParser = parseOutput): Command {
  return command
    .option('-p, --policy <name>', "policy to judge by; 'all' has every rule", 'default')
    .option('--rule <id>', 'judge exactly this rule (repeatable)', collect, [])
    .addOption(new Option('-o, --output <format[=file]>', FORMAT_NAMES.join(', ')).argParser(output).default([], 'table'))
    .option('--verdicts', 'json, yaml: the verdict of each rule on each object', false)
    .option('--source <name>', 'name under which the run is kept')
    .option('--label <key=value>', 'label of the run (repeatable)', parseLabel, {})
    .addOption(dbOption())
    .addOption(workspaceOption())
    .option('--allow-empty', 'nothing to judge is no error', false)
    .option('--allow-incomplete', 'missing coverage is no error', false)
    .option('--no-color', 'no colour, whatever the terminal')
    .option('--verbose', 'say how to fix what fails', false)
    .option('--quiet', 'only the summary, no progress', false);
}
