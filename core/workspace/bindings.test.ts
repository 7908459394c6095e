import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Stage } from '#core/policy/model.ts';
import { previewBindings } from '#core/workspace/binding-preview.ts';
import { boundSource, closeness, governor, governsSource, namespaceReach, reachOf } from '#core/workspace/bindings.ts';
import type { BoundSource } from '#core/workspace/bindings.ts';
import { matrixCells, policyPairs } from '#core/workspace/matrix.ts';
import { EMPTY_WORKSPACE } from '#core/workspace/model.ts';
import type { Binding } from '#core/workspace/model.ts';

const CLUSTER: BoundSource = { name: 'harbour', product: 'shop', environment: 'prod', labels: { region: 'eu' } };
const object = (namespace?: string, labels: Readonly<Record<string, string>> = {}) => ({
  ...(namespace === undefined ? {} : { namespace }),
  labels,
});
const strict = (policy: string, more: Omit<Binding, 'policies'> = {}): Binding => ({ policies: { strict: policy }, ...more });
const governs = (bindings: readonly Binding[], namespace?: string, labels = {}, source = CLUSTER) => {
  const found = governor(bindings, source)(object(namespace, labels), 'strict');
  return found.by === 'one' ? found.policy : found.by;
};

const namespaces = fc.constantFrom('shop', 'shop-a', 'pay', '');
const labels = fc.dictionary(fc.constantFrom('tier', 'team'), fc.constantFrom('a', 'b'), { maxKeys: 2 });
const objects = fc.tuple(namespaces, labels).map(([namespace, own]) => object(namespace === '' ? undefined : namespace, own));
const bindingsOf = fc.array(
  fc
    .record(
      {
        product: fc.constantFrom('shop', 'pay'),
        environment: fc.constantFrom('prod', 'test'),
        namespaces: fc.subarray(['shop*', 'pay', '*'], { minLength: 1 }),
        exceptNamespaces: fc.subarray(['shop-*', 'pay'], { minLength: 1 }),
        labels,
        sources: fc.subarray(['harbour', 'other'], { minLength: 1 }),
        sourceLabels: fc.constantFrom({ region: 'eu' }, { region: 'us' }),
      },
      { requiredKeys: [] },
    )
    .chain((rest) =>
      fc
        .constantFrom<Binding['policies']>({ strict: 'p' }, { strict: 'q' }, { baseline: 'p', strict: 'q' }, { baseline: 'b' })
        .map((policies): Binding => ({ policies, ...rest })),
    ),
  { maxLength: 6 },
);
const sources = fc.constantFrom<BoundSource>(
  CLUSTER,
  { name: 'other', labels: {} },
  { name: 'harbour', product: 'shop', labels: {} },
);

describe('the closest binding governs', () => {
  it('product and environment before product, before environment, before neither', () => {
    const all = [
      strict('org'),
      strict('env', { environment: 'prod' }),
      strict('product', { product: 'shop' }),
      strict('cell', { product: 'shop', environment: 'prod' }),
    ];
    expect(all.map(closeness)).toEqual([0, 1, 2, 3]);
    expect([1, 2, 3, 4].map((count) => governs(all.slice(0, count), 'shop'))).toEqual(['org', 'env', 'product', 'cell']);
  });

  it('stage by stage: a closer binding without a stage leaves it to one further out', () => {
    const bindings: readonly Binding[] = [strict('org'), { policies: { baseline: 'base' }, product: 'shop' }];
    expect(governs(bindings, 'shop')).toBe('org');
    expect(governor(bindings, CLUSTER)(object('shop'), 'baseline')).toMatchObject({ by: 'one', policy: 'base' });
  });

  it('and two that are equally close are said, unless they name the same policy', () => {
    expect(governs([strict('a'), strict('b', { namespaces: ['shop'] })], 'shop')).toBe('twice');
    expect(governs([strict('a'), strict('b', { namespaces: ['shop'] })], 'pay')).toBe('a');
    expect(governs([strict('a'), strict('a', { namespaces: ['shop'] })], 'shop')).toBe('a');
    expect(governs([], 'shop')).toBe('none');
  });

  it('law: the order of bindings decides nothing', () => {
    fc.assert(
      fc.property(bindingsOf, sources, objects, (bindings, source, at) => {
        const [there, back] = [governor(bindings, source)(at, 'strict'), governor(bindings.toReversed(), source)(at, 'strict')];
        expect(back.by).toBe(there.by);
        if (there.by === 'one' && back.by === 'one') expect(back.policy).toBe(there.policy);
      }),
    );
  });
});

