import { createHash } from 'node:crypto';

/**
 * Names, ids and dates that a real cluster would have drawn at random. Here all of them follow from what they stand for, so that
 * the sample is the same on every machine and an unchanged object is unchanged in the next snapshot.
 */

const digest = (...parts: readonly string[]): Buffer => createHash('sha256').update(parts.join('\u0000')).digest();

/** A UUID of version 4 form. */
export function uidOf(...parts: readonly string[]): string {
  const bytes = digest('uid', ...parts).subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Letters that Kubernetes uses in generated names: no vowels, so that no words appear. */
const SAFE = 'bcdfghjklmnpqrstvwxz2456789';

export function suffixOf(length: number, ...parts: readonly string[]): string {
  const bytes = digest('suffix', ...parts);
  return Array.from({ length }, (_, i) => SAFE[bytes[i]! % SAFE.length]).join('');
}

/** A whole number from 0 to below `limit`. */
export const numberOf = (limit: number, ...parts: readonly string[]): number =>
  digest('number', ...parts).readUInt32BE(0) % limit;

/** ISO 8601 with whole seconds, as the API server writes it. */
export const isoTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
