import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { parseBody, stringifyBody } from '#main/yaml/json.ts';
import type { JsonValue } from '#core/json.ts';
import { BODY_DICTIONARY } from './body-dictionary.ts';

/** A redacted body as JSON text: integers and doubles exact, a `Redacted` as `{"$redacted": kind}`. */
export const encodeBody = (value: JsonValue): string => stringifyBody(value);

/** The inverse of `encodeBody`. Throws on text that is not JSON. Only for text of our own: what it reads may claim to be redacted. */
export const decodeBody = (text: string): JsonValue => parseBody(text);

/** First byte of a packed body: raw deflate (RFC 1951) with BODY_DICTIONARY. A better way gets another number. */
const DEFLATED = 1;
const DICTIONARY = Buffer.from(BODY_DICTIONARY);
/** A low level and a small state take half of zlib's usual time for texts of a few KiB, and cost 6 % of space. */
const OPTIONS = { level: 2, windowBits: 14, memLevel: 6, chunkSize: 4096, dictionary: DICTIONARY } as const;

/** Compresses the text of a body for storing. */
export function packBody(text: string): Uint8Array {
  const deflated = deflateRawSync(text, OPTIONS);
  const packed = new Uint8Array(deflated.length + 1);
  packed[0] = DEFLATED;
  packed.set(deflated, 1);
  return packed;
}

/** The inverse of `packBody`. Throws on damaged bytes. */
export function unpackBody(packed: Uint8Array): string {
  if (packed[0] !== DEFLATED) throw new Error(`a body is packed in the unknown way ${packed[0] ?? 'none'}`);
  return inflateRawSync(packed.subarray(1), { dictionary: DICTIONARY }).toString('utf8');
}
