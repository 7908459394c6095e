import { Redacted } from '../json.ts';
import type { EvaluationFrame } from '../frame.ts';
import { define, isString, type Library } from '../library.ts';
import { codePoints, textLength, toCodePoint, toUnit } from '../text.ts';
import { isInt, isList, type CelValue, type Val } from '../values.ts';

const OUT_OF_RANGE = 'index out of range';

const onText =
  (call: (text: string) => string) =>
  (f: EvaluationFrame, text: CelValue): Val =>
    typeof text !== 'string' ? f.noOverload(text) : f.spendOn(text.length) ? call(text) : f.overBudget();

function charAt(f: EvaluationFrame, text: CelValue, at: CelValue): Val {
  if (typeof text !== 'string' || !isInt(at)) return f.noOverload(text, at);
  const unit = at < 0 ? undefined : toUnit(text, Number(at));
  return unit === undefined ? f.fail(OUT_OF_RANGE, at) : String.fromCodePoint(...take(text, unit));
}

function take(text: string, unit: number): number[] {
  const code = text.codePointAt(unit);
  return code === undefined ? [] : [code];
}

function indexOf(f: EvaluationFrame, text: CelValue, part: CelValue, from: CelValue): Val {
  if (typeof text !== 'string' || typeof part !== 'string' || !isInt(from)) return f.noOverload(text, part, from);
  if (part === '') return from;
  if (from < 0) return f.fail(OUT_OF_RANGE, from);
  if (!f.spendOn(text.length)) return f.overBudget();
  const unit = toUnit(text, Number(from));
  const found = unit === undefined ? -1 : text.indexOf(part, unit);
  return found < 0 ? -1 : toCodePoint(text, found);
}

function lastIndexOf(f: EvaluationFrame, text: CelValue, part: CelValue, from?: CelValue): Val {
  if (typeof text !== 'string' || typeof part !== 'string' || (from !== undefined && !isInt(from)))
    return f.noOverload(text, part, from);
  const length = textLength(text);
  if (part === '') return from === undefined ? length : from;
  if (from !== undefined && from < 0) return f.fail(OUT_OF_RANGE, from);
  if (from !== undefined && from >= length) return -1;
  if (!f.spendOn(text.length)) return f.overBudget();
  const found = text.lastIndexOf(part, from === undefined ? undefined : toUnit(text, Number(from)));
  return found < 0 ? -1 : toCodePoint(text, found);
}

function substring(f: EvaluationFrame, text: CelValue, start: CelValue, end?: CelValue): Val {
  if (typeof text !== 'string' || !isInt(start) || (end !== undefined && !isInt(end))) return f.noOverload(text, start, end);
  const from = start < 0 ? undefined : toUnit(text, Number(start));
  const to = end === undefined ? text.length : end < 0 ? undefined : toUnit(text, Number(end));
  if (end !== undefined && start > end) return f.fail('invalid substring range', end);
  if (from === undefined) return f.fail(OUT_OF_RANGE, start);
  return to === undefined ? f.fail(OUT_OF_RANGE, end) : text.slice(from, to);
}

/** An empty `part` is found before every code point and at the end, as in Go. */
function replace(f: EvaluationFrame, text: CelValue, part: CelValue, by: CelValue, limit: CelValue): Val {
  if (typeof text !== 'string' || typeof part !== 'string' || typeof by !== 'string' || !isInt(limit))
    return f.noOverload(text, part, by, limit);
  const pieces = part === '' ? ['', ...codePoints(text), ''] : text.split(part);
  const possible = part === '' ? pieces.length - 1 : pieces.length - 1;
  const count = limit < 0 ? possible : Math.min(possible, Number(limit));
  if (!f.spendOn(text.length + count * by.length)) return f.overBudget();
  return pieces.slice(0, count + 1).join(by) + (count < possible ? part + pieces.slice(count + 1).join(part) : '');
}

function split(f: EvaluationFrame, text: CelValue, by: CelValue, limit: CelValue): Val {
  if (typeof text !== 'string' || typeof by !== 'string' || !isInt(limit)) return f.noOverload(text, by, limit);
  if (!f.spendOn(text.length * 4)) return f.overBudget();
  const pieces = by === '' ? codePoints(text) : text.split(by);
  const count = Number(limit);
  if (count === 0) return [];
  return count < 0 || pieces.length <= count ? pieces : [...pieces.slice(0, count - 1), pieces.slice(count - 1).join(by)];
}

function join(f: EvaluationFrame, list: CelValue, by: CelValue): Val {
  if (!isList(list) || typeof by !== 'string') return f.noOverload(list, by);
  const pieces: string[] = [];
  let length = 0;
  for (const piece of list) {
    if (typeof piece !== 'string') return f.noOverload(piece instanceof Redacted ? piece : list);
    pieces.push(piece);
    length += piece.length + by.length;
  }
  return f.spendOn(length) ? pieces.join(by) : f.overBudget();
}

/** Go's unicode.IsSpace, which differs from JavaScript's in U+0085 and U+FEFF. */
const SPACE = '[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+';
const TRIM = new RegExp(`^${SPACE}|${SPACE}$`, 'g');

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
  ['\\', '\\\\'],
  ['"', '\\"'],
]);

const quote = (text: string): string =>
  `"${text.replaceAll(/[\x07\b\f\n\r\t\v\\"]/g, (char) => ESCAPES.get(char) ?? char).toWellFormed()}"`;

const isAscii = (text: string): boolean => /^[\x00-\x7f]*$/.test(text);

const lower = (text: string): string =>
  isAscii(text) ? text.toLowerCase() : text.replaceAll(/[A-Z]+/g, (part) => part.toLowerCase());

const upper = (text: string): string =>
  isAscii(text) ? text.toUpperCase() : text.replaceAll(/[a-z]+/g, (part) => part.toUpperCase());

/** cel-go's string extensions as Kubernetes has them (ext/strings.go, versions 0 and 2). */
export const strings: Library = {
  name: 'strings',
  functions: [
    define('charAt', 0, ['string.(int) string'], charAt),
    define('indexOf', 0, ['string.(string) int'], (f, text, part) => indexOf(f, text as CelValue, part as CelValue, 0), {
      accepts: isString,
    }),
    define('indexOf', 0, ['string.(string, int) int'], indexOf),
    define('lastIndexOf', 0, ['string.(string) int'], (f, text, part) => lastIndexOf(f, text as CelValue, part as CelValue), {
      accepts: isString,
    }),
    define('lastIndexOf', 0, ['string.(string, int) int'], lastIndexOf),
    define('lowerAscii', 0, ['string.() string'], onText(lower)),
    define('upperAscii', 0, ['string.() string'], onText(upper)),
    define(
      'trim',
      0,
      ['string.() string'],
      onText((text) => text.replaceAll(TRIM, '')),
    ),
    define('replace', 0, ['string.(string, string) string'], (f, text, part, by) =>
      replace(f, text as CelValue, part as CelValue, by as CelValue, -1),
    ),
    define('replace', 0, ['string.(string, string, int) string'], replace),
    define('split', 0, ['string.(string) list(string)'], (f, text, by) => split(f, text as CelValue, by as CelValue, -1)),
    define('split', 0, ['string.(string, int) list(string)'], split),
    define('substring', 0, ['string.(int) string'], substring),
    define('substring', 0, ['string.(int, int) string'], substring),
    define('join', 0, ['list(string).() string'], (f, list) => join(f, list as CelValue, '')),
    define('join', 0, ['list(string).(string) string'], join),
    define('strings.quote', 29, ['(string) string'], onText(quote)),
  ],
};