describe('a binding speaks of', () => {
  it('namespaces by pattern, with exceptions; cluster-scoped objects are in none', () => {
    const bindings = [strict('p', { namespaces: ['shop-*', 'pay'], exceptNamespaces: ['*-x'] })];
    expect(['shop-a', 'pay', 'shop', 'shop-x', undefined].map((namespace) => governs(bindings, namespace))).toEqual([
      'p',
      'p',
      'none',
      'none',
      'none',
    ]);
    expect(governs([strict('p', { exceptNamespaces: ['shop'] })])).toBe('p');
  });

  it('a hostile pattern is answered at once', () => {
    const started = performance.now();
    expect(governs([strict('p', { namespaces: [`${'*a'.repeat(2000)}b`] })], 'a'.repeat(20_000))).toBe('none');
    expect(performance.now() - started).toBeLessThan(500);
  });

  it('objects by their labels, sources by name and by label', () => {
    expect(governs([strict('p', { labels: { tier: 'web' } })], 'shop', { tier: 'web' })).toBe('p');
    expect(governs([strict('p', { labels: { tier: 'web' } })], 'shop', { tier: 'db' })).toBe('none');
    expect(governs([strict('p', { sources: ['harbour'] })], 'shop')).toBe('p');
    expect(governs([strict('p', { sources: ['other'] })], 'shop')).toBe('none');
    expect(governs([strict('p', { sourceLabels: { region: 'eu' } })], 'shop')).toBe('p');
    expect(governs([strict('p', { sourceLabels: { constructor: 'eu' } })], 'shop')).toBe('none');
  });

  it('a source of its product; one that says none may share products by namespace, name or label', () => {
    const shared: BoundSource = { name: 'shared', labels: {} };
    expect(governs([strict('p', { product: 'pay' })], 'pay')).toBe('none');
    expect(governs([strict('p', { product: 'pay', namespaces: ['pay'] })], 'pay')).toBe('none');
    expect(governs([strict('p', { product: 'pay' })], 'pay', {}, shared)).toBe('none');
    expect(governs([strict('p', { product: 'pay', namespaces: ['pay'] })], 'pay', {}, shared)).toBe('p');
  });

  it('a source as the workspace and its runs describe it, the workspace first', () => {
    const entry = { name: 'harbour', kind: 'cluster', product: 'shop', labels: { region: 'eu' }, branches: [] } as const;
    expect(boundSource({ sources: [entry] }, 'harbour', { region: 'us', run: 'x' })).toEqual({
      name: 'harbour',
      product: 'shop',
      labels: { region: 'eu', run: 'x' },
    });
    expect(boundSource({ sources: [] }, 'other', { run: 'x' })).toEqual({ name: 'other', labels: { run: 'x' } });
  });
});

describe('the reach of a policy', () => {
  it('is everything where no binding names it', () => {
    expect(reachOf([strict('p')], CLUSTER, 'unbound')(object('anywhere'))).toBe(true);
    expect(namespaceReach([strict('p')], CLUSTER, 'unbound')('anywhere')).toBe(true);
  });

  it('law: is what governs says, in either stage', () => {
    fc.assert(
      fc.property(bindingsOf, sources, objects, (bindings, source, at) => {
        const bound = bindings.some(({ policies }) => policies.strict === 'p' || policies.baseline === 'p');
        const named = (['baseline', 'strict'] as const).some((stage: Stage) => {
          const found = governor(bindings, source)(at, stage);
          return found.by !== 'none' && found.bindings.some(({ policy }) => policy === 'p');
        });
        expect(reachOf(bindings, source, 'p')(at)).toBe(!bound || named);
      }),
    );
  });

  it('law: is nothing in a source that the policy does not govern', () => {
    fc.assert(
      fc.property(bindingsOf, sources, objects, (bindings, source, at) => {
        if (!governsSource(bindings, source, 'p')) expect(reachOf(bindings, source, 'p')(at)).toBe(false);
      }),
    );
  });

  it('law: in namespaces it covers every object of the reach, and exactly it where no binding has labels', () => {
    fc.assert(
      fc.property(bindingsOf, sources, objects, (bindings, source, at) => {
        const [exact, wide] = [reachOf(bindings, source, 'p')(at), namespaceReach(bindings, source, 'p')(at.namespace ?? '')];
        if (exact) expect(wide).toBe(true);
        if (bindings.every((binding) => binding.labels === undefined)) expect(wide).toBe(exact);
      }),
    );
  });
});

