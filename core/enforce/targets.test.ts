import { describe, expect, it } from 'vitest';
import { denyingPlan, mixedPlan } from '#core/enforce/export.fixture.ts';
import type { ExportFile } from '#core/enforce/files.ts';
import { planFor, targetFiles, TARGETS, TARGET_TITLES, untouchedNamespaces } from '#core/enforce/targets.ts';
import type { Target, TargetOptions } from '#core/enforce/targets.ts';
import { at, textAt } from '#core/json.ts';
import type { JsonObject } from '#core/json.ts';
import { loadShippedLibrary } from '#main/library.ts';
import { exportText } from '#main/enforce/yaml.ts';

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load: npm run rules:check says why');
const library = shipped.value;
const BUNDLE = 'b'.repeat(64);

interface Written {
  readonly title: string;
  readonly target: Target;
  readonly options?: TargetOptions;
}

const WRITTEN: readonly Written[] = [
  ...TARGETS.map((target) => ({ title: target, target })),
  { title: 'kyverno-v1beta1', target: 'kyverno', options: { kyverno: { api: 'v1beta1' } } },
  { title: 'kyverno-legacy', target: 'kyverno', options: { kyverno: { api: 'legacy' } } },
  { title: 'kyverno-exceptions', target: 'kyverno', options: { kyverno: { exceptionsIn: 'plimsoll-exceptions' } } },
];

const written = ({ target, options }: Written, made = mixedPlan(library)): readonly ExportFile[] =>
  targetFiles(target, planFor(target, made), BUNDLE, options);
const documents = (files: readonly ExportFile[]): readonly JsonObject[] =>
  files.flatMap((file) =>
    'documents' in file && !['kustomization.yaml', 'rollback.yaml'].includes(file.name) ? file.documents : [],
  );
const idOf = (object: JsonObject): string =>
  [
    textAt(object, 'apiVersion'),
    textAt(object, 'kind'),
    textAt(object, 'metadata', 'namespace'),
    textAt(object, 'metadata', 'name'),
  ].join(' ');
const named = (files: readonly ExportFile[], name: string): readonly JsonObject[] =>
  files.flatMap((file) => (file.name === name && 'documents' in file ? file.documents : []));

describe.each(WRITTEN)('an export for $title', (one) => {
  it('is the same whenever it is made, and has no time in it', () => {
    expect(written(one)).toEqual(written(one));
    expect(JSON.stringify(written(one))).not.toContain(new Date().toISOString().slice(0, 10));
  });

  it('has names that are valid, short and unique, for every rule', () => {
    const objects = documents(written(one, denyingPlan(library)));
    expect(objects.length).toBeGreaterThanOrEqual(library.rules.length - 10);
    expect(new Set(objects.map(idOf)).size).toBe(objects.length);
    for (const object of objects) expect(textAt(object, 'metadata', 'name')).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
  });

  it('is found again by its labels, and says what it is of', () => {
    for (const object of documents(written(one))) {
      expect(at(object, 'metadata', 'labels')).toMatchObject({ 'app.kubernetes.io/managed-by': 'plimsoll' });
      expect(textAt(object, 'metadata', 'labels', 'plimsoll.dev/rule')).toBeDefined();
      expect(textAt(object, 'metadata', 'annotations', 'plimsoll.dev/digest')).toMatch(/^[0-9a-f]{64}$/);
    }
  });

  it('takes everything back, and kustomize knows all its files', () => {
    const files = written(one);
    const [all, back] = [documents(files), named(files, 'rollback.yaml')];
    expect(back.map(idOf).toSorted()).toEqual(all.map(idOf).toSorted());
    const policies = files.map(({ name }) => name).filter((name) => !['kustomization.yaml', 'rollback.yaml'].includes(name));
    expect(at(named(files, 'kustomization.yaml')[0] ?? {}, 'resources')).toEqual(policies);
  });

  it('says how to try, to apply and to take back, where nothing is enforced, and what is left out', () => {
    const [{ header } = { header: [] }] = written(one);
    const text = header.join('\n');
    for (const part of ['--dry-run=server', 'kubectl apply -f', 'kubectl delete -f rollback.yaml', 'kube-system, team-*', 'w2'])
      expect(text).toContain(part);
  });

  it('has another digest where anything that it enforces is different', () => {
    const digests = (made = mixedPlan(library)) =>
      documents(written(one, made)).map((object) => textAt(object, 'metadata', 'annotations', 'plimsoll.dev/digest'));
    expect(digests(mixedPlan(library, { waivers: [] }))).not.toEqual(digests());
  });

  it.skipIf(one.target === 'vap')('is as it was', async () => {
    const text = written(one)
      .map((file) => `# ==== ${file.name}\n${exportText(file, '0.0.0')}`)
      .join('\n');
    await expect(text).toMatchFileSnapshot(`${one.target}/golden/${one.title}-mixed.yaml`);
  });
});

describe('targets', () => {
  it('have a title each, and leave the namespace alone in which they live', () => {
    expect(TARGETS.map((target) => TARGET_TITLES[target])).toEqual([...new Set(TARGETS.map((target) => TARGET_TITLES[target]))]);
    const own = (target: Target) => untouchedNamespaces(target).filter((name) => !name.startsWith('kube-'));
    expect(TARGETS.map(own)).toEqual([[], ['gatekeeper-system'], ['kyverno'], ['kubewarden']]);
  });
});
