import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

/** What names a finding for ever (decisions.md 4): no version, cluster, file, message or severity. */
export interface FingerprintParts {
  readonly ruleId: string;
  /** API group, empty for the core group. */
  readonly group: string;
  readonly kind: string;
  /** Empty for cluster-scoped objects. */
  readonly namespace: string;
  /** `metadata.name`, else `metadata.generateName`. */
  readonly name: string;
  /** As decisions.md 3 writes paths. */
  readonly path: string;
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const BYTES = 16;

/** `v1:` and 26 characters: base32 (RFC 4648, lower case, no padding) of the first 128 bits of SHA-256 (decisions.md 4). */
export function fingerprint(parts: FingerprintParts): string {
  return `v1:${base32(sha256(utf8ToBytes(fingerprintText(parts))).subarray(0, BYTES))}`;
}

/** What is hashed: the parts joined by U+0000, which none of them can hold. */
export const fingerprintText = ({ ruleId, group, kind, namespace, name, path }: FingerprintParts): string =>
  [ruleId, group, kind, namespace, name, path].join('\u0000');

function base32(bytes: Uint8Array): string {
  let text = '';
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET.charAt((buffer >> bits) & 31);
    }
    buffer &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + ALPHABET.charAt((buffer << (5 - bits)) & 31);
}
