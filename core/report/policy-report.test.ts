import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { objectOf, ownedBy } from '#core/policy/small-scan.fixture.ts';
import { CONTEXT, SMALL } from '#core/report/formats.fixture.ts';
import { policyReports } from '#core/report/policy-report.ts';
import { reportOf } from '#core/report/report.fixture.ts';

const result = z.strictObject({
  source: z.literal('plimsoll'),
  policy: z.string().min(1),
  rule: z.string(),
  category: z.string(),
  severity: z.enum(['critical', 'high', 'medium', 'low', 'info']),
  result: z.enum(['pass', 'fail', 'warn', 'error', 'skip']),
  scored: z.boolean(),
  message: z.string().optional(),
  timestamp: z.strictObject({ seconds: z.number().int(), nanos: z.number().int() }),
  properties: z.record(z.string(), z.string()).optional(),
});
const reference = { apiVersion: z.string(), kind: z.string(), name: z.string() };
const count = z.number().int().min(0);
const body = {
  metadata: z.strictObject({
    name: z.string().regex(/^plimsoll-[a-z0-9-]{1,240}$/),
    namespace: z.string().optional(),
    labels: z.strictObject({ 'app.kubernetes.io/managed-by': z.literal('plimsoll') }),
    ownerReferences: z.array(z.strictObject({ ...reference, uid: z.string() })).optional(),
  }),
  scope: z.strictObject({ ...reference, namespace: z.string().optional(), uid: z.string().optional() }),
  summary: z.strictObject({ pass: count, fail: count, warn: count, error: count, skip: count }),
  results: z.array(result),
};
/** shared/reference/enforcement.md, section 7: the CRDs of both groups. */
const SHAPES = {
  policyreport: z.strictObject({
    apiVersion: z.literal('wgpolicyk8s.io/v1alpha2'),
    kind: z.enum(['PolicyReport', 'ClusterPolicyReport']),
    ...body,
  }),
  openreports: z.strictObject({
    apiVersion: z.literal('openreports.io/v1alpha1'),
    kind: z.enum(['Report', 'ClusterReport']),
    source: z.literal('plimsoll'),
    ...body,
  }),
};

describe.each(['policyreport', 'openreports'] as const)('%s', (api) => {
  const reports = z.array(SHAPES[api]).parse(policyReports(SMALL, api, CONTEXT));

  it('is one report for each object that is counted, of the known shape', () => {
    expect(reports.map(({ scope }) => `${scope.kind} ${scope.namespace ?? ''}/${scope.name}`)).toEqual([
      'Deployment shop/batch',
      'ConfigMap ops/keys',
      'ConfigMap shop/keys',
      'Namespace /shop',
      'Pod default/waived',
      'Secret shop/known',
      'Pod shop/lost',
      'Deployment shop/web',
    ]);
    expect(new Set(reports.map(({ metadata }) => metadata.name)).size).toBe(reports.length);
  });

  it('is of the cluster where its object is', () => {
    for (const { kind, metadata } of reports) expect(kind.startsWith('Cluster')).toBe(metadata.namespace === undefined);
  });

  it('has a summary that counts its results, and what passes', () => {
    for (const { summary, results } of reports)
      for (const outcome of ['fail', 'warn', 'error', 'skip'] as const)
        expect(summary[outcome]).toBe(results.filter((one) => one.result === outcome).length);
    expect(reports.find(({ scope }) => scope.name === 'web')?.summary.pass).toBe(1);
    const whole = z.array(SHAPES[api]).parse(policyReports(SMALL, api, { ...CONTEXT, verdicts: true }));
    expect(whole.flatMap(({ results }) => results).filter((one) => one.result === 'pass')).toHaveLength(
      reports.reduce((sum, { summary }) => sum + summary.pass, 0),
    );
  });

  it('goes with its object where that has a UID', () => {
    const web = reports.find(({ scope }) => scope.name === 'web');
    expect(web?.metadata.ownerReferences?.[0]?.uid).toBe(web?.scope.uid);
    expect(reports.find(({ scope }) => scope.name === 'lost')?.metadata.ownerReferences).toBeUndefined();
  });

  it('never passes what was not evaluated, and skips what is waived, with reason and end', () => {
    const lost = reports.find(({ scope }) => scope.name === 'lost')?.results ?? [];
    expect(lost.map((one) => one.result)).toEqual(['error', 'error']);
    const [skipped] = reports.find(({ scope }) => scope.name === 'batch')?.results ?? [];
    expect([skipped?.result, skipped?.properties?.['exception'], skipped?.properties?.['expires']]).toEqual([
      'skip',
      'load test | until the fair',
      '2026-12-31',
    ]);
  });

  it('scores what is denied, and only warns of the rest', () => {
    const all = reports.flatMap(({ results }) => results);
    for (const one of all.filter(({ result: outcome }) => outcome === 'fail' || outcome === 'warn'))
      expect([one.result, one.scored]).toEqual(one.properties?.['mode'] === 'deny' ? ['fail', true] : ['warn', false]);
  });

  it('leaves out what its owner stands for', () => {
    const owner = objectOf('apps/Deployment', 'web', { limits: 'fail' }, { uid: 'd' });
    const owned = objectOf('Pod', 'web-1', { limits: 'fail' }, { uid: 'p', ...ownedBy(owner) });
    const found = policyReports(reportOf({ objects: [owner, owned] }), api, CONTEXT);
    expect(found.map(({ scope }) => scope.name)).toEqual(['web']);
  });
});
