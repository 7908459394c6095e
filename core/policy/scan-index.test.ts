import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VERDICTS } from '#core/model.ts';
import { cluster, DAY, waivers } from '#test/random-scans.ts';
import { findingsOf } from '#core/policy/finding.ts';
import { projectInOnePass } from '#core/policy/one-pass.fixture.ts';
import { project, projectLens } from '#core/policy/project.ts';
import type { Scope } from '#core/policy/model.ts';
import type { Judgement, Projection } from '#core/policy/project.ts';
import { indexScan } from '#core/policy/scan-index.ts';
import { objectOf, POLICY_RULES, RULE_SET } from '#core/policy/small-scan.fixture.ts';

const plain = ({ rules, objects, owned }: Pick<Projection, 'rules' | 'objects' | 'owned'>) => ({
  rules: rules.map(({ rule, counts, byNamespace }) => ({
    id: rule.rule.id,
    counts,
    byNamespace: [...byNamespace].toSorted(([a], [b]) => (a < b ? -1 : 1)),
  })),
  objects,
  owned,
});

type Ordered = Pick<Judgement, 'object' | 'rule'>;

describe('a scan that is rolled up once', () => {
  it('gives every policy what one pass over all objects and rules gives it', () => {
    fc.assert(
      fc.property(cluster, fc.subarray([...POLICY_RULES]), (objects, rules) => {
        const seen = projectLens(indexScan(objects, RULE_SET.rules.length), { rules });
        const expected = projectInOnePass(objects, rules);
        expect(plain(seen)).toEqual(plain(expected));
        const order = ({ object, rule }: Ordered): string => `${rule.index} ${object.id}`;
        const sorted = <T extends Ordered>(judgements: readonly T[]): readonly T[] =>
          judgements.toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
        expect(
          sorted(seen.judgements).map(({ object, verdict, owned, findings }) => [
            object.id,
            verdict,
            owned,
            findings.map(({ path }) => path),
          ]),
        ).toEqual(
          sorted(expected.judgements).map(({ object, verdict, owned, findings }) => [
            object.id,
            verdict,
            owned,
            [...new Set(findings.map(({ path }) => path))],
          ]),
        );
      }),
      { numRuns: 1500 },
    );
  });

  it('is left as it is by looking at it: each policy finds it as the first did', () => {
    fc.assert(
      fc.property(cluster, (objects) => {
        const index = indexScan(objects, RULE_SET.rules.length);
        const first = plain(projectLens(index, { rules: POLICY_RULES }));
        projectLens(index, { rules: POLICY_RULES.slice(1), reach: ({ namespace }) => namespace === 'shop' });
        expect(plain(projectLens(index, { rules: POLICY_RULES }))).toEqual(first);
        expect(plain(project(objects, POLICY_RULES))).toEqual(first);
      }),
      { numRuns: 300 },
    );
  });

  it('has one verdict per object and rule, or leaves it to an owner', () => {
    fc.assert(
      fc.property(cluster, (objects) => {
        const index = indexScan(objects, RULE_SET.rules.length);
        for (const rule of projectLens(index, { rules: POLICY_RULES }).rules) {
          const own = index.objects.filter((_, at) => index.rule(rule.rule.index)?.verdict(at) !== undefined);
          expect(VERDICTS.reduce((sum, verdict) => sum + rule.counts[verdict], 0)).toBe(own.length);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('numbers that need no list', () => {
  it('are those of the list: failing places of each rule, and objects that fail none', () => {
    fc.assert(
      fc.property(cluster, waivers, fc.boolean(), (objects, some, onlyShop) => {
        const index = indexScan(objects, RULE_SET.rules.length);
        const reach = ({ namespace }: (typeof objects)[number]): boolean => !onlyShop || namespace === 'shop';
        const seen = projectLens(index, { rules: POLICY_RULES, waivers: some, today: DAY, reach });
        const failing = seen.judgements.flatMap(findingsOf).filter(({ verdict }) => verdict === 'fail');
        expect(seen.places).toEqual(POLICY_RULES.map((rule) => failing.filter((finding) => finding.rule === rule).length));
        const failingObjects = new Set(failing.map(({ object }) => object));
        const own = index.objects.filter((object, at) => reach(object) && !index.isOwned(at));
        expect(seen.objects).toBe(own.length);
        expect(seen.clean).toBe(own.filter((object) => !failingObjects.has(object)).length);
      }),
      { numRuns: 500 },
    );
  });
});

describe('what a lens does not reach', () => {
  const rulesOf = (scope: Scope) => POLICY_RULES.map((rule) => ({ ...rule, scope }));
  const scopes: fc.Arbitrary<Scope> = fc.record(
    {
      namespaces: fc.constantFrom(['shop'], ['shop*'], ['*']),
      exceptNamespaces: fc.constantFrom(['*-eu'], ['ops']),
      labels: fc.constantFrom({ app: 'web' }, { tier: 'back' }),
    },
    { requiredKeys: [] },
  );

  it('is not counted: a reach and a scope on every rule say the same', () => {
    fc.assert(
      fc.property(cluster, scopes, (objects, scope) => {
        const index = indexScan(objects, RULE_SET.rules.length);
        const inScope = (object: (typeof objects)[number]): boolean => {
          const { namespace = '' } = object;
          const among = scope.namespaces?.some((pattern) =>
            pattern === 'shop' ? namespace === 'shop' : pattern === '*' ? namespace !== '' : namespace.startsWith('shop'),
          );
          const except = scope.exceptNamespaces?.some((pattern) =>
            pattern === 'ops' ? namespace === 'ops' : namespace.endsWith('-eu'),
          );
          const labelled = Object.entries(scope.labels ?? {}).every(([name, value]) => object.labels[name] === value);
          return among !== false && except !== true && labelled;
        };
        const scoped = projectLens(index, { rules: rulesOf(scope) });
        const reached = projectLens(index, { rules: POLICY_RULES, reach: inScope });
        expect(plain(scoped).rules).toEqual(plain(reached).rules);
        const places = ({ judgements }: Projection) => judgements.flatMap(findingsOf).map(({ identity }) => identity);
        expect(places(scoped)).toEqual(places(reached));
        expect(reached.judgements.every(({ object }) => inScope(object))).toBe(true);
        expect(reached.objects + reached.owned).toBe(index.objects.filter(inScope).length);
      }),
      { numRuns: 500 },
    );
  });

  it('and what it does reach adds up with the rest to everything', () => {
    fc.assert(
      fc.property(cluster, (objects) => {
        const index = indexScan(objects, RULE_SET.rules.length);
        const isShop = ({ labels }: (typeof objects)[number]): boolean => labels['app'] === 'web';
        const [all, some, others] = [undefined, isShop, (object: (typeof objects)[number]) => !isShop(object)].map((reach) =>
          projectLens(index, { rules: POLICY_RULES, ...(reach === undefined ? {} : { reach }) }),
        );
        all?.rules.forEach(({ counts }, number) => {
          for (const verdict of VERDICTS)
            expect((some?.rules[number]?.counts[verdict] ?? 0) + (others?.rules[number]?.counts[verdict] ?? 0)).toBe(
              counts[verdict],
            );
        });
        expect((some?.objects ?? 0) + (others?.objects ?? 0)).toBe(all?.objects);
      }),
      { numRuns: 300 },
    );
  });

  it('has no namespace: a cluster-scoped object is in every scope that names none', () => {
    const { namespace: _, ...node } = objectOf('Node', 'n1', { secrets: 'fail' });
    const failing = (scope: Scope) => project([node], rulesOf(scope)).judgements.map(({ object }) => object.name);
    expect(failing({ namespaces: ['*'] })).toEqual([]);
    expect(failing({ exceptNamespaces: ['*'] })).toEqual(['n1']);
  });
});
