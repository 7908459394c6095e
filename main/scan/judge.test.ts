import { describe, expect, it } from 'vitest';
import { FAIL, NOT_APPLICABLE, PASS } from '#core/inventory/model.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';
import { openLibrary } from '#main/open-library.ts';
import { judgeChunk } from '#main/scan/chunks.ts';
import { ObjectJudge } from '#main/scan/judge.ts';
import { forWorkers } from '#main/scan/library-facts.ts';
import type { Batch, Judged, JudgeSetup } from '#main/scan/messages.ts';
import type { ListedKind } from '#main/sources/source.ts';
import { decodeBody } from '#main/store/body.ts';
import { packKnown } from '#main/store/known.ts';
import { unwrap } from '#test/scan-app.ts';
import { deployment } from '#test/scan-objects.ts';

const library = unwrap(openLibrary());
const indexOf = (id: string): number => library.rules.findIndex((rule) => rule.id === id);

const setup = (dropEnvValues = false): JudgeSetup => ({
  library: forWorkers(library),
  minor: 36,
  store: { hmacKey: new Uint8Array(32), dropEnvValues },
  defaultNamespace: 'default',
  located: new Uint8Array(library.rules.length).fill(1),
});

const UID = '0a1b2c3d-0000-4000-8000-123456789abc';

const live = (resourceVersion: string, image = 'web:1'): JsonObject => {
  const object = deployment('web', { image, env: [{ name: 'LOG_LEVEL', value: 'info' }] });
  return { ...object, metadata: { ...object.metadata, uid: UID, resourceVersion } } as unknown as JsonObject;
};

const evaluated = (judged: Judged) => {
  if (!('key' in judged)) throw new Error('expected an object that was judged in full');
  return judged;
};

const knownAs = (id: number, object: JsonObject, dropEnvValues = false, mask?: Uint8Array) => {
  const { key, uid = null, resourceVersion = null } = evaluated(new ObjectJudge(setup(dropEnvValues)).judge({ object }, true));
  return { index: packKnown(1, [{ id, key, uid, resourceVersion }]), mask };
};

describe('an object that an earlier run knew', () => {
  it('is not looked into while uid and resourceVersion are the same', () => {
    const judge = new ObjectJudge(setup(), knownAs(7, live('41')));
    // Another image at the same resourceVersion cannot be: that nobody notices shows that nobody looked.
    expect(judge.judge({ object: live('41', 'web:2') }, true)).toEqual({ id: 7 });
  });

  it('is known by its content where the resourceVersion moved, and remembered with the new one', () => {
    const judge = new ObjectJudge(setup(), knownAs(7, live('41')));
    expect(judge.judge({ object: live('42') }, true)).toEqual({ id: 7, resourceVersion: '42' });
  });

  it('is judged where its content changed', () => {
    const judge = new ObjectJudge(setup(), knownAs(7, live('41')));
    expect(evaluated(judge.judge({ object: live('42', 'web:2') }, true)).verdicts).toHaveLength(library.rules.length);
  });

  it('is judged by the rules of the mask alone', () => {
    const mask = new Uint8Array(library.rules.length);
    mask[indexOf('memory-limit')] = 1;
    const judge = new ObjectJudge(setup(), knownAs(7, live('41'), false, mask));
    const judged = judge.judge({ object: live('41') }, true);
    if (!('mask' in judged)) throw new Error('expected an object that was judged again');
    expect(judged).toMatchObject({ id: 7, mask });
    expect(judged.verdicts[indexOf('memory-limit')]).toBe(FAIL);
    expect([...judged.verdicts].filter((verdict) => verdict !== NOT_APPLICABLE)).toEqual([FAIL]);
    expect(judged.findings.map(({ rule, path }) => [library.rules[rule]?.id, path])).toEqual([
      ['memory-limit', 'spec.template.spec.containers[name=web].resources.limits.memory'],
    ]);
  });

  it('is stored anew once environment values are to be dropped, and once they are to be kept again', () => {
    const envOf = (judged: Judged): string => JSON.stringify(decodeBody(evaluated(judged).body));
    const dropping = new ObjectJudge(setup(true), knownAs(7, live('41'), false)).judge({ object: live('41') }, true);
    expect(envOf(dropping)).not.toContain('info');
    const keeping = new ObjectJudge(setup(false), knownAs(7, live('41'), true)).judge({ object: live('41') }, true);
    expect(envOf(keeping)).toContain('info');
    expect(new ObjectJudge(setup(true), knownAs(7, live('41'), true)).judge({ object: live('41') }, true)).toEqual({ id: 7 });
  });
});

const DEPLOYMENTS: ListedKind = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  resource: 'deployments',
  namespaced: true,
  metadataOnly: false,
};
const SECRETS: ListedKind = {
  group: '',
  version: 'v1',
  kind: 'Secret',
  resource: 'secrets',
  namespaced: true,
  metadataOnly: true,
};

const judgeText = (kind: ListedKind, text: string): Batch =>
  judgeChunk(new ObjectJudge(setup()), { type: 'page', kind, bytes: new TextEncoder().encode(text) }, 'default');
const judgeItems = (kind: ListedKind, ...items: readonly JsonValue[]): Batch =>
  judgeText(kind, JSON.stringify({ kind: 'List', metadata: {}, items }));

describe('a page of a list', () => {
  it('gives its objects the apiVersion and kind that its items do not carry', () => {
    const { apiVersion: _a, kind: _k, ...item } = live('1');
    expect(judgeItems(DEPLOYMENTS, item)).toMatchObject({
      judged: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }],
      errors: [],
    });
  });

  it.each([
    ['no JSON', '{"items": [', 'not a Kubernetes list'],
    ['no list', '{"kind": "Pod"}', 'not a Kubernetes list'],
    ['items that are no list', '{"items": {"0": 1}}', 'not a Kubernetes list'],
  ])('%s is a problem, not an exception', (_name, text, message) => {
    const { judged, errors } = judgeText(DEPLOYMENTS, text);
    expect(judged).toEqual([]);
    expect(errors).toEqual([{ file: 'deployments.apps', message: expect.stringContaining(message) as string }]);
  });

  it('goes on after an item that is no object', () => {
    const { judged, errors } = judgeItems(DEPLOYMENTS, 7, null, {}, { metadata: { name: 8 } }, live('1'));
    expect(judged).toMatchObject([{ name: 'web' }]);
    expect(errors).toHaveLength(4);
  });

  it('goes on after an object that is nested without end', () => {
    const depth = 40_000;
    const deep = `{"metadata": {"name": "deep"}, "spec": ${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`;
    const { judged, errors } = judgeText(DEPLOYMENTS, `{"kind": "List", "items": [${deep}, ${JSON.stringify(live('1'))}]}`);
    expect(judged).toMatchObject([{ name: 'web' }]);
    expect(errors).toEqual([{ file: 'deployments.apps', message: expect.stringContaining('nested too deeply') as string }]);
  });

  it('of metadata alone leaves open what it did not show', () => {
    const { judged } = judgeItems(SECRETS, { metadata: { name: 's', namespace: 'shop' } });
    const [secret] = judged.map(evaluated);
    expect(secret?.verdicts[indexOf('object-name-valid')]).toBe(PASS);
    const seeing = library.rules.filter((rule) => rule.category === 'secrets').map((rule) => rule.id);
    expect(seeing.length).toBeGreaterThan(10);
    for (const id of seeing) expect([id, secret?.verdicts[indexOf(id)]]).not.toEqual([id, PASS]);
  });
});
