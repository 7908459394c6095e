import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fingerprint } from '#core/rules/fingerprint.ts';

const PARTS = {
  ruleId: 'memory-limit',
  group: 'apps',
  kind: 'Deployment',
  namespace: 'shop',
  name: 'web',
  path: 'spec.template.spec.containers[name=web].resources.limits.memory',
};

/** Base32 as RFC 4648 describes it, the slow way: the bits as text, five at a time. */
function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((five) => 'abcdefghijklmnopqrstuvwxyz234567'[Number.parseInt(five.padEnd(5, '0'), 2)])
    .join('');
}

describe('fingerprint (decisions.md 4)', () => {
  it('is v1 and the first 128 bits of SHA-256 over the parts, in base32', () => {
    const digest = createHash('sha256')
      .update(['memory-limit', 'apps', 'Deployment', 'shop', 'web', PARTS.path].join('\u0000'), 'utf8')
      .digest()
      .subarray(0, 16);
    expect(fingerprint(PARTS)).toBe(`v1:${base32(digest)}`);
    expect(fingerprint(PARTS)).toMatch(/^v1:[a-z2-7]{26}$/);
  });

  it('never changes: this one is stored in reports', () => {
    expect(fingerprint({ ...PARTS, name: 'größe' })).toBe('v1:ul32xrcim4pcx7zacepaduq5bq');
  });

  it('differs with every part', () => {
    const others = Object.keys(PARTS).map((key) => fingerprint({ ...PARTS, [key]: 'x' }));
    expect(new Set([fingerprint(PARTS), ...others]).size).toBe(7);
  });

  it('does not confuse neighbouring parts', () => {
    expect(fingerprint({ ...PARTS, namespace: 'a', name: 'bc' })).not.toBe(fingerprint({ ...PARTS, namespace: 'ab', name: 'c' }));
  });
});
