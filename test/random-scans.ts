import fc from 'fast-check';
import { VERDICT_CODES } from '#core/inventory/model.ts';
import type { FactFinding, ScanObject } from '#core/inventory/model.ts';
import { objectOf, RULES } from '#core/policy/small-scan.fixture.ts';
import type { DebtEntry, Waiver } from '#core/workspace/model.ts';

/** Random clusters, waivers and debt over the rules of small-scan.fixture.ts, small enough to meet each other often. */

const KINDS = ['Pod', 'apps/Deployment', 'ConfigMap'] as const;
export const NAMESPACES = ['shop', 'shop-eu', 'ops'] as const;
const NAMES = ['a', 'b', 'c'] as const;
const PATHS = [
  'spec.containers[name=web]',
  'spec.containers[name=web].image',
  'spec.containers[name=log].image',
  'spec',
] as const;
export const DAY = '2026-11-29';

const code = fc.constantFrom(
  ...(['pass', 'pass', 'fail', 'fail', 'error', 'notEvaluated', 'notApplicable'] as const).map((verdict) =>
    VERDICT_CODES.indexOf(verdict),
  ),
);
const place = fc.record({ path: fc.constantFrom(...PATHS), template: fc.boolean(), open: fc.constantFrom(false, false, true) });
const labels = fc.constantFrom<Readonly<Record<string, string>>>({}, { app: 'web' }, { app: 'log', tier: 'back' });

function factOf(rule: number, { path, template, open }: { path: string; template: boolean; open: boolean }): FactFinding {
  const container = /name=(\w+)/.exec(path)?.[1];
  return {
    rule,
    path: template ? `spec.template.${path}` : path,
    ...(container === undefined ? {} : { container }),
    ...(open ? { reason: 'redacted' } : {}),
  };
}

const object = fc.record({
  kind: fc.constantFrom(...KINDS),
  namespace: fc.option(fc.constantFrom(...NAMESPACES)),
  name: fc.constantFrom(...NAMES),
  codes: fc.tuple(code, code),
  places: fc.tuple(fc.array(place, { maxLength: 3 }), fc.array(place, { maxLength: 3 })),
  owner: fc.option(fc.nat(7)),
  waivers: fc.constantFrom<Readonly<Record<string, string>>>(
    {},
    {},
    {},
    { limits: 'known' },
    { LIMITS_KEY: 'as before' },
    { secrets: '' },
  ),
  labels,
  idle: fc.constantFrom(false, false, false, true),
});

/** No two objects of one kind, namespace and name; owners are some of them, in circles too. */
export const cluster: fc.Arbitrary<readonly ScanObject[]> = fc
  .uniqueArray(object, { maxLength: 9, selector: ({ kind, namespace, name }) => `${kind} ${namespace ?? ''} ${name}` })
  .map((drawn) =>
    drawn.map(({ kind, namespace, name, codes, places, owner, ...rest }, number): ScanObject => {
      const { namespace: _, ...clusterScoped } = objectOf(
        kind,
        name,
        {},
        {
          ...rest,
          uid: `#${number}`,
          // `limits` says nothing of other kinds.
          verdicts: Uint8Array.from(codes, (one, rule) => (rule === 0 && kind === 'ConfigMap' ? 0 : one)),
          findings: places.flatMap((some, rule) => some.map((one) => factOf(rule, one))),
          ...(owner === null ? {} : { owner: { kind: '', name: '', uid: `#${owner}` } }),
        },
      );
      return namespace === null ? clusterScoped : { ...clusterScoped, namespace };
    }),
  );

const day = fc.constantFrom('2026-11-28', DAY, '2026-12-01');
const ruleId = fc.constantFrom(...RULES.map(({ id }) => id));
const objectName = fc
  .tuple(fc.constantFrom(...KINDS), fc.option(fc.constantFrom(...NAMESPACES)), fc.constantFrom(...NAMES))
  .map(([kind, namespace, name]) => ({
    group: kind.includes('/') ? 'apps' : '',
    kind: kind.replace('apps/', ''),
    ...(namespace === null ? {} : { namespace }),
    name,
  }));

/** Only what a waiver is given stands in it, as in its file. */
const given = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined, freq: 2 });

const waiver: fc.Arbitrary<Omit<Waiver, 'id'>> = fc
  .record({
    rule: ruleId,
    object: given(objectName),
    container: given(fc.constantFrom('web', 'log')),
    path: given(fc.constantFrom(...PATHS)),
    namespaces: given(fc.constantFrom(['shop'], ['shop*'], ['*'])),
    exceptNamespaces: given(fc.constantFrom(['*-eu'], ['ops'])),
    labels: given(fc.constantFrom({ app: 'web' }, { tier: 'back' })),
    policies: given(fc.constantFrom(['some-policy'], ['another'])),
    expires: given(day),
    reason: fc.constantFrom('known', 'later'),
  })
  .map((drawn) => JSON.parse(JSON.stringify(drawn)) as Omit<Waiver, 'id'>);

export const waivers: fc.Arbitrary<readonly Waiver[]> = fc
  .array(waiver, { maxLength: 4 })
  .map((some) => some.map((one, number) => ({ ...one, id: `w${number}` })));

export const debts: fc.Arbitrary<readonly DebtEntry[]> = fc.array(
  fc.record({ rule: ruleId, object: objectName, paths: fc.subarray([...PATHS, ''], { minLength: 1 }) }),
  { maxLength: 4 },
);
