import { styleText } from 'node:util';
import { plain } from '#core/report/table.ts';
import type { Paint } from '#core/report/table.ts';

const STYLES = {
  bold: 'bold',
  dim: 'dim',
  fail: 'red',
  pass: 'green',
  critical: ['bold', 'red'],
  high: 'yellow',
  medium: 'cyan',
  low: 'blue',
} as const;

const coloured: Paint = (style, text) => styleText([STYLES[style]].flat(), text, { validateStream: false });

/** Colour on a terminal only; NO_COLOR (https://no-color.org) and `--no-color` switch it off. */
export function paintFor(stream: { readonly isTTY?: boolean }, colour: boolean): Paint {
  const wanted = colour && (process.env['NO_COLOR'] ?? '') === '' && process.env['TERM'] !== 'dumb';
  return wanted && stream.isTTY === true ? coloured : plain;
}
