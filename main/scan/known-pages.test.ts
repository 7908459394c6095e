import { describe, expect, it } from 'vitest';
import type { Rule } from '#core/rules/model.ts';
import { openLibrary } from '#main/open-library.ts';
import { AdaptiveJudging } from '#main/scan/judging.ts';
import { forWorkers } from '#main/scan/library-facts.ts';
import type { Chunk, JudgeSetup } from '#main/scan/messages.ts';
import { packKnown } from '#main/store/known.ts';
import { unwrap } from '#test/scan-app.ts';
import { deployment } from '#test/scan-objects.ts';

const library = unwrap(openLibrary());
const setup = (dropEnvValues = false, rules: readonly Rule[] = library.rules): JudgeSetup => ({
  library: { ...forWorkers(library), rules },
  minor: 36,
  store: { hmacKey: new Uint8Array(32), dropEnvValues },
  defaultNamespace: 'default',
  located: new Uint8Array(rules.length),
});

const uidOf = (name: string): string => `0a1b2c3d-0000-4000-8000-${name.charCodeAt(0).toString(16).padStart(12, '0')}`;

const pageOf = (...objects: readonly (readonly [string, string])[]): Chunk => ({
  type: 'page',
  kind: { group: 'apps', version: 'v1', kind: 'Deployment', resource: 'deployments', namespaced: true, metadataOnly: false },
  bytes: new TextEncoder().encode(
    JSON.stringify({
      kind: 'DeploymentList',
      items: objects.map(([name, resourceVersion]) => {
        const object = deployment(name);
        return { ...object, metadata: { ...object.metadata, uid: uidOf(name), resourceVersion } };
      }),
    }),
  ),
});

const known = {
  index: packKnown(
    2,
    ['a', 'b'].map((name, id) => ({ id, key: new Uint8Array(32).fill(id + 1), uid: uidOf(name), resourceVersion: '41' })),
  ),
  mask: undefined,
};

/** Rules that do not compile: whoever judges an object with them fails. */
const broken = library.rules.map((rule) => ({ ...rule, require: 'object.' }));

describe('objects of a page that an earlier run knew', () => {
  it('are passed over: neither a rule is compiled nor an object parsed', async () => {
    const judging = new AdaptiveJudging({ setup: setup(false, broken), known }, { live: true });
    const batch = await judging.judge(pageOf(['a', '41'], ['b', '41']));
    await judging.close();
    expect(batch).toEqual({ judged: [{ id: 0 }, { id: 1 }], errors: [], notes: [] });
  });

  it('are told from those that changed, and from new ones', async () => {
    const judging = new AdaptiveJudging({ setup: setup(), known }, { live: true });
    const { judged } = await judging.judge(pageOf(['a', '42'], ['b', '41'], ['c', '41']));
    await judging.close();
    expect(judged.map((object) => ('name' in object ? object.name : object.id))).toEqual([1, 'a', 'c']);
    expect(judged[1]).toMatchObject({ resourceVersion: '42' });
  });

  it('are judged again where other values are to be dropped, or a rule is new', async () => {
    for (const other of [
      { setup: setup(true), known },
      { setup: setup(), known: { ...known, mask: Uint8Array.of(1) } },
    ]) {
      const judging = new AdaptiveJudging(other);
      const { judged } = await judging.judge(pageOf(['a', '41']));
      await judging.close();
      expect(judged).toMatchObject([{ name: 'a' }]);
    }
  });
});
