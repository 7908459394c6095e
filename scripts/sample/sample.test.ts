import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApiServer, type ApiServer } from '#test/apiserver.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { tell } from './cluster.ts';
import { isObj, items, metadataOf, nameOf, specOf, textOf, type Json, type Obj } from './json.ts';
import { listedKind } from './reader.ts';
import { lastDue } from './schedule.ts';
import { readStory } from './story.ts';

const story = readStory(fileURLToPath(new URL('../../resources/sample', import.meta.url)));
const looks = tell(story);
const all = looks.flatMap(({ objects }) => objects);

const kinds = (objects: readonly Obj[], kind: string): Obj[] => objects.filter((object) => object['kind'] === kind);
const ownersOf = (object: Obj): Obj[] => items(metadataOf(object), 'ownerReferences');

describe('the sample cluster', () => {
  it('is looked at six times in nine days and holds about 150 objects', () => {
    expect(looks).toHaveLength(6);
    expect(Date.parse(looks[5]!.at) - Date.parse(looks[0]!.at)).toBe(9 * 86_400_000);
    for (const { objects } of looks) expect(objects.length).toBeGreaterThan(140);
    for (const { objects } of looks) expect(objects.length).toBeLessThan(200);
  });

  it('is the same each time it is built', () => {
    expect(JSON.stringify(tell(story))).toBe(JSON.stringify(looks));
  });

  it('gives every owner a uid that stands in the same look', () => {
    for (const { objects } of looks) {
      const uids = new Map(objects.map((object) => [textOf(metadataOf(object), 'uid'), object]));
      expect(uids.size).toBe(objects.length);
      for (const object of objects) {
        for (const owner of ownersOf(object))
          expect(nameOf(uids.get(textOf(owner, 'uid')) ?? {})).toContain(textOf(owner, 'name'));
      }
    }
  });

  it('keeps the ReplicaSets of earlier rollouts, with no replicas', () => {
    const sets = kinds(looks[5]!.objects, 'ReplicaSet').filter((set) => textOf(ownersOf(set)[0]!, 'name') === 'payment-gateway');
    const inProduction = sets.filter((set) => textOf(metadataOf(set), 'namespace') === 'checkout-prod');
    expect(inProduction.map((set) => Number(specOf(set)['replicas'])).toSorted((a, b) => a - b)).toEqual([0, 0, 0, 2]);
  });

  it('changes the resourceVersion of exactly what changed', () => {
    for (const [before, after] of [
      [looks[0]!, looks[1]!],
      [looks[4]!, looks[5]!],
    ] as const) {
      const known = new Map(before.objects.map((object) => [textOf(metadataOf(object), 'uid'), object]));
      for (const object of after.objects) {
        const old = known.get(textOf(metadataOf(object), 'uid'));
        if (old === undefined) continue;
        const same =
          JSON.stringify(object) ===
          JSON.stringify({
            ...old,
            metadata: { ...metadataOf(old), resourceVersion: metadataOf(object)['resourceVersion'] ?? '' },
          });
        expect(metadataOf(object)['resourceVersion'] === metadataOf(old)['resourceVersion'], nameOf(object)).toBe(same);
      }
    }
  });

  it('adds a container to the Pods of one Deployment that the Deployment does not have', () => {
    const names = (object: Obj): string[] => items(specOf(object), 'containers').map((container) => textOf(container, 'name'));
    const pods = kinds(looks[0]!.objects, 'Pod').filter((pod) => names(pod).includes('mesh-proxy'));
    expect(pods).toHaveLength(2);
    for (const pod of pods) expect(names(pod)).toEqual(['gateway', 'mesh-proxy']);
  });

  it('holds the data of no Secret and no address outside of the domains for examples', () => {
    for (const secret of kinds(all, 'Secret'))
      expect(Object.keys(secret).toSorted()).toEqual(['apiVersion', 'kind', 'metadata', 'type']);
    const hosts = JSON.stringify(all).match(/\b(?:https?|postgres):\/\/[a-z0-9.-]+/g) ?? [];
    const foreign = hosts.filter(
      (host) => /\.[a-z]{2,}$/.test(host) && !host.endsWith('.example') && !/-(prod|staging)$/.test(host),
    );
    expect(foreign).toEqual([]);
  });
});

describe('lastDue', () => {
  it('finds the last time of a daily and of a stepped schedule', () => {
    const now = Date.parse('2026-11-12T06:31:20Z');
    expect(new Date(lastDue('15 2 * * *', now)).toISOString()).toBe('2026-11-12T02:15:00.000Z');
    expect(new Date(lastDue('*/30 * * * *', now)).toISOString()).toBe('2026-11-12T06:30:00.000Z');
    expect(new Date(lastDue('0 3 * * 1', now)).toISOString()).toBe('2026-11-09T03:00:00.000Z');
  });

  it('refuses a schedule that is never due', () => {
    expect(() => lastDue('0 0 30 2 *', Date.parse('2026-11-12T06:31:20Z'))).toThrow('not due');
  });
});

/** What the server or its controllers write themselves. */
const OWN = ['metadata', 'status'];
const withoutOwn = (object: Obj): Obj => Object.fromEntries(Object.entries(object).filter(([key]) => !OWN.includes(key)));

/** A `null` from a server means absent, and the order of keys means nothing. */
const sorted = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObj(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, entry]) => entry !== null)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => [key, sorted(entry)]),
  );
};

describe.skipIf(!requireEnvtest(['etcd', 'kube-apiserver']).available)('a real API server', () => {
  let api: ApiServer;
  beforeAll(async () => {
    api = await startApiServer();
  });
  afterAll(() => api?.stop());

  it('accepts every manifest and fills in the defaults that the sample has', async () => {
    const written = story.moments.flatMap(({ add }) => add).filter((manifest) => nameOf(manifest) !== 'Namespace default');
    await api.apply(written.filter(({ kind }) => kind !== 'Secret'));
    const differing: string[] = [];
    // Of an object that changes later, the first look is the one that its manifest describes.
    const asWritten = new Map(all.toReversed().map((object) => [nameOf(object), object]));
    for (const manifest of written) {
      const name = nameOf(manifest);
      const kind = textOf(manifest, 'kind');
      const ours = asWritten.get(name);
      if (['Namespace', 'Node', 'Pod', 'Secret'].includes(kind)) continue;
      const { body } = await api.request('GET', pathOf(manifest));
      const theirs = sorted(withoutOwn(body as Obj));
      const expected = sorted(withoutOwn(ours ?? {}));
      if (kind === 'Service') for (const side of [theirs, expected]) forgetAddresses(side);
      if (kind === 'PersistentVolumeClaim') delete specOf(expected as Obj)['volumeName'];
      if (JSON.stringify(theirs) !== JSON.stringify(expected))
        differing.push(`${name}\n  real ${JSON.stringify(theirs)}\n  ours ${JSON.stringify(expected)}`);
    }
    expect(differing).toEqual([]);
  });
});

const forgetAddresses = (service: Json): void => {
  if (!isObj(service)) return;
  const spec = specOf(service);
  delete spec['clusterIP'];
  delete spec['clusterIPs'];
};

function pathOf(object: Obj): string {
  const apiVersion = textOf(object, 'apiVersion');
  const metadata = metadataOf(object);
  const { resource, namespaced } = listedKind(apiVersion, textOf(object, 'kind'));
  const scope = namespaced ? `namespaces/${textOf(metadata, 'namespace')}/` : '';
  return `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}/${scope}${resource}/${textOf(metadata, 'name')}`;
}
