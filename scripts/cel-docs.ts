import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { LIBRARIES } from '../core/cel/libraries/index.ts';
import type { Library } from '../core/cel/library.ts';

/** Writes the table of functions into docs/cel.md, from the engine's own definitions. `--check` only compares. */
const FILE = fileURLToPath(new URL('../docs/cel.md', import.meta.url));
const START = '<!-- functions: written by scripts/cel-docs.ts -->';
const END = '<!-- end of functions -->';

/** The newest minor that cel-oracle can judge. */
const PROVEN = 36;

type Row = readonly [since: number, what: string, names: readonly string[]];

/** What the parser and the checker themselves bring; no library defines it. */
const SYNTAX: readonly Row[] = [
  [0, 'macros', ['has', 'all', 'exists', 'exists_one', 'map', 'filter']],
  [28, 'optional syntax', ['a.?b', 'a[?b]', '[?a]', '{?a: b}', 'optMap', 'optFlatMap']],
  [32, 'macros of two variables', ['all', 'exists', 'existsOne', 'transformList', 'transformMap', 'transformMapEntry']],
  [34, 'macro', ['sortBy']],
];

/** `_+_` as it is written: `+`. */
const written = (name: string): string =>
  name === '_[_]'
    ? 'a[b]'
    : name === '_[?_]'
      ? 'a[?b]'
      : name.replaceAll('_', name.startsWith('_') || name.endsWith('_') ? '' : '_').replace('@', '');

/** A library's names by the minor that brought the first signature of each. */
function rowsOf({ name, functions }: Library): readonly Row[] {
  const since = new Map<string, number>();
  for (const definition of functions) {
    // Names with @ are what macros become.
    if (definition.name.startsWith('@') && definition.name !== '@in') continue;
    const shown = written(definition.name);
    since.set(shown, Math.min(since.get(shown) ?? Infinity, ...definition.signatures.map((one) => one.since)));
  }
  return [...Map.groupBy(since.keys(), (shown) => since.get(shown) ?? 0)].map(([minor, names]) => [minor, name, names]);
}

const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``;

/** The table, by the compatibility minor that brings each function and the server on which a new policy may use it. */
export function functionTable(): string {
  const rows = [...SYNTAX, ...LIBRARIES.flatMap(rowsOf)]
    .filter(([, , names]) => names.length > 0)
    .toSorted((a, b) => a[0] - b[0]);
  const cells = rows.map(([since, what, names]) => {
    const minor = since <= 27 ? 'all' : `1.${since}${since > PROVEN ? ' (unproven)' : ''}`;
    return [minor, since <= 27 ? 'all' : `1.${since + 1}`, what, names.map(code).join(' ')];
  });
  return table(['minor', 'new policies on server', 'library', 'names'], cells);
}

/** Aligned as the formatter does it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]): string => `| ${widths.map((width, i) => (row[i] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)].join('\n');
}

/** The page with its table as it should be. */
export function withTable(page: string): string {
  const from = page.indexOf(START);
  const to = page.indexOf(END);
  if (from < 0 || to < from) throw new Error(`${FILE} has lost the marks around its table of functions`);
  return `${page.slice(0, from + START.length)}\n\n${functionTable()}\n\n${page.slice(to)}`;
}

export const readPage = (): string => readFileSync(FILE, 'utf8');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const page = readPage();
  const wanted = withTable(page);
  if (page === wanted) console.log('docs/cel.md is up to date');
  else if (process.argv.includes('--check')) {
    console.error('docs/cel.md is out of date: node scripts/cel-docs.ts');
    process.exitCode = 1;
  } else {
    writeFileSync(FILE, wanted);
    console.log('docs/cel.md written');
  }
}
