import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { daysLeft, isLive, waiverState, waiverTest } from '#core/decide/waivers.ts';
import { VERDICTS } from '#core/model.ts';
import { cluster, DAY, waivers } from '#test/random-scans.ts';
import { findingsOf } from '#core/policy/finding.ts';
import { projectLens } from '#core/policy/project.ts';
import type { Projection } from '#core/policy/project.ts';
import { indexScan } from '#core/policy/scan-index.ts';
import { objectOf, POLICY_RULES, RULE_SET } from '#core/policy/small-scan.fixture.ts';
import type { ScanObject } from '#core/inventory/model.ts';
import type { Waiver } from '#core/workspace/model.ts';

const through = (objects: readonly ScanObject[], some: readonly Waiver[], today = DAY): Projection =>
  projectLens(indexScan(objects, RULE_SET.rules.length), { rules: POLICY_RULES, policy: 'some-policy', waivers: some, today });
const failures = ({ rules }: Projection): number => rules.reduce((sum, { counts }) => sum + counts.fail, 0);
const failingPlaces = ({ judgements }: Projection): readonly string[] =>
  judgements.flatMap(findingsOf).flatMap(({ verdict, identity }) => (verdict === 'fail' ? [identity] : []));
const waiver = (parts: Partial<Waiver>): Waiver => ({ id: 'w', rule: 'limits', reason: 'known', ...parts });

describe('waivers', () => {
  it('never turn anything into a pass: each verdict stays, or a failure becomes `waived`', () => {
    fc.assert(
      fc.property(cluster, waivers, (objects, some) => {
        const [before, after] = [through(objects, []), through(objects, some)];
        after.rules.forEach(({ counts }, number) => {
          const bare = before.rules[number]?.counts;
          for (const verdict of ['pass', 'notApplicable', 'error', 'notEvaluated'] as const)
            expect(counts[verdict]).toBe(bare?.[verdict]);
          expect(counts.fail + counts.waived).toBe((bare?.fail ?? 0) + (bare?.waived ?? 0));
        });
      }),
    );
  });

  it('never change how many verdicts there are, in any namespace', () => {
    fc.assert(
      fc.property(cluster, waivers, (objects, some) => {
        const sums = ({ rules }: Projection) =>
          rules.map(({ byNamespace }) =>
            [...byNamespace].map(([name, counts]) => [name, VERDICTS.reduce((sum, verdict) => sum + counts[verdict], 0)]),
          );
        expect(sums(through(objects, some))).toEqual(sums(through(objects, [])));
      }),
    );
  });

  it('never hide a place: what they let off stands as waived beside what fails', () => {
    fc.assert(
      fc.property(cluster, waivers, (objects, some) => {
        const places = ({ judgements }: Projection) => judgements.flatMap(findingsOf).map(({ identity }) => identity);
        const seen = through(objects, some);
        expect(places(seen)).toEqual(places(through(objects, [])));
        for (const judgement of seen.judgements) {
          const verdicts = findingsOf(judgement).map(({ verdict }) => verdict);
          if (judgement.verdict === 'fail') expect(verdicts).toContain('fail');
          else expect(new Set(verdicts)).toEqual(new Set([judgement.verdict]));
        }
      }),
    );
  });

  it('only lower failures: taking one away never lowers them, place by place', () => {
    fc.assert(
      fc.property(cluster, waivers, fc.nat(3), (objects, some, which) => {
        const [all, fewer] = [
          through(objects, some),
          through(
            objects,
            some.filter((_, number) => number !== which),
          ),
        ];
        expect(failures(fewer)).toBeGreaterThanOrEqual(failures(all));
        expect(failingPlaces(fewer)).toEqual(expect.arrayContaining([...failingPlaces(all)]));
      }),
    );
  });

  it('that are expired, or of another policy, have no effect', () => {
    fc.assert(
      fc.property(cluster, waivers, (objects, some) => {
        const counting = some.filter(
          (one) => (one.expires ?? DAY) >= DAY && (one.policies === undefined || one.policies.includes('some-policy')),
        );
        expect(failingPlaces(through(objects, some))).toEqual(failingPlaces(through(objects, counting)));
        expect(failingPlaces(through(objects, some, '2027-01-01'))).toEqual(
          failingPlaces(
            through(
              objects,
              some.filter(({ expires }) => expires === undefined),
              '2027-01-01',
            ),
          ),
        );
      }),
    );
  });

  it('give their reason and id to what they let off', () => {
    const [finding] = through(
      [objectOf('Pod', 'web', { limits: 'fail' })],
      [waiver({ id: 'w7', namespaces: ['shop'] })],
    ).judgements.flatMap(findingsOf);
    expect(finding).toMatchObject({ verdict: 'waived', reason: 'known', waiver: 'w7' });
  });
});

