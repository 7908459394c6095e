import { hash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Plain JSON, compressed: coverage, requests, places. */
export const packJson = (value: unknown): Uint8Array => deflateRawSync(JSON.stringify(value));

export const unpackJson = <T>(bytes: Uint8Array): T => JSON.parse(inflateRawSync(bytes).toString('utf8')) as T;

export const sha256 = (data: Uint8Array | string): Uint8Array => hash('sha256', data, 'buffer');

/** A JSON column that is NULL where there is nothing to say. */
export function jsonOrNull(value: object | undefined): string | null {
  if (value === undefined) return null;
  for (const _ in value) return JSON.stringify(value);
  return null;
}
