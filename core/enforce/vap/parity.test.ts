import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  deniedIn,
  generated,
  isSameKind,
  metadataOf,
  moved,
  namespaceOf,
  parityCases,
  parityPlan,
  WAIVED,
} from '#core/enforce/parity/cases.fixture.ts';
import type { ParityCase } from '#core/enforce/parity/cases.fixture.ts';
import { judgeOf, messageOf } from '#core/enforce/parity/judge.fixture.ts';
import { vapObjects } from '#core/enforce/vap/objects.ts';
import { own, textAt } from '#core/json.ts';
import type { JsonObject } from '#core/json.ts';
import type { Library } from '#core/rules/model.ts';
import { loadShippedLibrary } from '#main/library.ts';
import { startApiServer } from '#test/apiserver.ts';
import type { ApiResponse, ApiServer, ServerVersion } from '#test/apiserver.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { ServedKinds } from '#test/served-kinds.ts';

/*
 * What a scan says is what a cluster enforces: every example of every rule (Pods also as workloads) is sent to real API servers that
 * have all exported policies, and all rules must agree with them on all objects, message included. Each rule denies in a namespace of
 * its own and warns elsewhere, half of the rules in one shop and half in the other: an answer carries 4,096 characters of warnings.
 */

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load: npm run rules:check says why');
const library: Library = shipped.value;
const judged = judgeOf(library);
const whole = parityPlan(library);
const planned = whole.rules;
const SHOPS = ['shop', 'shop-next-door'] as const;
/** Where a rule warns, by its place in the library. */
const shopOf = (index: number): string => SHOPS[index % 2] ?? 'shop';
const exported = planned.flatMap((rule) => {
  const here = shopOf(library.rules.findIndex(({ id }) => id === rule.rule));
  const others = SHOPS.filter((shop) => shop !== here);
  return vapObjects({ ...whole, excludedNamespaces: [...whole.excludedNamespaces, ...others] }, rule, 'test');
});
const cases = parityCases(library);

/** What these rules find in files, an API server refuses itself or does not serve. */
const refusedAnyway = (version: ServerVersion): readonly string[] => [
  'cron-schedule-valid',
  'label-values-valid',
  'object-name-valid',
  // Unmasked is for Pods with users of their own, which this rule lets off; the older server has neither.
  'pss-proc-mount-baseline',
  ...(version === '1.30' ? ['pss-proc-mount-restricted'] : []),
  'removed-api-1-16',
  'removed-api-1-17',
  'restart-policy-always',
];

/** Its failing examples that a server takes are of kinds in which none passes: no update leads from one to the other. */
const NO_UPDATE = ['no-host-path', 'pss-volume-types', 'pss-windows-host-process'];

const WARNING =
  /^Validation failed for ValidatingAdmissionPolicy 'plimsoll-([a-z0-9-]+)' with binding 'plimsoll-warn-[0-9a-f]{8}': (.*)$/;

const warned = ({ warnings }: ApiResponse): ReadonlyMap<string, string> =>
  new Map(
    warnings.flatMap((warning) => {
      const [, rule, text] = WARNING.exec(warning) ?? [];
      return rule === undefined || text === undefined ? [] : [[rule, text] as const];
    }),
  );

/** What a refusal says; empty where it says nothing. */
const said = ({ body }: ApiResponse): string => textAt(body as JsonObject, 'message') ?? '';

const isRefusalBy = (rule: string, answer: ApiResponse): boolean =>
  answer.status === 422 && said(answer).includes(`'plimsoll-${rule}' with binding 'plimsoll-deny-`);

/** Runs at most eight at a time, in order. */
async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}

/** A case that the server takes, as it sees it. */
interface Taken extends ParityCase {
  readonly seen: JsonObject;
  readonly collection: (namespace: string) => Promise<string | undefined>;
}

/** Stored before the policies came, in the namespace in which its rule denies. */
interface Stored extends Taken {
  readonly path: string;
  readonly stored: JsonObject;
}