describe('a waiver fits', () => {
  const pod = (more: Partial<ScanObject> = {}) => objectOf('Pod', 'web', {}, more);
  const fits = (parts: Partial<Waiver>, object = pod()) => waiverTest(waiver(parts)).object(object);
  const covers = (parts: Partial<Waiver>, path: string, container?: string) =>
    waiverTest(waiver(parts)).place({ rule: 0, path, ...(container === undefined ? {} : { container }) });

  it('one object, whatever its version', () => {
    const named = { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' };
    const deployment = objectOf('apps/Deployment', 'web', {});
    expect(fits({ object: named }, deployment)).toBe(true);
    expect(fits({ object: named }, { ...deployment, apiVersion: 'apps/v1beta1' })).toBe(true);
    for (const other of [{ group: '' }, { kind: 'Pod' }, { namespace: 'ops' }, { name: 'api' }])
      expect(fits({ object: { ...named, ...other } }, deployment)).toBe(false);
    const { namespace: _, ...clusterScoped } = named;
    expect(fits({ object: clusterScoped }, deployment)).toBe(false);
  });

  it('namespaces by pattern, but for exceptions', () => {
    const inNamespace = (namespace: string, parts: Partial<Waiver>) => fits(parts, pod({ namespace }));
    expect(inNamespace('shop-eu', { namespaces: ['shop-*'] })).toBe(true);
    expect(inNamespace('shop', { namespaces: ['shop-*'] })).toBe(false);
    expect(inNamespace('a-b-c', { namespaces: ['a*b*c'] })).toBe(true);
    expect(inNamespace('ac', { namespaces: ['a*b*c'] })).toBe(false);
    expect(inNamespace('aba', { namespaces: ['ab*ba'] })).toBe(false);
    expect(inNamespace('team.one', { namespaces: ['team?one', 'team.*'] })).toBe(true);
    expect(inNamespace('shop-eu', { namespaces: ['shop-*'], exceptNamespaces: ['*-eu'] })).toBe(false);
    expect(inNamespace('ops', { exceptNamespaces: ['*-eu'] })).toBe(true);
  });

  it('labels that the object has itself, all of them', () => {
    expect(fits({ labels: { app: 'web' } }, pod({ labels: { app: 'web', tier: 'x' } }))).toBe(true);
    expect(fits({ labels: { app: 'web', tier: 'y' } }, pod({ labels: { app: 'web' } }))).toBe(false);
    expect(fits({ labels: { constructor: 'web' } })).toBe(false);
  });

  it('a container, or a path and what lies below it, however it is quoted', () => {
    expect(covers({ container: 'web' }, 'spec.containers[name=web].image', 'web')).toBe(true);
    expect(covers({ container: 'web' }, 'spec.hostPID')).toBe(false);
    for (const path of ['spec.a', 'spec.a.b', 'spec.a[0]', "spec.a['x.y']"]) expect(covers({ path: 'spec.a' }, path)).toBe(true);
    for (const path of ['spec.ab', 'spec', '']) expect(covers({ path: 'spec.a' }, path)).toBe(false);
    expect(covers({ path: "spec.c[name='web']" }, 'spec.c[name=web].image')).toBe(true);
    expect(covers({ path: '' }, 'anything')).toBe(true);
  });
});

describe('on a day', () => {
  it('a waiver counts to the end of its last day', () => {
    expect(['2026-11-28', '2026-11-29', '2026-11-30'].map((today) => isLive({ expires: '2026-11-29' }, today))).toEqual([
      true,
      true,
      false,
    ]);
    expect(isLive({}, '9999-12-31')).toBe(true);
  });

  it('a waiver is expiring from a number of days before its last', () => {
    const state = (today: string) => waiverState(waiver({ expires: '2026-03-31' }), today, 14);
    expect(['2026-03-16', '2026-03-17', '2026-03-31', '2026-04-01'].map(state)).toEqual([
      'live',
      'expiring',
      'expiring',
      'expired',
    ]);
    expect(waiverState(waiver({}), DAY, 14)).toBe('live');
    expect(daysLeft({ expires: '2026-03-31' }, '2026-03-01')).toBe(30);
  });
});
