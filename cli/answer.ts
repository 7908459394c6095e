import { writeFileSync } from 'node:fs';
import { csv } from '#core/report/csv-rows.ts';
import { yamlText } from '#core/report/yaml-text.ts';
import { markdownTable } from '#core/report/markdown-text.ts';
import { safeJson, safeText } from '#core/report/safe-text.ts';
import { FATAL } from '#cli/exit-code.ts';
import { printError, unwritable } from '#cli/output.ts';
import type { ListFormat, OutputTarget } from '#cli/options.ts';

interface Asked {
  readonly output: readonly OutputTarget<ListFormat>[];
}

/** Rows of an answer that is one table; the first one is its head. */
export type Rows = readonly (readonly string[])[];

/**
 * Prints an answer in every format asked for: as JSON or YAML with its schema version, as the text that is made of it, or as rows
 * where it has some.
 */
export const answer = (value: object, asked: Asked, text: () => string, rows?: () => Rows): void =>
  answerValue({ schemaVersion: 1, ...value }, asked, text, rows);

/** The same for a value that is older than schema versions. */
export function answerValue(value: object, { output }: Asked, text: () => string, rows: () => Rows = () => []): void {
  const targets: Asked['output'] = output.length > 0 ? output : [{ format: 'table' }];
  for (const { format, file } of targets) {
    const written = render(format, value, text, rows);
    if (file === undefined) process.stdout.write(written);
    else save(file, written);
  }
}

/** Whether a format goes to stdout, where notes would stand in its way. */
export const asksFor = ({ output }: Asked, format: ListFormat): boolean =>
  output.some((target) => target.format === format && target.file === undefined);

function render(format: ListFormat, value: object, text: () => string, rows: () => Rows): string {
  switch (format) {
    case 'table':
      return text();
    case 'json':
      return `${safeJson(value)}\n`;
    case 'yaml':
      return `${yamlText(value)}\n`;
    case 'csv': {
      const [head = [], ...body] = rows().map((row) => row.map(safeText));
      return `${csv(head, body)}\r\n`;
    }
    case 'markdown': {
      const [head = [], ...body] = rows();
      return `${markdownTable(head, body).join('\n')}\n`;
    }
  }
}

/** What cannot be written is said, and makes the exit code that of an error whatever else the command gives. */
function save(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    printError(unwritable(file, cause));
    process.exitCode = FATAL;
  }
}
