import type { Command } from 'commander';
import { collect } from '#cli/options.ts';

/** What `waive` lets off. */
export const withWaiverOptions = (command: Command): Command =>
  command
    .option('--object <kind/namespace/name>', 'one object; Kind/name where it has no namespace, Kind.group for other groups')
    .option('--container <name>', 'one container of it')
    .option('--path <path>', 'one place, and what lies below it')
    .option('-n, --namespace <pattern>', 'namespaces (repeatable; * stands for any characters)', collect, [])
    .option('--except-namespace <pattern>', 'all namespaces but these (repeatable)', collect, [])
    .option('--label <key=value>', 'objects with this label (repeatable)', collect, [])
    .option('--in-policy <policy>', 'only in this policy (repeatable); default: in all', collect, [])
    .option('--owner <name>', 'who answers for it')
    .option('--expires <day>', 'last day: 2027-01-31, or 30d from today');
