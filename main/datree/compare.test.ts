import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compareVerdicts } from '#core/datree/compare.ts';
import type { DatreeFailure } from '#core/datree/compare.ts';
import { objectOf, RULES } from '#core/policy/small-scan.fixture.ts';
import { datreeOnPath } from '#main/datree/binary.ts';
import { compareWithDatree } from '#main/datree/compare.ts';
import { openLibrary } from '#main/open-library.ts';
import { envtestBinary, requireEnvtest } from '#test/envtest.ts';

const at = (file: string) => ({ place: { file, line: 1, document: 0 } });
const failure = (name: string, more: Partial<DatreeFailure> = {}): DatreeFailure => ({
  identifier: 'LIMITS_KEY',
  file: 'a.yaml',
  kind: 'Pod',
  name,
  skipped: false,
  ...more,
});
const compared = (
  objects: Parameters<typeof compareVerdicts>[1],
  failures: readonly DatreeFailure[],
  unread: readonly string[] = [],
) => {
  const [limits, ...others] = compareVerdicts(RULES, objects, {
    failures,
    unread: unread.map((file) => ({ file, message: '' })),
  });
  expect(others).toEqual([]);
  return [limits?.same, limits?.differences.map(({ name, datree, ours }) => `${name} ${datree} ${ours}`)];
};

describe('verdicts beside those of Datree', () => {
  it('agree where both fail or neither does; not applicable here is a pass there', () => {
    const objects = [
      objectOf('Pod', 'a', { limits: 'fail' }, at('a.yaml')),
      objectOf('Pod', 'b', { limits: 'pass' }, at('a.yaml')),
      objectOf('Pod', 'c', {}, at('a.yaml')),
    ];
    expect(compared(objects, [failure('a')])).toEqual([3, []]);
  });

  it('differ where only one fails, and where nothing is known here', () => {
    const objects = [
      objectOf('Pod', 'a', { limits: 'fail' }, at('a.yaml')),
      objectOf('Pod', 'b', { limits: 'pass' }, at('a.yaml')),
      objectOf('Pod', 'c', { limits: 'notEvaluated' }, at('a.yaml')),
    ];
    expect(compared(objects, [failure('b'), failure('d')])).toEqual([
      0,
      ['a pass fail', 'b fail pass', 'c pass notEvaluated', 'd fail unread'],
    ]);
  });

  it('a skip is a waiver, and says nothing of what would pass', () => {
    const waived = { ...at('a.yaml'), waivers: { LIMITS_KEY: 'known' } };
    const objects = [
      objectOf('Pod', 'a', { limits: 'fail' }, waived),
      objectOf('Pod', 'b', { limits: 'pass' }, waived),
      objectOf('Pod', 'c', { limits: 'fail' }, at('a.yaml')),
    ];
    const failures = ['a', 'b', 'c'].map((name) => failure(name, { skipped: true }));
    expect(compared(objects, failures)).toEqual([2, ['c skipped fail']]);
  });

  it('a file with a List is one object to Datree, and compared as a whole', () => {
    const objects = [
      objectOf('Pod', 'a', { limits: 'fail' }, at('list.yaml')),
      objectOf('Pod', 'b', { limits: 'pass' }, at('list.yaml')),
    ];
    expect(compared(objects, [failure('', { file: 'list.yaml', kind: 'List' })])).toEqual([1, []]);
  });

  it('nothing is compared in a file that Datree could not read', () => {
    expect(compared([objectOf('Pod', 'a', { limits: 'fail' }, at('a.yaml'))], [], ['a.yaml'])).toEqual([0, []]);
  });
});

it('datree is sought in every folder of PATH', () => {
  expect(datreeOnPath({ PATH: '/nowhere:/tmp' })).toBeUndefined();
  expect(datreeOnPath({})).toBeUndefined();
});

describe.skipIf(!requireEnvtest(['datree']).available)('a comparison with the real Datree', () => {
  const opened = openLibrary();
  if (!opened.ok) throw new Error(opened.error.why);
  const library = opened.value;
  const program = envtestBinary('datree') ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-compare-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(
    join(folder, 'job.yaml'),
    `apiVersion: batch/v1
kind: Job
metadata: {name: once, namespace: shop}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, annotations: {datree.skip/CONTAINERS_MISSING_CPU_LIMIT_KEY: known}}
spec:
  initContainers: [{name: i, image: 'i:latest'}]
  containers: [{name: a, image: 'a:1'}]
`,
  );
  writeFileSync(join(folder, 'broken.yaml'), 'a: [');

  it('explains each difference by the rule, and says which files were not compared', async () => {
    const found = await compareWithDatree([folder], library, { program, env: {} });
    if (!found.ok) throw new Error(found.error.why);
    const differing = found.value.rules.filter(({ differences }) => differences.length > 0);
    expect(differing.map(({ rule }) => rule.id)).toEqual(['image-tag-explicit', 'liveness-probe', 'readiness-probe']);
    expect(differing.every(({ rule }) => rule.differs !== undefined)).toBe(true);
    expect(differing[0]?.differences).toEqual([
      { file: join(folder, 'job.yaml'), kind: 'Pod', name: 'web', datree: 'pass', ours: 'fail' },
    ]);
    expect(found.value).toMatchObject({ files: 1, objects: 2, program });
  });

  it('compares only the rules asked for', async () => {
    const found = await compareWithDatree([folder], library, { program, env: {}, rules: ['cpu-limit'] });
    expect(found.ok && found.value.rules.map(({ rule, same }) => [rule.id, same])).toEqual([['cpu-limit', 2]]);
  });

  it('is an error where datree is not there, or is something else', async () => {
    expect(await compareWithDatree([folder], library, { env: {} })).toMatchObject({ ok: false, error: { code: 'notFound' } });
    expect(await compareWithDatree([folder], library, { env: {}, program: '/bin/true' })).toMatchObject({
      ok: false,
      error: { code: 'unreadable' },
    });
  });
});
