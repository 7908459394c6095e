import { describe, expect, it } from 'vitest';
import { ERROR, FAIL, NOT_EVALUATED, PASS } from '#core/inventory/model.ts';
import { carriedRules, mergeFacts, packFindings, unpackFindings } from './facts.ts';

const rules = (...keys: string[]) => ({ rules: keys.map((key) => ({ id: key.split('@')[0] ?? '', factKey: key })) });

describe('findings as text', () => {
  it('come back as they were', () => {
    const findings = [
      { rule: 0, path: 'spec' },
      { rule: 1, path: 'a', container: 'web' },
      { rule: 1, path: 'a', value: '' },
      { rule: 2, path: 'a', container: 'web', value: '1', reason: 'redacted' },
    ];
    expect(unpackFindings(packFindings(findings))).toEqual(findings);
    expect(packFindings([])).toBeNull();
  });
});

describe('merging facts of an older rule set', () => {
  const old = {
    verdicts: Uint8Array.of(PASS, FAIL, ERROR),
    findings: [
      { rule: 1, path: 'b' },
      { rule: 2, path: 'c', reason: 'x' },
    ],
  };

  it('carries over what did not change, wherever it stands now, and takes the rest from the evaluation', () => {
    const carried = carriedRules(rules('a@1', 'b@1', 'c@1'), rules('c@1', 'new@1', 'a@2', 'b@1'));
    expect([...carried]).toEqual([2, -1, -1, 1]);
    const fresh = {
      verdicts: Uint8Array.of(0, FAIL, NOT_EVALUATED, 0),
      mask: Uint8Array.of(0, 1, 1, 0),
      findings: [
        { rule: 1, path: 'n' },
        { rule: 3, path: 'not asked' },
      ],
    };
    expect(mergeFacts(old, carried, fresh)).toEqual({
      verdicts: Uint8Array.of(ERROR, FAIL, NOT_EVALUATED, FAIL),
      findings: [
        { rule: 0, path: 'c', reason: 'x' },
        { rule: 1, path: 'n' },
        { rule: 3, path: 'b' },
      ],
    });
  });

  it('needs no evaluation where rules were only dropped or reordered', () => {
    const carried = carriedRules(rules('a@1', 'b@1', 'c@1'), rules('b@1', 'a@1'));
    expect(mergeFacts(old, carried, undefined)).toEqual({
      verdicts: Uint8Array.of(FAIL, PASS),
      findings: [{ rule: 0, path: 'b' }],
    });
  });

  it('refuses to invent a verdict', () => {
    const carried = carriedRules(rules('a@1', 'b@1', 'c@1'), rules('a@2'));
    expect(() => mergeFacts(old, carried, undefined)).toThrow('neither evaluated nor known');
  });
});
