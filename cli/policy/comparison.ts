import { columns } from '#cli/columns.ts';
import type { PolicyComparison } from '#core/api/policies.ts';

/** A comparison with Datree as the command line tells it. */

export function comparisonText({ program, files, objects, rules, unread }: PolicyComparison): string {
  const differing = rules.filter(({ differences }) => differences.length > 0);
  const explained = differing.filter(({ differs }) => differs !== undefined);
  const unexplained = differing.filter(({ differs }) => differs === undefined);
  const count = (rows: typeof rules): number => rows.reduce((sum, { differences }) => sum + differences.length, 0);
  const block = ({ rule, differs, differences }: (typeof rules)[number]): string =>
    `  ${rule}${differs === undefined ? '' : `: ${differs}`}\n${columns(
      differences.map(({ file, kind, name, datree, ours }) => [
        '   ',
        `${kind} ${name}`,
        `datree: ${datree}`,
        `plimsoll: ${ours}`,
        file,
      ]),
    )}`;
  return [
    `Compared with ${program}: ${files} files, ${objects} objects, ${rules.length} rules\n`,
    `  ${rules.reduce((sum, { same }) => sum + same, 0)} verdicts are the same, ${count(explained)} differ and are explained, ${count(unexplained)} are not explained\n`,
    ...(explained.length === 0 ? [] : ['Explained\n', ...explained.map(block)]),
    ...(unexplained.length === 0 ? [] : ['Not explained\n', ...unexplained.map(block)]),
    ...(unread.length === 0 ? [] : ['Not read by Datree\n', columns(unread.map(({ file, message }) => ['  ', file, message]))]),
  ].join('');
}
