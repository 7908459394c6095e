import { describe, expect, it } from 'vitest';
import type { Policy } from '#core/rules/model.ts';
import { loadShippedLibrary } from '#main/library.ts';
import { bundleDigest } from '#main/scan/library-facts.ts';

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load: npm run rules:check says why');
const library = shipped.value;
const policy: Policy = { name: 'shop', title: '', description: '', rules: { 'memory-limit': { mode: 'deny' } } };

describe('the bundle digest', () => {
  it('is another where annotations let objects off in a cluster too, and only then', () => {
    const plain = bundleDigest(policy, library);
    expect(bundleDigest({ ...policy, exportAnnotationWaivers: false }, library)).toBe(plain);
    expect(bundleDigest({ ...policy, exportAnnotationWaivers: true }, library)).not.toBe(plain);
  });
});
