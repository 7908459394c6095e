import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MATCHERS } from '#core/evaluate/small-rules.fixture.ts';
import type { FactVerdict, ScanObject } from '#core/inventory/model.ts';
import type { CoverageEntry, CoverageStatus } from '#core/model.ts';
import { blindTo } from '#core/policy/blind.ts';
import { viewCoverage } from '#core/policy/coverage.ts';
import { diffFindings } from '#core/policy/diff.ts';
import { entryOf, objectOf, POLICY_RULES, seen } from '#core/policy/small-scan.fixture.ts';
import { byPlace, proposeBaseline } from '#core/ratchet/baseline.ts';

/*
 * design/product.md: what could not be read is never a pass. Whatever rights are taken away between two scans of one and the same
 * cluster, no rule begins to hold, no failure is fixed, and none is new.
 */

const KINDS = ['Pod', 'apps/Deployment', 'ConfigMap'] as const;
const NAMESPACES = ['shop', 'ops'] as const;
const verdict = fc.constantFrom<FactVerdict>('pass', 'pass', 'fail', 'error', 'notEvaluated', 'notApplicable');

const object = fc
  .record({
    kind: fc.constantFrom(...KINDS),
    namespace: fc.constantFrom(...NAMESPACES),
    name: fc.constantFrom('a', 'b', 'c'),
    limits: verdict,
    secrets: verdict,
    owner: fc.option(fc.nat(5)),
    waived: fc.constantFrom(undefined, 'limits', 'secrets'),
    idle: fc.constantFrom(false, false, false, true),
  })
  .map(({ kind, namespace, name, limits, secrets, owner, waived, idle }) =>
    objectOf(
      kind,
      name,
      { secrets, ...(kind === 'ConfigMap' ? {} : { limits }) },
      {
        namespace,
        idle,
        waivers: waived === undefined ? {} : { [waived]: 'known' },
        ...(owner === null ? {} : { owner: { kind: '', name: '', uid: `#${owner}` } }),
      },
    ),
  );

/** A cluster: no two objects of one kind, namespace and name; owners are some of them. */
const cluster = fc.array(object, { maxLength: 8 }).map((objects) => {
  const unique = [...new Map(objects.map((one) => [`${one.kind} ${one.namespace ?? ''} ${one.name}`, one])).values()];
  return unique.map((one, index): ScanObject => ({ ...one, uid: `#${index}` }));
});

interface Restriction {
  readonly kind: string;
  readonly status: CoverageStatus;
  /** Namespaces in which the kind could be read after all. */
  readonly namespaces: readonly string[];
  /** The group did not even say what it serves. */
  readonly discovery: boolean;
}

const restriction: fc.Arbitrary<Restriction> = fc.record({
  kind: fc.constantFrom(...KINDS),
  status: fc.constantFrom<CoverageStatus>(
    'forbidden',
    'unauthorized',
    'timeout',
    'serverError',
    'expired',
    'cancelled',
    'notFound',
  ),
  namespaces: fc.subarray([...NAMESPACES]),
  discovery: fc.boolean(),
});

interface Scan {
  readonly objects: readonly ScanObject[];
  readonly entries: readonly CoverageEntry[];
}

const whole = (objects: readonly ScanObject[]): Scan => ({ objects, entries: KINDS.map((kind) => entryOf(kind)) });
const kindOf = ({ apiVersion, kind }: ScanObject): string => (apiVersion === 'v1' ? kind : `${apiVersion.split('/')[0]}/${kind}`);

function restricted(scan: Scan, { kind, status, namespaces, discovery }: Restriction): Scan {
  const [group] = kind.includes('/') ? kind.split('/') : [''];
  const isLost = discovery && group !== '';
  const kept = isLost ? [] : namespaces;
  const others = scan.entries.filter((entry) => `${entry.group === '' ? '' : `${entry.group}/`}${entry.kind}` !== kind);
  return {
    objects: scan.objects.filter((one) => kindOf(one) !== kind || kept.includes(one.namespace ?? '')),
    entries: [
      ...others,
      isLost ? entryOf(`${group}/*`, status) : entryOf(kind, status),
      ...kept.map((name) => entryOf(kind, 'complete', name)),
    ],
  };
}

const sideOf = ({ objects, entries }: Scan) => ({
  findings: seen(objects).findings,
  blind: blindTo({ rules: POLICY_RULES, objects, coverage: viewCoverage(entries) }),
});
const holds = ({ objects, entries }: Scan): readonly string[] =>
  byPlace(proposeBaseline([{ ...seen(objects).projection, coverage: viewCoverage(entries), source: 'cluster' }], MATCHERS)).holds;

const RUNS = { numRuns: 1500 };

describe('taking rights away', () => {
  const scans = fc
    .tuple(cluster, fc.uniqueArray(restriction, { selector: ({ kind }) => kind, minLength: 1 }))
    .map(([objects, restrictions]) => {
      const before = whole(objects);
      return { before, after: restrictions.reduce(restricted, before) };
    });

  it('makes no rule hold', () => {
    fc.assert(
      fc.property(scans, ({ before, after }) => {
        const held = holds(before);
        expect(holds(after).filter((rule) => !held.includes(rule))).toEqual([]);
      }),
      RUNS,
    );
  });

  it('fixes nothing and breaks nothing; giving them back neither', () => {
    fc.assert(
      fc.property(scans, ({ before, after }) => {
        for (const [from, to] of [
          [before, after],
          [after, before],
        ] as const) {
          const diff = diffFindings(sideOf(from), sideOf(to));
          expect({ fixed: diff.fixed.map(({ identity }) => identity), new: diff.new.map(({ identity }) => identity) }).toEqual({
            fixed: [],
            new: [],
          });
        }
      }),
      RUNS,
    );
  });

  it('lowers what is said to be covered', () => {
    fc.assert(
      fc.property(scans, ({ after }) => {
        expect(viewCoverage(after.entries).share).toBeLessThan(1);
      }),
      { numRuns: 200 },
    );
  });
});

describe('asking for fewer namespaces', () => {
  it('fixes nothing and breaks nothing', () => {
    fc.assert(
      fc.property(cluster, fc.constantFrom(...NAMESPACES), (objects, namespace) => {
        const part: Scan = {
          objects: objects.filter((one) => one.namespace === namespace),
          entries: KINDS.map((kind) => entryOf(kind, 'complete', namespace)),
        };
        const diff = diffFindings(sideOf(whole(objects)), sideOf(part));
        expect(diff.fixed).toEqual([]);
        expect(diffFindings(sideOf(part), sideOf(whole(objects))).new).toEqual([]);
      }),
      RUNS,
    );
  });
});

describe('the same scan twice', () => {
  it('has nothing new and nothing fixed', () => {
    fc.assert(
      fc.property(cluster, (objects) => {
        const diff = diffFindings(sideOf(whole(objects)), sideOf(whole(objects.toReversed())));
        expect([diff.new, diff.fixed, diff.incomparable]).toEqual([[], [], []]);
        expect(diff.unchanged).toBe(seen(objects).findings.filter((finding) => finding.verdict === 'fail').length);
      }),
      RUNS,
    );
  });
});
