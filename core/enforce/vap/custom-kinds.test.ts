import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deniedIn, metadataOf, moved } from '#core/enforce/parity/cases.fixture.ts';
import { messageOf } from '#core/enforce/parity/judge.fixture.ts';
import { podOf, servable, workloadOf } from '#core/enforce/parity/served-objects.fixture.ts';
import { vapObjects } from '#core/enforce/vap/objects.ts';
import type { JsonObject } from '#core/json.ts';
import type { Rule } from '#core/rules/model.ts';
import { startApiServer } from '#test/apiserver.ts';
import type { ApiServer, ServerVersion } from '#test/apiserver.ts';
import { anything, definition } from '#test/crd-schema.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { cases, denialBy, each, judged, library, said, whole } from '#test/parity-server.ts';

/*
 * Custom resources that carry a pod template (Argo, Knative, OpenShift), on servers that serve them: every exported rule that matches
 * them denies what a scan finds in them, by the same message, and nothing else.
 */

const KINDS = [
  { group: 'argoproj.io', version: 'v1alpha1', kind: 'Rollout', plural: 'rollouts' },
  { group: 'serving.knative.dev', version: 'v1', kind: 'Service', plural: 'services' },
  { group: 'apps.openshift.io', version: 'v1', kind: 'DeploymentConfig', plural: 'deploymentconfigs' },
] as const;
/** What they find in metadata a server refuses by itself, whatever the kind. */
const OF_METADATA = ['label-values-valid', 'object-name-valid'];
type CustomKind = (typeof KINDS)[number];

const definitions = KINDS.map(({ group, version, kind, plural }) =>
  definition({ group, kind, plural, namespaced: true, versions: [version] }, { spec: { type: 'object', ...anything } }),
);

interface Asked {
  readonly rule: Rule;
  readonly of: CustomKind;
  readonly object: JsonObject;
}

/** The Pods of a rule's examples. */
const podsOf = (rule: Rule, fails: boolean): readonly JsonObject[] =>
  cases.flatMap((one) => {
    const pod = one.rule === rule && one.fails === fails && !one.brief ? podOf(one.object) : undefined;
    // What keeps all fields keeps those that are null, which no other kind does (docs/parity.md).
    return pod === undefined || JSON.stringify(pod).includes(':null') ? [] : [pod];
  });

const isMatched = ({ match }: Rule, of: CustomKind): boolean => {
  const kinds = library.matchers.matchers[match]?.kinds ?? 'any';
  return kinds === 'any' || kinds.some(({ group, kind }) => group === of.group && kind === of.kind);
};

/** Of every rule one example that fails and one that passes as each of the kinds: another one as each, where there are more. */
const asked: readonly Asked[] = library.rules
  .filter(({ id }) => !OF_METADATA.includes(id))
  .flatMap((rule) =>
    [true, false].flatMap((fails) => {
      const pods = podsOf(rule, fails);
      return KINDS.filter((of) => isMatched(rule, of)).flatMap((of, turn) => {
        const pod = pods[turn % pods.length];
        if (pod === undefined) return [];
        const { spec } = servable(workloadOf(pod, 'Deployment')) as { readonly spec: JsonObject };
        const made = { apiVersion: `${of.group}/${of.version}`, kind: of.kind, metadata: metadataOf(pod), spec };
        return [{ rule, of, object: moved(made, deniedIn(rule.id)) }];
      });
    }),
  );

describe.each<{ version: ServerVersion }>([{ version: '1.30' }, { version: '1.36' }])(
  'custom resources on a real API server $version',
  ({ version }) => {
    const { available } = requireEnvtest(['etcd', `kube-apiserver-${version}`]);
    let server: ApiServer;
    const create = ({ of, rule, object }: Asked) =>
      server.request('POST', `/apis/${of.group}/${of.version}/namespaces/${deniedIn(rule.id)}/${of.plural}?dryRun=All`, object);

    beforeAll(async () => {
      if (!available) return;
      server = await startApiServer({ version });
      const spaces = [...new Set(asked.map(({ rule }) => deniedIn(rule.id)))].filter((name) => name !== 'default');
      await server.apply(spaces.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })));
      await server.apply(definitions);
      await server.apply(whole.rules.flatMap((rule) => vapObjects(whole, rule, 'test')));
      await active();
    }, 300_000);
    afterAll(async () => server?.stop());

    /** Policies take a second or two to become active: until each that fails on something has refused it. */
    async function active(): Promise<void> {
      const waiting = new Map(asked.filter((one) => judged(one.object).has(one.rule.id)).map((one) => [one.rule.id, one]));
      for (let turn = 0; waiting.size > 0 && turn < 80; turn += 1) {
        for (const [id, one] of waiting) {
          if (denialBy(id, await create(one)) === undefined) break;
          waiting.delete(id);
        }
        if (waiting.size > 0) await new Promise((resume) => setTimeout(resume, 250));
      }
      if (waiting.size > 0) throw new Error(`never active: ${[...waiting.keys()].join(', ')}`);
    }

    it.skipIf(!available)(
      'are refused where a scan says that they fail, and taken where it does not',
      async () => {
        const wrong: string[] = [];
        const counts = new Map<string, [passes: number, fails: number]>();
        await each(asked, async (one) => {
          const { rule, of, object } = one;
          const findings = judged(object).get(rule.id);
          const ours = findings === undefined ? undefined : messageOf(rule, object, findings[0]);
          const answer = await create(one);
          const theirs = denialBy(rule.id, answer);
          if (ours !== theirs || (ours === undefined && answer.status !== 201))
            wrong.push(`${rule.id} on ${of.kind}: we '${ours}', server ${answer.status} '${theirs ?? said(answer)}'`);
          const count = counts.get(of.kind) ?? [0, 0];
          count[ours === undefined ? 0 : 1] += 1;
          counts.set(of.kind, count);
        });
        expect(wrong.toSorted()).toEqual([]);
        for (const [passes, fails] of counts.values()) {
          expect(passes).toBeGreaterThan(40);
          expect(fails).toBeGreaterThan(40);
        }
        expect([...counts.keys()].toSorted()).toEqual(KINDS.map(({ kind }) => kind).toSorted());
      },
      300_000,
    );
  },
);
