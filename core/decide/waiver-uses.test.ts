import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { annotationUses, fileWaiverUses } from '#core/decide/waiver-uses.ts';
import type { WaiverScene } from '#core/decide/waiver-uses.ts';
import { MATCHERS } from '#core/evaluate/small-rules.fixture.ts';
import type { ScanObject } from '#core/inventory/model.ts';
import type { CoverageEntry } from '#core/model.ts';
import { blindAt } from '#core/policy/blind.ts';
import { cluster, DAY, waivers } from '#test/random-scans.ts';
import { viewCoverage } from '#core/policy/coverage.ts';
import { findingsOf } from '#core/policy/finding.ts';
import { projectLens } from '#core/policy/project.ts';
import { indexScan } from '#core/policy/scan-index.ts';
import { entryOf, objectOf, ownedBy, POLICY_RULES, RULE_SET } from '#core/policy/small-scan.fixture.ts';
import type { Waiver } from '#core/workspace/model.ts';

const KINDS = ['Pod', 'apps/Deployment', 'ConfigMap'];
const READ = KINDS.map((kind) => entryOf(kind));

function sceneOf(
  objects: readonly ScanObject[],
  some: readonly Waiver[] = [],
  entries: readonly CoverageEntry[] = READ,
): WaiverScene {
  const coverage = viewCoverage(entries);
  const rules = POLICY_RULES;
  const lens = { rules, policy: 'some-policy', waivers: some, today: DAY };
  const { judgements } = projectLens(indexScan(objects, RULE_SET.rules.length), lens);
  const blind = blindAt({ rules, objects, coverage });
  return { ...lens, judgements, objects, coverage, matchers: MATCHERS, blind, expiringDays: 14 };
}
const statesOf = (objects: readonly ScanObject[], some: readonly Waiver[], entries = READ) =>
  fileWaiverUses(some, sceneOf(objects, some, entries)).map(({ state, findings, objects: on }) => [state, findings, on]);

const waiver = (parts: Partial<Waiver>): Waiver => ({ id: 'w', rule: 'limits', reason: 'known', namespaces: ['shop'], ...parts });
const fails = objectOf('Pod', 'web', { limits: 'fail' });
const passes = objectOf('Pod', 'web', { limits: 'pass' });

