import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freeze, shrink } from '#core/decide/debt.ts';
import { libraryHash } from '#core/rules/hash.ts';
import type { Library, Policy } from '#core/rules/model.ts';
import { libraryLenses } from '#main/services/lenses.ts';
import type { Lenses, PolicyLens } from '#main/services/lenses.ts';
import { toRow } from '#main/services/rows.ts';
import { RunViews } from '#main/services/run-view.ts';
import type { RunView } from '#main/services/run-view.ts';
import { openTestApp, temporaryFolder, tryScan, unwrap } from '#test/scan-app.ts';
import type { TestApp } from '#test/scan-app.ts';
import { deployment } from '#test/scan-objects.ts';

/** Stored runs of a folder seen through lenses that a workspace could give. */

const REPLICAS = { web: 1, api: 2, pay: 3, many: 9, off: 0 };
const RULE = 'replicas-min-two';
const DAY = '2026-11-29';

const draft = (rules: Policy['rules']): Policy => ({ name: 'draft', title: 'Draft', description: '', rules });
const failing = (view: RunView, rule = RULE): readonly string[] =>
  view.findings.filter(({ rule: of, verdict }) => of.rule.id === rule && verdict === 'fail').map(({ object }) => object.name);

describe('a stored run', () => {
  let app: TestApp & AsyncDisposable;
  const folder = temporaryFolder();
  let scanId: string;
  const write = (replicas: Readonly<Record<string, number>>): void =>
    writeFileSync(
      join(folder.path, 'all.yaml'),
      Object.entries(replicas)
        .map(([name, count]) =>
          JSON.stringify(deployment(name, { replicas: count, labels: { size: count > 2 ? 'big' : 'small' } })),
        )
        .join('\n---\n'),
    );
  const scan = async (of: TestApp = app): Promise<string> =>
    unwrap(await tryScan(of, { type: 'folder', path: folder.path })).run.id;

  const through = (lens: Partial<PolicyLens>, library: Library = app.library): RunViews => {
    const plain = libraryLenses(library);
    const lenses: Lenses = {
      book: () => plain.book(),
      lensFor: (name, run) => {
        const found = plain.lensFor(name, run);
        return found.ok ? { ok: true, value: { ...found.value, today: DAY, ...lens } } : found;
      },
    };
    return new RunViews(app.store, library, () => 'team', lenses);
  };

  beforeAll(async () => {
    app = openTestApp();
    write(REPLICAS);
    scanId = await scan();
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  it.each([1, 2, 3, 4, 10])('answers for parameters that no scan evaluated: at least %i replicas', (lowest) => {
    const view = unwrap(through({}).openDraft(scanId, draft({ [RULE]: { mode: 'deny', params: { lowest } } })));
    const expected = Object.entries(REPLICAS).filter(([, count]) => count !== 0 && count < lowest);
    expect(failing(view).toSorted()).toEqual(expected.map(([name]) => name).toSorted());
    expect(view.projection.rules[0]?.counts).toMatchObject({
      fail: expected.length,
      pass: 4 - expected.length,
      notApplicable: 1,
    });
    for (const finding of view.findings) {
      expect(finding.message).toBe(`Deployment ${finding.object.name} has fewer than ${lowest} replicas`);
      expect(finding.path).toBe('spec.replicas');
    }
  });

  it('answers as a scan by a library with these parameters does', async () => {
    const rules = app.library.rules.map((rule) => (rule.id === RULE ? { ...rule, params: { ...rule.params, lowest: 3 } } : rule));
    const library = { ...app.library, rules, hash: libraryHash(rules, app.library.matchers, app.library.defaults) };
    await using other = openTestApp({ library });
    const scanned = unwrap(new RunViews(other.store, library, () => 'team').open(await scan(other), 'all'));
    const seen = unwrap(through({}).openDraft(scanId, draft({ [RULE]: { mode: 'deny', params: { lowest: 3 } } })));
    const fingerprints = (view: RunView) =>
      view.findings.filter(({ rule }) => rule.rule.id === RULE).map(({ fingerprint }) => fingerprint);
    expect(fingerprints(seen)).toEqual(fingerprints(scanned));
    expect(fingerprints(seen)).toHaveLength(2);
  });

  it('is read and rolled up once, however many policies look at it', () => {
    const views = through({});
    const read = vi.spyOn(app.store.scans, 'objects');
    try {
      const view = unwrap(views.open(scanId, 'default'));
      unwrap(views.open(scanId, 'all'));
      unwrap(views.openDraft(scanId, draft({ [RULE]: { mode: 'warn' } })));
      expect(unwrap(views.open(scanId, 'default'))).toBe(view);
      expect(read).toHaveBeenCalledTimes(1);
      views.forget();
      expect(unwrap(views.open(scanId, 'default'))).not.toBe(view);
    } finally {
      read.mockRestore();
    }
  });

  it('shows what a file waiver lets off as waived, with the reason, until the end of its last day', () => {
    const object = { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' };
    const waivers = [{ id: 'w1', rule: RULE, object, reason: 'one is enough', expires: DAY }];
    const view = unwrap(through({ waivers }).open(scanId, 'all'));
    expect(failing(view)).toEqual([]);
    const waived = view.findings.find(({ rule, verdict }) => rule.rule.id === RULE && verdict === 'waived');
    expect(waived).toMatchObject({ reason: 'one is enough', waiver: 'w1', object: { name: 'web' } });
    expect(view.projection.rules.find(({ rule }) => rule.rule.id === RULE)?.counts).toMatchObject({
      fail: 0,
      waived: 1,
      pass: 3,
    });
    expect(failing(unwrap(through({ waivers, today: '2026-11-30' }).open(scanId, 'all')))).toEqual(['web']);
  });

  it('counts only what the policy reaches', () => {
    const view = unwrap(through({ reach: ({ labels }) => labels['size'] === 'big' }).open(scanId, 'all'));
    expect(view.projection.objects).toBe(2);
    expect(new Set(view.findings.map(({ object }) => object.name))).toEqual(new Set(['pay', 'many']));
    const web = unwrap(through({}).open(scanId, 'all')).findings.find(({ object }) => object.name === 'web');
    expect(web && view.blind(web)).toContain('does not judge the object');
  });

  it('marks known failures, and pays only what was judged and passes', async () => {
    const debt = freeze(unwrap(through({}).open(scanId, 'all')).findings);
    const view = unwrap(through({ debt }).open(scanId, 'all'));
    expect(view.findings.every((finding) => toRow(view, finding).debt === (finding.verdict === 'fail'))).toBe(true);

    write({ ...REPLICAS, web: 2, api: 1 });
    const later = await scan();
    write(REPLICAS);
    const next = unwrap(through({ debt }).open(later, 'all'));
    const known = next.findings.filter(({ rule, debt: isKnown }) => rule.rule.id === RULE && isKnown);
    expect([failing(next), known]).toEqual([['api'], []]);
    const { entries, paid } = shrink(debt, next.findings, (place) => next.blindAt(place));
    expect(paid.map(({ ruleId, name }) => [ruleId, name])).toEqual([[RULE, 'web']]);
    expect(entries).toHaveLength(debt.length - 1);

    const narrow = unwrap(
      through({ debt }).openDraft(later, draft({ [RULE]: { mode: 'deny', scope: { labels: { size: 'big' } } } })),
    );
    expect(shrink(debt, narrow.findings, (place) => narrow.blindAt(place)).paid).toEqual([]);
  });

  it('keeps debt that depends on parameters as long as it fails with them', () => {
    const strict = draft({ [RULE]: { mode: 'deny', params: { lowest: 3 } } });
    const view = unwrap(through({}).openDraft(scanId, strict));
    const debt = freeze(view.findings);
    expect(debt.map(({ object }) => object.name).toSorted()).toEqual(['api', 'web']);
    expect(shrink(debt, view.findings, (place) => view.blindAt(place)).paid).toEqual([]);
    const milder = unwrap(through({}).openDraft(scanId, draft({ [RULE]: { mode: 'deny', params: { lowest: 2 } } })));
    expect(shrink(debt, milder.findings, (place) => milder.blindAt(place)).paid.map(({ name }) => name)).toEqual(['api']);
  });
});