describe.each<{ version: ServerVersion }>([{ version: '1.30' }, { version: '1.36' }])(
  'on a real API server $version',
  ({ version }) => {
    const { available } = requireEnvtest(['etcd', `kube-apiserver-${version}`]);
    let server: ApiServer;
    const taken: Taken[] = [];
    const stored: Stored[] = [];
    const dryRun = (method: string, path: string, object: JsonObject): Promise<ApiResponse> =>
      server.request(method, `${path}?dryRun=All`, object);

    beforeAll(async () => {
      if (!available) return;
      server = await startApiServer({ version });
      const served = new ServedKinds(server);
      const namespaces = [
        WAIVED,
        ...SHOPS,
        ...library.rules.map(({ id }) => deniedIn(id)),
        ...cases.map(({ object }) => namespaceOf(object)),
      ];
      const missing = [...new Set(namespaces)].filter((name) => name !== 'default');
      await server.apply(missing.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })));
      await each(cases, async (one) => {
        const collection = (namespace: string) => served.collection(one.object, namespace);
        const path = await collection(namespaceOf(one.object));
        const answer = path === undefined ? undefined : await dryRun('POST', path, one.object);
        if (answer?.status === 201) taken.push({ ...one, seen: answer.body as JsonObject, collection });
      });
      await each([...taken.entries()], async ([at, one]) => {
        const namespace = deniedIn(one.rule.id);
        const path = await one.collection(namespace);
        const name = `${one.kind.toLowerCase()}-${at}`;
        const answer = await server.request('POST', path ?? '', moved(one.object, namespace, name));
        if (answer.status === 201) stored.push({ ...one, path: `${path}/${name}`, stored: answer.body as JsonObject });
      });
      await server.apply(exported);
      await active();
    }, 300_000);
    afterAll(async () => server?.stop());

    /** Policies take a second or two to become active: until each rule that fails on something has warned of it. */
    async function active(): Promise<void> {
      const waiting = new Map(taken.filter(({ fails }) => fails).map((one) => [one.rule.id, one]));
      for (let turn = 0; waiting.size > 0 && turn < 80; turn += 1) {
        for (const [id, one] of waiting) {
          const shop = shopOf(library.rules.indexOf(one.rule));
          const answer = await dryRun('POST', (await one.collection(shop)) ?? '', moved(one.object, shop));
          if (warned(answer).has(id) || !judged(one.seen).has(id) || id === 'no-default-namespace') waiting.delete(id);
          else break;
        }
        if (waiting.size > 0) await new Promise((resume) => setTimeout(resume, 250));
      }
      if (waiting.size > 0) throw new Error(`never active: ${[...waiting.keys()].join(', ')}`);
    }

    it.skipIf(!available)(
      'all rules agree on all examples, and say the same',
      async () => {
        const wrong: string[] = [];
        await each(taken, async ({ rule, name, object, seen, collection }) => {
          const expected = new Map(SHOPS.map((shop) => [shop as string, judged(moved(seen, shop))]));
          const answers = new Map<string, ReturnType<typeof warned>>();
          for (const shop of SHOPS)
            answers.set(shop, warned(await dryRun('POST', (await collection(shop)) ?? '', moved(object, shop))));
          for (const [index, one] of library.rules.entries()) {
            const shop = shopOf(index);
            const [ours, theirs] = [expected.get(shop)?.get(one.id), answers.get(shop)?.get(one.id)];
            const where = `${one.id} on ${rule.id}: ${name} (${textAt(object, 'kind')})`;
            if ((ours === undefined) !== (theirs === undefined))
              wrong.push(`${where}: we ${ours !== undefined}, server ${theirs ?? 'nothing'}`);
            // A generated name is another one in every answer.
            else if (own(metadataOf(object), 'generateName') !== undefined && one.message.includes('{{name}}')) continue;
            else if (theirs !== undefined && theirs !== messageOf(one, moved(seen, shop), ours?.[0]))
              wrong.push(`${where}: ${theirs}`);
          }
        });
        expect(wrong.toSorted()).toEqual([]);
      },
      300_000,
    );

    it.skipIf(!available)(
      'refuses what a rule denies, by its message; with a generated name too',
      async () => {
        const wrong: string[] = [];
        await each(taken, async ({ rule, name, object, seen, collection }) => {
          const here = deniedIn(rule.id);
          const findings = judged(moved(seen, here)).get(rule.id);
          const placed = moved(object, here);
          for (const sent of findings === undefined ? [placed] : [placed, generated(placed)]) {
            const answer = await dryRun('POST', (await collection(here)) ?? '', sent);
            const where = `${rule.id}: ${name} ${answer.status} ${JSON.stringify(answer.body).slice(0, 300)}`;
            if ((findings !== undefined) !== isRefusalBy(rule.id, answer)) wrong.push(where);
            const text = messageOf(rule, moved(seen, here), findings?.[0]);
            const named = rule.message.includes('{{name}}');
            if (findings !== undefined && !named && !said(answer).endsWith(`denied request: ${text}`))
              wrong.push(`${where}: no '${text}'`);
          }
        });
        expect(wrong.toSorted()).toEqual([]);
      },
      300_000,
    );

    it.skipIf(!available)(
      'lets objects from before the rule be updated, as long as nothing it looks at changes',
      async () => {
        const old = stored.filter((one) => judged(one.stored).has(one.rule.id));
        const wrong: string[] = [];
        await each(old, async ({ rule, name, path, stored: before }) => {
          const metadata = { ...metadataOf(before), finalizers: ['example.com/kept'] };
          const answer = await dryRun('PUT', path, { ...before, metadata });
          if (answer.status !== 200)
            wrong.push(`${rule.id}: ${name} ${answer.status} ${JSON.stringify(answer.body).slice(0, 300)}`);
        });
        expect(wrong.toSorted()).toEqual([]);
        expect(new Set(old.map(({ rule }) => rule.id)).size).toBeGreaterThan(30);
      },
      300_000,
    );

    /** A stored object that passes, with the content of a failing example of its kind. */
    const worsened = (): readonly { readonly at: Stored; readonly object: JsonObject }[] =>
      stored
        .filter((one) => one.kind !== 'Pod' && !judged(one.stored).has(one.rule.id))
        .flatMap((at) =>
          taken
            .filter((one) => one.rule === at.rule && isSameKind(one.object, at.object) && judged(one.seen).has(at.rule.id))
            .slice(0, 1)
            .map(({ object }) => {
              const { name, namespace, resourceVersion } = metadataOf(at.stored);
              const metadata = {
                ...metadataOf(object),
                name: name ?? '',
                namespace: namespace ?? '',
                resourceVersion: resourceVersion ?? '',
              };
              return { at, object: { ...object, metadata } };
            }),
        );

    it.skipIf(!available)(
      'refuses updates that make an object fail, unless it is being deleted',
      async () => {
        const wrong: string[] = [];
        const seen = new Set<string>();
        await each(worsened(), async ({ at, object }) => {
          const { rule, path, name } = at;
          const answer = await dryRun('PUT', path, object);
          // What the server lets nobody change.
          if (answer.status === 422 && !said(answer).includes('ValidatingAdmissionPolicy')) return;
          seen.add(rule.id);
          if (!isRefusalBy(rule.id, answer))
            wrong.push(`${rule.id}: ${name} ${answer.status} ${JSON.stringify(answer.body).slice(0, 300)}`);
          const kept = { ...at.stored, metadata: { ...metadataOf(at.stored), finalizers: ['example.com/kept'] } };
          await server.request('PUT', path, kept);
          const going = await server.request('DELETE', path);
          const { resourceVersion: _, ...metadata } = metadataOf(object);
          const letGo = await dryRun('PUT', path, { ...object, metadata });
          if (letGo.status !== 200)
            wrong.push(`${rule.id}: ${name}, going ${going.status}: ${letGo.status} ${JSON.stringify(letGo.body).slice(0, 300)}`);
        });
        expect(wrong.toSorted()).toEqual([]);
        const never = planned.filter(({ rule, match }) => match.operations.includes('UPDATE') && !seen.has(rule));
        expect(never.map(({ rule }) => rule).filter((rule) => !refusedAnyway(version).includes(rule))).toEqual(NO_UPDATE);
      },
      300_000,
    );

    it.skipIf(!available)(
      'says nothing of excluded namespaces and of what is waived',
      async () => {
        const wrong: string[] = [];
        await each(
          taken.filter(({ seen, rule }) => judged(seen).has(rule.id)),
          async ({ rule, name, object, collection }) => {
            for (const namespace of ['kube-public', WAIVED]) {
              const answer = await dryRun('POST', (await collection(namespace)) ?? '', moved(object, namespace));
              const silent = namespace === WAIVED ? !warned(answer).has(rule.id) : warned(answer).size === 0;
              if (answer.status !== 201 || !silent)
                wrong.push(`${rule.id}: ${name} in ${namespace}: ${answer.status} ${answer.warnings.join(' ')}`);
            }
          },
        );
        expect(wrong.toSorted()).toEqual([]);
      },
      300_000,
    );

    it('exports every rule', () => expect(whole.skipped).toEqual([]));

    it.skipIf(!available)('was asked about a failing object by every rule but those that the server needs no policy for', () => {
      const asked = new Set(taken.filter(({ rule, seen }) => judged(seen).has(rule.id)).map(({ rule }) => rule.id));
      const never = library.rules.filter(({ id }) => !asked.has(id)).map(({ id }) => id);
      expect(never).toEqual(refusedAnyway(version));
      expect(taken.length).toBeGreaterThan(cases.length * 0.85);
    });
  },
);