describe('a file waiver', () => {
  it('says how many places it covers, and on how many objects', () => {
    expect(statesOf([fails, objectOf('Pod', 'api', { limits: 'fail' })], [waiver({})])).toEqual([['live', 2, 2]]);
    expect(statesOf([fails], [waiver({ expires: '2026-12-01' })])).toEqual([['expiring', 1, 1]]);
    expect(statesOf([fails], [waiver({ expires: '2026-11-01' })])).toEqual([['expired', 1, 1]]);
  });

  it('is stale where all that it could fit was judged and nothing of it fails', () => {
    expect(statesOf([passes], [waiver({})])).toEqual([['stale', 0, 0]]);
    const gone = { group: '', kind: 'Pod', namespace: 'shop', name: 'gone' };
    expect(statesOf([passes], [waiver({ object: gone })])).toEqual([['stale', 0, 0]]);
    expect(statesOf([passes], [waiver({ expires: '2026-11-01' })])).toEqual([['expired', 0, 0]]);
  });

  it('is not stale where something is missing: rights, namespaces, verdicts', () => {
    const forbidden = [entryOf('Pod', 'forbidden'), entryOf('apps/Deployment')];
    expect(statesOf([], [waiver({})], forbidden)).toEqual([['live', 0, 0]]);
    const elsewhere = [entryOf('Pod', 'complete', 'ops'), entryOf('apps/Deployment', 'complete', 'ops')];
    expect(statesOf([], [waiver({})], elsewhere)).toEqual([['live', 0, 0]]);
    for (const verdict of ['error', 'notEvaluated'] as const)
      expect(statesOf([objectOf('Pod', 'web', { limits: verdict })], [waiver({})])).toEqual([['live', 0, 0]]);
  });

  it('is not stale in a cluster that has not even the namespace', () => {
    expect(statesOf([passes], [waiver({ namespaces: ['pay-*'] })])).toEqual([['live', 0, 0]]);
    expect(statesOf([], [waiver({})])).toEqual([['live', 0, 0]]);
  });

  it('is not stale in a policy in which it does not count, or its rule is off', () => {
    expect(statesOf([passes], [waiver({ policies: ['another'] })])).toEqual([['live', 0, 0]]);
    expect(statesOf([passes], [waiver({ rule: 'unknown-rule' })])).toEqual([['live', 0, 0]]);
  });

  it('of a Pod is not stale while the Pod fails at its owner', () => {
    const owner = objectOf('apps/Deployment', 'web', { limits: 'fail' }, { uid: 'd' });
    const pod = objectOf('Pod', 'web-1', { limits: 'fail' }, ownedBy(owner));
    const named = waiver({ object: { group: '', kind: 'Pod', namespace: 'shop', name: 'web-1' } });
    expect(statesOf([owner, pod], [named])).toEqual([['live', 0, 0]]);
  });

  it('that is stale can go: no place fails for it', () => {
    fc.assert(
      fc.property(cluster, waivers, (objects, some) => {
        const places = (kept: readonly Waiver[]) =>
          sceneOf(objects, kept)
            .judgements.flatMap(findingsOf)
            .map(({ identity, verdict }) => [identity, verdict]);
        const uses = fileWaiverUses(some, sceneOf(objects, some));
        expect(places(uses.filter(({ state }) => state !== 'stale').map((use) => use.waiver))).toEqual(places(some));
      }),
    );
  });

  it('never becomes stale because a kind could not be read', () => {
    fc.assert(
      fc.property(cluster, waivers, fc.constantFrom(...KINDS), (objects, some, lost) => {
        const kind = lost.replace('apps/', '');
        const entries = KINDS.map((one) => entryOf(one, one === lost ? 'forbidden' : 'complete'));
        const before = statesOf(objects, some);
        const after = statesOf(
          objects.filter((object) => object.kind !== kind),
          some,
          entries,
        );
        after.forEach(([state], number) => {
          if (state === 'stale') expect(before[number]?.[0]).toBe('stale');
        });
      }),
    );
  });
});

describe('an annotation', () => {
  const usesOf = (objects: readonly ScanObject[]) =>
    annotationUses(sceneOf(objects)).map(({ object, annotation, reason, state, findings }) => [
      object.name,
      annotation,
      reason,
      state,
      findings,
    ]);

  it('is listed with its object, key and reason', () => {
    const datree = objectOf('Pod', 'old', { limits: 'fail' }, { waivers: { LIMITS_KEY: 'as before' } });
    expect(usesOf([{ ...fails, waivers: { limits: 'known' } }, datree])).toEqual([
      ['web', 'plimsoll.dev/waive.limits', 'known', 'live', 1],
      ['old', 'datree.skip/LIMITS_KEY', 'as before', 'live', 1],
    ]);
  });

  it('is stale where the rule passes or says nothing, not where it could not be judged', () => {
    const state = (verdict: 'pass' | 'notApplicable' | 'error' | 'notEvaluated') =>
      usesOf([objectOf('Pod', 'web', { limits: verdict }, { waivers: { limits: '' } })])[0]?.[3];
    expect((['pass', 'notApplicable', 'error', 'notEvaluated'] as const).map(state)).toEqual(['stale', 'stale', 'live', 'live']);
  });

  it('that a template hands down is listed once', () => {
    const waived = { waivers: { limits: 'known' } };
    const owner = objectOf('apps/Deployment', 'web', { limits: 'fail' }, { uid: 'd', ...waived });
    const pod = objectOf('Pod', 'web-1', { limits: 'fail' }, { ...ownedBy(owner), ...waived });
    expect(usesOf([owner, pod]).map(([name, , , state]) => [name, state])).toEqual([['web', 'live']]);
  });
});
