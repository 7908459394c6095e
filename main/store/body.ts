import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { parseBody, stringifyBody } from '#main/yaml/json.ts';
import type { JsonValue } from '#core/json.ts';
import { BODY_DICTIONARY } from './body-dictionary.ts';

/** A redacted body as JSON text: integers and doubles exact, a `Redacted` as `{"$redacted": kind}`. Never with a raw newline. */
export const encodeBody = (value: JsonValue): string => stringifyBody(value);

/** The inverse of `encodeBody`. Throws on text that is not JSON. Only for text of our own: what it reads may claim to be redacted. */
export const decodeBody = (text: string): JsonValue => parseBody(text);

/** First byte of a block of bodies: raw deflate (RFC 1951) with BODY_DICTIONARY. A better way gets another number. */
const DEFLATED = 1;
const DICTIONARY = Buffer.from(BODY_DICTIONARY);
/** A low level: bodies resemble each other so much that a higher one takes twice the time for 10 % of space. */
const OPTIONS = { level: 2, chunkSize: 32_768, dictionary: DICTIONARY } as const;
/** JSON escapes a newline, so none stands in a text of `encodeBody`. */
const SEPARATOR = '\n';

/** Compresses texts of `encodeBody` into one block: zlib's set-up takes ten times as long as a body of a common size. */
export function packBodies(texts: readonly string[]): Uint8Array {
  const deflated = deflateRawSync(texts.join(SEPARATOR), OPTIONS);
  const packed = new Uint8Array(deflated.length + 1);
  packed[0] = DEFLATED;
  packed.set(deflated, 1);
  return packed;
}

/** The inverse of `packBodies`, for at least one body. Throws on damaged bytes. */
export function unpackBodies(packed: Uint8Array): readonly string[] {
  if (packed[0] !== DEFLATED) throw new Error(`bodies are packed in the unknown way ${packed[0] ?? 'none'}`);
  return inflateRawSync(packed.subarray(1), { dictionary: DICTIONARY }).toString('utf8').split(SEPARATOR);
}

const MAX_BODIES = 64;
const MAX_CHARACTERS = 256 * 1024;

/** Cuts bodies, in their order, into what becomes one block each: reading one body inflates its whole block. */
export function* cutBlocks<T extends { readonly text: string }>(bodies: Iterable<T>): Generator<readonly T[]> {
  let block: T[] = [];
  let characters = 0;
  for (const body of bodies) {
    if (block.length > 0 && (block.length === MAX_BODIES || characters + body.text.length > MAX_CHARACTERS)) {
      yield block;
      block = [];
      characters = 0;
    }
    block.push(body);
    characters += body.text.length;
  }
  if (block.length > 0) yield block;
}
