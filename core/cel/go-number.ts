/** Numbers as Go reads and prints them (strconv), where JavaScript differs. */

/** Go's %g with the fewest digits: `1e+06`, `+Inf`. */
export function formatG(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '0', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return String(value).includes('e') ? value.toFixed(20).replace(/0+$/, '') : String(value);
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

const DECIMAL = /^[+-]?(?:\d+(?:_?\d+)*\.?(?:\d+(?:_?\d+)*)?|\.\d+(?:_?\d+)*)(?:[eE][+-]?\d+(?:_?\d+)*)?$/;
const HEX = /^([+-]?)0[xX](_?[0-9a-fA-F](?:_?[0-9a-fA-F])*)?(?:\.([0-9a-fA-F](?:_?[0-9a-fA-F])*)?)?[pP]([+-]?\d+)$/;

/** Go's ParseFloat; undefined where it gives an error. */
export function parseFloat64(text: string): number | undefined {
  if (/^[+-]?(?:inf|infinity)$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^nan$/i.test(text)) return Number.NaN;
  if (text.length > 2000) return undefined;
  const hex = HEX.exec(text);
  if (hex !== null) {
    const [, sign = '', whole = '', fraction = '', power = '0'] = hex.map((part) => part?.replaceAll('_', '') ?? '');
    if (whole === '' && fraction === '') return undefined;
    const mantissa = Number(BigInt(`0x${whole}${fraction}`));
    const value = mantissa * 2 ** (Number(power) - 4 * fraction.length);
    return Number.isFinite(value) ? (sign === '-' ? -value : value) : undefined;
  }
  if (!DECIMAL.test(text)) return undefined;
  const value = Number(text.replaceAll('_', ''));
  return Number.isFinite(value) ? value : undefined;
}

/** Go's ParseInt(text, 10, 64), without the range check; undefined where it gives an error. */
export const parseInteger = (text: string): bigint | undefined =>
  /^[+-]?\d{1,30}$/.test(text) ? BigInt(text.replace('+', '')) : undefined;
