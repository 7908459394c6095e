import { Double, Redacted } from '../json.ts';
import { describe } from '../describe.ts';
import { spendOnAll, type Effort } from '../effort.ts';
import { WORK_LIMIT } from '../frame.ts';
import { IpAddress, Network } from '../libraries/ip-address.ts';
import { Url } from '../libraries/url-value.ts';
import { Duration, Timestamp } from '../time.ts';
import {
  Bytes,
  CelMap,
  CelObject,
  isList,
  isMap,
  keysOf,
  lookup,
  Optional,
  TypeValue,
  Uint,
  type CelRecord,
  type CelValue,
} from '../values.ts';

/** A value as one line of JSON, and whether cel-oracle writes the very same. */
export interface WireValue {
  readonly json: string;
  /**
   * false: JSON has no form for it (a map with numbers for keys, a type or an address inside a list), and each side writes
   * a text in its own way.
   */
  readonly exact: boolean;
}

const exact = (json: string): WireValue => ({ json, exact: true });
const loose = (value: CelValue): WireValue => ({ json: JSON.stringify(describe(value)), exact: false });

/**
 * As cel-oracle writes the value of an expression: numbers and texts as they are, the rest as protobuf's JSON mapping has it.
 * undefined: it is too large, as a list can be that holds another many times over.
 */
export function wireValue(value: CelValue): WireValue | undefined {
  // At the root all digits stay; inside lists and maps integers beyond 2^53 become texts.
  if (typeof value === 'bigint') return exact(String(value));
  if (value instanceof Uint) return exact(String(value.unsigned));
  if (value instanceof TypeValue) return exact(JSON.stringify(value.celType));
  if (value instanceof Optional) return value.held === undefined ? exact('"<nil>"') : wireValue(value.held);
  let left = WORK_LIMIT;
  const json = inner(value, { spend: (steps) => (left -= steps) >= 0 });
  if (left < 0) return undefined;
  return json === undefined ? loose(value) : exact(json);
}

function inner(value: CelValue, effort: Effort): string | undefined {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return spendOnAll(effort, value.length) ? JSON.stringify(value.toWellFormed()) : undefined;
  if (typeof value === 'number') return number(value);
  if (typeof value === 'bigint') return `"${value}"`;
  if (value instanceof Double) return Number.isFinite(value.value) ? number(value.value) : undefined;
  if (isList(value))
    return spendOnAll(effort, value.length)
      ? together(
          value.map((each) => inner(each, effort)),
          (parts) => `[${parts.join(',')}]`,
        )
      : undefined;
  if (value instanceof Redacted) return undefined;
  if (value instanceof CelObject && !(value instanceof CelMap)) return ofObject(value, effort);
  return isMap(value) ? ofMap(value, effort) : undefined;
}

function ofMap(map: CelRecord | CelMap, effort: Effort): string | undefined {
  const keys = keysOf(map);
  if (!spendOnAll(effort, 8 * keys.length)) return undefined;
  const entries = keys.map((key) => {
    const text = nameOf(key);
    const json = text === undefined ? undefined : inner(lookup(map, key) ?? null, effort);
    return json === undefined ? undefined : `${JSON.stringify(text?.toWellFormed())}:${json}`;
  });
  return together(entries, (parts) => `{${parts.join(',')}}`);
}

/** What JSON calls an entry: texts, and values of Kubernetes' types that are texts to Go. */
function nameOf(key: CelValue): string | undefined {
  if (typeof key === 'string') return key;
  if (key instanceof Url || key instanceof IpAddress || key instanceof Network) return key.toString();
  return key instanceof Optional && key.held !== undefined ? nameOf(key.held) : undefined;
}

function ofObject(value: CelObject, effort: Effort): string | undefined {
  if (value instanceof Uint)
    return value.unsigned > BigInt(Number.MAX_SAFE_INTEGER) ? `"${value.unsigned}"` : String(value.unsigned);
  if (value instanceof Bytes) return JSON.stringify(base64(value.octets));
  if (value instanceof Timestamp || value instanceof Duration) return JSON.stringify(value.toString());
  if (value instanceof Optional && value.held !== undefined) return inner(value.held, effort);
  return undefined;
}

const number = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));

const together = (parts: readonly (string | undefined)[], join: (known: readonly string[]) => string): string | undefined => {
  const known = parts.filter((part) => part !== undefined);
  return known.length === parts.length ? join(known) : undefined;
};

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Of a text with one char per byte. */
function base64(octets: string): string {
  let out = '';
  for (let at = 0; at < octets.length; at += 3) {
    const rest = octets.length - at;
    const bits = (octets.charCodeAt(at) << 16) | ((octets.charCodeAt(at + 1) || 0) << 8) | (octets.charCodeAt(at + 2) || 0);
    const digit = (shift: number): string => ALPHABET.charAt((bits >> shift) & 63);
    out += digit(18) + digit(12) + (rest > 1 ? digit(6) : '=') + (rest > 2 ? digit(0) : '=');
  }
  return out;
}
