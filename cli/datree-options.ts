import { Option } from 'commander';
import type { Command } from 'commander';
import { collect, parseKubernetes, parseOutput } from '#cli/options.ts';
import type { OutputParser } from '#cli/options.ts';
import type { FormatName } from '#core/report/format-names.ts';

/** What Datree's `test` knows besides ours. Those without a meaning here are accepted, so that a job changes by one word. */
export interface DatreeOptions {
  /** A policies.yaml of Datree to judge by. */
  readonly policyConfig?: string;
  readonly onlyK8sFiles: boolean;
  /** Regular expression of RE2. */
  readonly exclude?: string;
  /** Kubernetes minor, e.g. `1.34`. */
  readonly schemaVersion?: string;
  readonly saveResults?: string;
  readonly ignoreMissingSchemas: boolean;
  readonly permissiveSchema: boolean;
  readonly schemaLocation: readonly string[];
  readonly skipValidation?: string;
  readonly saveRendered: boolean;
}

export function addDatreeOptions(command: Command): Command {
  const hidden = (flags: string, description: string): Option => new Option(flags, description).hideHelp();
  return command
    .option('--policy-config <file>', 'judge by a policies.yaml of Datree; -p names its policy')
    .option('--exclude <regex>', 'pass over files whose path it matches (RE2)')
    .option('--only-k8s-files', 'leave out files with other documents', false)
    .addOption(new Option('-s, --schema-version <version>', 'the same as --kubernetes').argParser(parseKubernetes).hideHelp())
    .addOption(hidden('--save-results <file>', 'as -o json=FILE'))
    .addOption(hidden('--no-record', 'nothing is sent anywhere in any case'))
    .addOption(hidden('--ignore-missing-schemas', 'no meaning here').default(false))
    .addOption(hidden('--permissive-schema', 'no meaning here').default(false))
    .addOption(hidden('--schema-location <where>', 'no meaning here').argParser(collect).default([]))
    .addOption(hidden('--skip-validation <step>', 'no meaning here'))
    .addOption(hidden('--save-rendered', 'no meaning here').default(false))
    .addHelpText('after', "\nDatree's other flags are accepted too; those without a meaning here are noted and ignored.");
}

/** Formats of Datree that are written otherwise here, and those that are not there: the one of ours that says most of the same. */
const NEAREST: Readonly<Record<string, FormatName>> = { junit: 'junit', simple: 'table', xml: 'json' };

export const parseTestOutput: OutputParser = (value, list) => {
  const [asked = '', ...file] = value.split('=');
  const format = NEAREST[asked.toLowerCase()];
  if (format === undefined) return parseOutput(value, list);
  return parseOutput([format, ...file].join('='), list).map((target, index) =>
    index < list.length || format === 'junit' ? target : { ...target, asked },
  );
};
