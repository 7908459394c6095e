import { SYSTEM_NAMESPACES } from '#core/enforce/model.ts';
import type { EnforcementPlan } from '#core/enforce/model.ts';
import { servable, TEMPLATE_KINDS, workloadOf } from '#core/enforce/parity/served-objects.fixture.ts';
import { plan } from '#core/enforce/plan.ts';
import { isObject, own, textAt } from '#core/json.ts';
import type { JsonObject } from '#core/json.ts';
import { groupOf } from '#core/model.ts';
import type { Library, Rule } from '#core/rules/model.ts';
import type { Waiver } from '#core/workspace/model.ts';

/*
 * What parity is shown on, whatever the engine: every example of every rule (Pods also as workloads), and plans in which each rule
 * denies in a namespace of its own, is waived in another and warns elsewhere, so that one answer can speak of all rules.
 */

export const WAIVED = 'waived';
export const deniedIn = (rule: string): string => (rule === 'no-default-namespace' ? 'default' : `deny-${rule}`);

const waiverOf = (rule: string): Waiver => ({ id: `w-${rule}`, rule, namespaces: [WAIVED], reason: 'for the test' });

/** Every rule of a library, each with its own namespace in which it denies. */
export function parityPlan(library: Library): EnforcementPlan {
  const made = library.rules.map(({ id }) =>
    plan({ name: 'all', title: '', description: '', rules: { [id]: { mode: 'deny' } } }, library, {
      waivers: [waiverOf(id)],
      today: '2026-01-01',
      steps: [{ mode: 'warn' }, { mode: 'deny', namespaces: [deniedIn(id)] }],
      excludedNamespaces: SYSTEM_NAMESPACES,
      failurePolicy: 'Fail',
    }),
  );
  return {
    policy: 'all',
    minor: 30,
    excludedNamespaces: SYSTEM_NAMESPACES,
    rules: made.flatMap(({ rules }) => rules),
    skipped: made.flatMap(({ skipped }) => skipped),
  };
}

/** An object that an API server takes, unless it refuses what the rule is about by itself. */
export interface ParityCase {
  readonly rule: Rule;
  /** Of the example. */
  readonly name: string;
  readonly kind: string;
  /** Whether it is an example of what fails. */
  readonly fails: boolean;
  readonly object: JsonObject;
}

export function parityCases(library: Library): readonly ParityCase[] {
  return library.rules.flatMap((rule) => {
    const { pass, fail, notApplicable } = rule.examples;
    const all = [
      ...[...pass, ...notApplicable, { name: 'a sound Deployment', object: SOUND }].map((one) => ({ ...one, fails: false })),
      ...fail.map((one) => ({ ...one, fails: true })),
    ];
    return all.flatMap(({ name, object, fails }, turn) =>
      variants(library, rule, object, turn)
        .filter((one) => matches(library, rule, one))
        .map((one) => ({ rule, name, fails, kind: textAt(one, 'kind') ?? '', object: servable(one) })),
    );
  });
}

const matches = ({ matchers }: Library, { match }: Rule, object: JsonObject): boolean => {
  const kinds = matchers.matchers[match]?.kinds ?? 'any';
  const group = groupOf(textAt(object, 'apiVersion') ?? '');
  return kinds === 'any' || kinds.some((one) => one.group === group && one.kind === object['kind'] && one.legacy !== true);
};

/** An example and, of a Pod, a workload: each kind comes up in turn, Deployments most. */
function variants(library: Library, rule: Rule, object: JsonObject, turn: number): readonly JsonObject[] {
  if (object['kind'] !== 'Pod') return [object];
  const kind = TEMPLATE_KINDS[(turn + rule.id.length) % TEMPLATE_KINDS.length] ?? 'CronJob';
  const kinds = new Set(turn % 2 === 0 ? ['Deployment' as const] : ['Deployment' as const, kind]);
  return [object, ...[...kinds].map((one) => workloadOf(object, one))].filter((one) => matches(library, rule, one));
}

const probe = { httpGet: { path: '/', port: 80 } };
const resources = { cpu: '1', memory: '1Gi' };
/** Passes every rule about workloads: what updates start from. */
const SOUND: JsonObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'sound', namespace: 'shop' },
  spec: {
    replicas: 2,
    template: {
      spec: {
        containers: [
          {
            name: 'sound',
            image: 'registry.example.com/web:1',
            resources: { limits: resources, requests: resources },
            livenessProbe: probe,
            readinessProbe: probe,
            securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, runAsUser: 10_001 },
          },
        ],
      },
    },
  },
};

export const metadataOf = (object: JsonObject): JsonObject => {
  const metadata = own(object, 'metadata');
  return isObject(metadata) ? metadata : {};
};

export const moved = (object: JsonObject, namespace: string, name?: string): JsonObject => ({
  ...object,
  metadata: { ...metadataOf(object), namespace, ...(name === undefined ? {} : { name }) },
});

/** With a name that the server is to complete. */
export function generated(object: JsonObject): JsonObject {
  const { name: _, ...rest } = metadataOf(object);
  return { ...object, metadata: { ...rest, generateName: 'made-' } };
}

export const isSameKind = (a: JsonObject, b: JsonObject): boolean =>
  a['apiVersion'] === b['apiVersion'] && a['kind'] === b['kind'];

export const namespaceOf = (object: JsonObject): string => textAt(metadataOf(object), 'namespace') ?? 'default';
