import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deniedIn, generated, isSameKind, metadataOf, moved, refusedAnyway, WAIVED } from '#core/enforce/parity/cases.fixture.ts';
import { messageOf } from '#core/enforce/parity/judge.fixture.ts';
import { resultsText, Tally } from '#core/enforce/parity/results.fixture.ts';
import { cases, completedName, denialBy, each, judged, library, nameOf } from '#test/parity-server.ts';
import { ParityServer, said, shopOf, SHOPS, warned, whole } from '#test/parity-server.ts';
import type { Stored } from '#test/parity-server.ts';
import { own, textAt } from '#core/json.ts';
import type { JsonObject } from '#core/json.ts';
import type { Rule } from '#core/rules/model.ts';
import type { ApiResponse, ServerVersion } from '#test/apiserver.ts';
import { requireEnvtest } from '#test/envtest.ts';

/*
 * What a scan says is what a cluster enforces: every example of every rule (Pods also as workloads) is sent to real API servers that
 * have all exported policies, and all rules must agree with them on all objects, message included. Each rule denies in a namespace of
 * its own and warns elsewhere. What was asked is kept by rule and axis (docs/parity.md).
 */

/** Its failing examples that a server takes are of kinds in which none passes: no update leads from one to the other. */
const NO_UPDATE = ['no-host-path', 'pss-volume-types', 'pss-windows-host-process'];
/** Kinds of Argo, OpenShift and Knative, whose definitions this server does not have: custom-kinds.test.ts asks about them. */
const NOT_SERVED = ['Rollout', 'DeploymentConfig', 'Service'];
/** Its other examples are refused by the server: an unmasked /proc needs a user namespace. */
const NOT_SHOWN: Readonly<Record<ServerVersion, readonly string[]>> = {
  '1.30': [],
  '1.36': ['PodTemplate', 'ReplicationController', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob'].map(
    (kind) => `pss-proc-mount-restricted ${kind} fails`,
  ),
};
/** It fails in one namespace alone, in which it denies. */
const BY_NAMESPACE = 'no-default-namespace';

const saidOf = (rule: Rule, object: JsonObject): string | undefined => {
  const findings = judged(object).get(rule.id);
  return findings === undefined ? undefined : messageOf(rule, object, findings[0]);
};
const shortly = ({ status, body }: ApiResponse): string => `${status} ${JSON.stringify(body).slice(0, 300)}`;

