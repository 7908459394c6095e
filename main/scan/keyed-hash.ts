import { hash } from 'node:crypto';

const BLOCK = 64;
const DIGEST = 32;

/**
 * HMAC-SHA-256 (RFC 2104) out of Node's one-shot hashes: `createHmac` makes a stream for every text, which takes longer than
 * hashing an object of common size.
 */
export class KeyedHash {
  /** The inner key, then the text at hand. */
  #inner: Buffer;
  /** The outer key, then the inner digest. */
  readonly #outer = Buffer.alloc(BLOCK + DIGEST);

  constructor(key: Uint8Array) {
    const short = key.length > BLOCK ? hash('sha256', key, 'buffer') : key;
    this.#inner = Buffer.alloc(BLOCK + 16 * 1024);
    for (let i = 0; i < BLOCK; i++) {
      this.#inner[i] = (short[i] ?? 0) ^ 0x36;
      this.#outer[i] = (short[i] ?? 0) ^ 0x5c;
    }
  }

  digest(text: string): Uint8Array {
    // A code unit takes at most three bytes of UTF-8.
    const most = BLOCK + text.length * 3;
    if (this.#inner.length < most) {
      const larger = Buffer.alloc(most * 2);
      this.#inner.copy(larger, 0, 0, BLOCK);
      this.#inner = larger;
    }
    const length = this.#inner.write(text, BLOCK, 'utf8');
    hash('sha256', this.#inner.subarray(0, BLOCK + length), 'buffer').copy(this.#outer, BLOCK);
    return hash('sha256', this.#outer, 'buffer');
  }
}
