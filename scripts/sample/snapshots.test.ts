import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FAIL, PASS } from '#core/inventory/model.ts';
import { loadShippedLibrary } from '#main/library.ts';
import { resourcePath } from '#main/resources.ts';
import { tell } from './cluster.ts';
import { writeSnapshots } from './snapshots.ts';
import { readStory } from './story.ts';

const library = loadShippedLibrary();
if (!library.ok) throw new Error('the rule library cannot be loaded');
const story = readStory(resourcePath('sample'));
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-sample-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const headerLine = z.object({ rules: z.array(z.tuple([z.string(), z.string()])), objects: z.number() });
const objectLine = z.object({
  meta: z.object({
    kind: z.string(),
    namespace: z.string().optional(),
    name: z.string(),
    owner: z.object({ kind: z.string() }).optional(),
    waivers: z.record(z.string(), z.string()),
  }),
  verdicts: z.string(),
});

const names = await writeSnapshots(tell(story), story, library.value, folder);
const texts = names.map((name) => gunzipSync(readFileSync(join(folder, name))).toString('utf8'));
const looks = texts.map((text) => {
  const [header = '', ...rest] = text.trimEnd().split('\n');
  return {
    header: headerLine.parse(JSON.parse(header)),
    objects: rest.slice(0, -1).map((line) => objectLine.parse(JSON.parse(line))),
  };
});

/** Objects that no controller made, with their verdict of a rule, as `Kind namespace/name`. */
function withVerdict(look: number, rule: string, verdict: number): string[] {
  const { header, objects } = looks[look]!;
  const index = header.rules.findIndex(([id]) => id === rule);
  return objects
    .filter(({ meta, verdicts }) => meta.owner === undefined && verdicts[index] === String(verdict))
    .map(({ meta: { kind, namespace, name } }) => `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`);
}

describe('the snapshots of the sample', () => {
  it('come out the same each time, byte for byte', async () => {
    const again = mkdtempSync(join(tmpdir(), 'plimsoll-sample-test-'));
    try {
      await writeSnapshots(tell(story), story, library.value, again);
      for (const name of names) expect(readFileSync(join(again, name)).equals(readFileSync(join(folder, name))), name).toBe(true);
    } finally {
      rmSync(again, { recursive: true });
    }
  });

  it('hold none of the invented credentials and no value of a ConfigMap', () => {
    const text = texts.join('\n');
    for (const secret of [
      'notarealkey',
      'AKIAIOSFODNN7',
      'invented-for-the-sample',
      'invented-staging-password',
      'northpost',
      'wishlist',
    ]) {
      expect(text).not.toContain(secret);
    }
    expect(text).toContain('larkfield');
  });

  it('tell of a rule that holds since the second look, for more than a week: it may be promoted', () => {
    expect(withVerdict(0, 'no-privileged', FAIL)).toHaveLength(2);
    for (const look of [1, 2, 3, 4, 5]) {
      expect(withVerdict(look, 'no-privileged', FAIL)).toEqual([]);
      expect(withVerdict(look, 'no-privileged', PASS).length).toBeGreaterThan(15);
    }
  });

  it('tell of a rule that held four times and broke', () => {
    for (const look of [0, 1, 2, 3]) expect(withVerdict(look, 'service-no-node-port', FAIL)).toEqual([]);
    for (const look of [4, 5])
      expect(withVerdict(look, 'service-no-node-port', FAIL)).toEqual(['Service checkout-prod/payment-debug']);
  });

  it('tell of a hotfix that broke a rule and was mended', () => {
    const broken = [0, 1, 2, 3, 4, 5].filter((look) =>
      withVerdict(look, 'image-tag-explicit', FAIL).includes('Deployment checkout-prod/payment-gateway'),
    );
    expect(broken).toEqual([4]);
  });

  it('hold Pods that fail where the Deployment they belong to passes', () => {
    const { header, objects } = looks[0]!;
    const index = header.rules.findIndex(([id]) => id === 'memory-limit');
    const verdicts = objects.filter(
      ({ meta }) =>
        meta.namespace === 'checkout-prod' &&
        meta.name.startsWith('payment-gateway') &&
        ['Deployment', 'Pod'].includes(meta.kind),
    );
    const byKind = verdicts.map((object) => `${object.meta.kind} ${object.verdicts[index]}`);
    expect(byKind.toSorted()).toEqual([`Deployment ${PASS}`, `Pod ${FAIL}`, `Pod ${FAIL}`]);
  });

  it('hold a waiver with its reason', () => {
    expect(looks[5]!.objects.flatMap(({ meta }) => Object.values(meta.waivers))).toContain(
      'Reads the logs that containers write on their node; mounted read-only.',
    );
  });

  it('fail rules of every severity and of at least seven categories', () => {
    const failing = library.value.rules.filter((rule) => withVerdict(5, rule.id, FAIL).length > 0);
    expect(new Set(failing.map(({ severity }) => severity))).toEqual(new Set(['critical', 'high', 'medium', 'low']));
    expect(new Set(failing.map(({ category }) => category)).size).toBeGreaterThanOrEqual(7);
  });
});