describe('a preview', () => {
  it('counts what each binding governs, what none does and what two claim', () => {
    const bindings = [strict('a'), strict('b', { product: 'shop', namespaces: ['shop'] }), strict('c', { namespaces: ['pay'] })];
    const preview = previewBindings(bindings, CLUSTER, [object('shop'), object('shop'), object('pay'), object()]);
    expect(preview.bindings).toEqual([
      { objects: 2, namespaces: ['pay'] },
      { objects: 2, namespaces: ['shop'] },
      { objects: 1, namespaces: ['pay'] },
    ]);
    expect(preview.none).toEqual({ objects: 0, namespaces: [] });
    expect(preview.twice).toEqual([{ namespace: 'pay', objects: 1, bindings: [0, 2] }]);
    expect(previewBindings([], CLUSTER, [object('shop')]).none).toEqual({ objects: 1, namespaces: ['shop'] });
  });

  it('law: every object is governed by some binding or by none', () => {
    fc.assert(
      fc.property(bindingsOf, sources, fc.array(objects, { maxLength: 10 }), (bindings, source, all) => {
        const preview = previewBindings(bindings, source, all);
        const counted = preview.bindings.reduce((sum, row) => sum + row.objects, preview.none.objects);
        expect(counted).toBeGreaterThanOrEqual(all.length);
        if (preview.none.objects === all.length) expect(counted).toBe(all.length);
      }),
    );
  });
});

describe('the matrix', () => {
  const workspace = {
    ...EMPTY_WORKSPACE,
    products: [{ name: 'shop' }, { name: 'pay' }],
    environments: [
      { name: 'prod', order: 2, production: true },
      { name: 'test', order: 1, production: false },
    ],
    bindings: [
      { policies: { baseline: 'base', strict: 'org' } },
      { policies: { strict: 'prod' }, environment: 'prod' },
      { policies: { strict: 'shop' }, product: 'shop' },
      { policies: { strict: 'cell' }, product: 'shop', environment: 'prod' },
    ],
  };
  const strictAt = (product?: string, environment?: string) => {
    const cell = matrixCells(workspace).find(
      (at) => at.product === product && at.environment === environment && at.stage === 'strict',
    );
    return [cell?.policy, cell?.from];
  };

  it('says for each cell which binding stands there, or stands in', () => {
    expect(strictAt('shop', 'prod')).toEqual(['cell', 'cell']);
    expect(strictAt('shop', 'test')).toEqual(['shop', 'product']);
    expect(strictAt('pay', 'prod')).toEqual(['prod', 'environment']);
    expect(strictAt('pay', 'test')).toEqual(['org', 'organisation']);
    expect(strictAt('shop')).toEqual(['shop', 'cell']);
    expect(strictAt()).toEqual(['org', 'cell']);
  });

  it('has environments in their order, and both stages', () => {
    const cells = matrixCells(workspace).filter(({ product, stage }) => product === 'pay' && stage === 'baseline');
    expect(cells.map(({ environment }) => environment)).toEqual([undefined, 'test', 'prod']);
    expect(matrixCells({ ...workspace, bindings: [] }).some(({ policy }) => policy !== undefined)).toBe(false);
  });

  it('knows which baseline stands beside which strict policy', () => {
    expect(policyPairs(workspace)).toEqual([
      { baseline: 'base', strict: 'org' },
      { baseline: 'base', strict: 'prod' },
      { baseline: 'base', strict: 'shop' },
      { baseline: 'base', strict: 'cell' },
    ]);
  });
});