describe.each<{ version: ServerVersion }>([{ version: '1.30' }, { version: '1.36' }])(
  'on a real API server $version',
  ({ version }) => {
    const { available } = requireEnvtest(['etcd', `kube-apiserver-${version}`]);
    const tally = new Tally();
    let server: ParityServer;

    beforeAll(async () => {
      if (available) server = await ParityServer.start(version);
    }, 300_000);
    afterAll(async () => server?.stop());
    const taken = () => server.taken.filter(({ brief }) => !brief);

    it.skipIf(!available)(
      'all rules agree on all examples, and say the same',
      async () => {
        const wrong: string[] = [];
        await each(server.taken, async (example) => {
          const { rule, name, object, seen, brief } = example;
          const mine = shopOf(library.rules.indexOf(rule));
          const answers = new Map<string, ReadonlyMap<string, string>>();
          for (const shop of brief ? [mine] : SHOPS)
            answers.set(shop, warned(await server.created(example, shop, moved(object, shop))));
          for (const [index, one] of library.rules.entries()) {
            const shop = shopOf(index);
            const answer = answers.get(shop);
            if (answer === undefined) continue;
            const [ours, theirs] = [saidOf(one, moved(seen, shop)), answer.get(one.id)];
            const named = isNamed(object) || !one.message.includes('{{name}}');
            const same = named ? ours === theirs : (ours === undefined) === (theirs === undefined);
            if (!same) wrong.push(`${one.id} on ${rule.id}: ${name} (${example.kind}): we '${ours}', server '${theirs}'`);
            tally.add(one.id, 'allRules', theirs !== undefined);
            if (one === rule && one.id !== BY_NAMESPACE) tally.add(one.id, 'create', theirs !== undefined);
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
        await each(taken(), async (example) => {
          const { rule, name, object, seen } = example;
          const here = deniedIn(rule.id);
          const text = saidOf(rule, moved(seen, here));
          const placed = moved(object, here);
          const answer = await server.created(example, here, placed);
          const denial = denialBy(rule.id, answer);
          const named = isNamed(object) || !rule.message.includes('{{name}}');
          if (named ? denial !== text : (denial === undefined) !== (text === undefined))
            wrong.push(`${rule.id}: ${name} ${shortly(answer)}: no '${text}'`);
          if (rule.id === BY_NAMESPACE) tally.add(rule.id, 'create', denial !== undefined);
          if (text === undefined) return;
          tally.add(rule.id, 'denied', denial !== undefined);
          const unnamed = await server.created(example, here, generated(placed));
          const told = denialBy(rule.id, unnamed);
          const wanted = saidOf(rule, moved(seen, here, completedName(unnamed)));
          if (told !== wanted) wrong.push(`${rule.id}: ${name}, generated: ${shortly(unnamed)}: no '${wanted}'`);
          tally.add(rule.id, 'generateName', told !== undefined);
        });
        expect(wrong.toSorted()).toEqual([]);
      },
      300_000,
    );

    it.skipIf(!available)(
      'lets objects from before the rule be updated, as long as nothing it looks at changes',
      async () => {
        const old = server.stored.filter((one) => judged(one.stored).has(one.rule.id));
        const wrong: string[] = [];
        await each(old, async ({ rule, name, path, stored: before }) => {
          const metadata = { ...metadataOf(before), finalizers: ['example.com/kept'] };
          const answer = await server.dryRun('PUT', path, { ...before, metadata });
          if (answer.status !== 200) wrong.push(`${rule.id}: ${name} ${shortly(answer)}`);
          tally.add(rule.id, 'unchanged', answer.status !== 200);
        });
        expect(wrong.toSorted()).toEqual([]);
        expect(new Set(old.map(({ rule }) => rule.id)).size).toBeGreaterThan(30);
      },
      300_000,
    );

    /** A stored object that passes, with the content of a failing example of its kind, and what is said of that. */
    const worsened = (): readonly { readonly at: Stored; readonly object: JsonObject; readonly text: string }[] =>
      server.stored
        .filter((one) => one.kind !== 'Pod' && !judged(one.stored).has(one.rule.id))
        .flatMap((at) =>
          taken()
            .filter((one) => one.rule === at.rule && isSameKind(one.object, at.object) && judged(one.seen).has(at.rule.id))
            .slice(0, 1)
            .map(({ object, seen }) => {
              const { namespace, resourceVersion } = metadataOf(at.stored);
              const metadata = {
                ...metadataOf(object),
                name: nameOf(at.stored),
                namespace: namespace ?? '',
                resourceVersion: resourceVersion ?? '',
              };
              const text = saidOf(at.rule, moved(seen, deniedIn(at.rule.id), nameOf(at.stored))) ?? '';
              return { at, object: { ...object, metadata }, text };
            }),
        );

    it.skipIf(!available)(
      'refuses updates that make an object fail, by the message, unless it is being deleted',
      async () => {
        const wrong: string[] = [];
        const seen = new Set<string>();
        await each(worsened(), async ({ at, object, text }) => {
          const { rule, path, name } = at;
          const answer = await server.dryRun('PUT', path, object);
          // What the server lets nobody change.
          if (answer.status === 422 && !said(answer).includes('ValidatingAdmissionPolicy')) return;
          seen.add(rule.id);
          const denial = denialBy(rule.id, answer);
          if (denial !== text) wrong.push(`${rule.id}: ${name} ${shortly(answer)}: no '${text}'`);
          tally.add(rule.id, 'changed', denial !== undefined);
          const kept = { ...at.stored, metadata: { ...metadataOf(at.stored), finalizers: ['example.com/kept'] } };
          await server.request('PUT', path, kept);
          const going = await server.request('DELETE', path);
          const { resourceVersion: _, ...metadata } = metadataOf(object);
          const letGo = await server.dryRun('PUT', path, { ...object, metadata });
          if (letGo.status !== 200) wrong.push(`${rule.id}: ${name}, going ${going.status}: ${shortly(letGo)}`);
          tally.add(rule.id, 'deleting', letGo.status !== 200);
        });
        expect(wrong.toSorted()).toEqual([]);
        const never = whole.rules.filter(({ rule, match }) => match.operations.includes('UPDATE') && !seen.has(rule));
        expect(never.map(({ rule }) => rule).filter((rule) => !refusedAnyway(version).includes(rule))).toEqual(NO_UPDATE);
      },
      300_000,
    );

    it.skipIf(!available)(
      'says nothing of excluded namespaces and of what is waived',
      async () => {
        const wrong: string[] = [];
        const failing = taken().filter(({ seen, rule }) => judged(seen).has(rule.id));
        await each(failing, async (example) => {
          const { rule, name, object } = example;
          for (const [axis, namespace] of [['excluded', 'kube-public'] as const, ['waived', WAIVED] as const]) {
            const answer = await server.created(example, namespace, moved(object, namespace));
            const silent = axis === 'waived' ? !warned(answer).has(rule.id) : warned(answer).size === 0;
            if (answer.status !== 201 || !silent)
              wrong.push(`${rule.id}: ${name}, ${axis}: ${answer.status} ${answer.warnings.join(' ')}`);
            tally.add(rule.id, axis, answer.status !== 201 || !silent);
          }
        });
        expect(wrong.toSorted()).toEqual([]);
      },
      300_000,
    );

    it('exports every rule', () => expect(whole.skipped).toEqual([]));

    it.skipIf(!available)('was asked about every kind that it serves and a rule matches, failing and passing', () => {
      const shown = new Set(
        server.taken.map(({ rule, kind, seen }) => `${rule.id} ${kind} ${judged(seen).has(rule.id) ? 'fails' : 'passes'}`),
      );
      const never = library.rules
        .filter(({ id }) => !refusedAnyway(version).includes(id))
        .flatMap(({ id, match }) => {
          const kinds = library.matchers.matchers[match]?.kinds ?? 'any';
          const names = kinds === 'any' ? [] : kinds.flatMap(({ kind, legacy }) => (legacy === true ? [] : [kind]));
          return [...new Set(names)].flatMap((kind) =>
            ['fails', 'passes'].map((how) => `${id} ${kind} ${how}`).filter((one) => !shown.has(one)),
          );
        });
      expect(never.filter((one) => !NOT_SERVED.some((kind) => one.includes(` ${kind} `)))).toEqual(NOT_SHOWN[version]);
    });

    it.skipIf(!available)('was asked about a failing object by every rule but those that the server needs no policy for', () => {
      const asked = new Set(server.taken.filter(({ rule, seen }) => judged(seen).has(rule.id)).map(({ rule }) => rule.id));
      const never = library.rules.filter(({ id }) => !asked.has(id)).map(({ id }) => id);
      expect(never).toEqual(refusedAnyway(version));
      expect(server.taken.length).toBeGreaterThan(cases.length * 0.85);
    });

    it.skipIf(!available)('is kept as it came out', async () => {
      const results = tally.results(whole.rules.map(({ rule }) => rule));
      const file = fileURLToPath(new URL(`../parity/golden/kube-apiserver-${version}.json`, import.meta.url));
      await expect(resultsText(results)).toMatchFileSnapshot(file);
    });
  },
);

/** A generated name is another one in every answer. */
const isNamed = (object: JsonObject): boolean =>
  own(metadataOf(object), 'generateName') === undefined && textAt(metadataOf(object), 'name') !== undefined;
