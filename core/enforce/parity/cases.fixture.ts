import { SYSTEM_NAMESPACES } from '#core/enforce/model.ts';
import type { EnforcementPlan } from '#core/enforce/model.ts';
import { podOf, servable, TEMPLATE_KINDS, workloadOf } from '#core/enforce/parity/served-objects.fixture.ts';
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
    onUpdate: 'template-changed',
    annotationWaivers: [],
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
  /** Judged when it is created, and no further: it is there for its kind. */
  readonly brief: boolean;
  readonly object: JsonObject;
}

export function parityCases(library: Library): readonly ParityCase[] {
  return library.rules.flatMap((rule) => {
    const { pass, fail, notApplicable } = rule.examples;
    const all = [
      ...[...pass, ...notApplicable, { name: 'a sound Deployment', object: SOUND }].map((one) => ({ ...one, fails: false })),
      ...fail.map((one) => ({ ...one, fails: true })),
      // Those of one version are judged as the newest has it elsewhere.
    ].filter((one) => !('kubernetes' in one));
    const caseOf = (name: string, fails: boolean, brief: boolean, one: JsonObject): ParityCase => ({
      rule,
      name,
      fails,
      brief,
      kind: textAt(one, 'kind') ?? '',
      object: servable(one),
    });
    const cases = all.flatMap(({ name, object, fails }, turn) =>
      variants(library, rule, object, turn).map((one) => caseOf(name, fails, false, one)),
    );
    // Every kind, once as what fails and once as what passes.
    const others = [true, false].flatMap((fails) => {
      const sound = { name: 'a sound Deployment', object: SOUND };
      const from = fails ? all.find((one) => one.fails && podOf(one.object) !== undefined) : sound;
      const pod = from === undefined ? undefined : podOf(from.object);
      if (from === undefined || pod === undefined) return [];
      return [pod, ...TEMPLATE_KINDS.map((kind) => workloadOf(pod, kind))]
        .map((one) => caseOf(from.name, fails, true, one))
        .filter(
          ({ kind, object }) =>
            matches(library, rule, object) && !cases.some((one) => one.name === from.name && one.kind === kind),
        );
    });
    return [...cases, ...others];
  });
}

/** What these rules find in files, an API server refuses itself or does not serve. */
export const refusedAnyway = (version: string): readonly string[] => [
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

const matches = ({ matchers }: Library, { match }: Rule, object: JsonObject): boolean => {
  const kinds = matchers.matchers[match]?.kinds ?? 'any';
  const group = groupOf(textAt(object, 'apiVersion') ?? '');
  return kinds === 'any' || kinds.some((one) => one.group === group && one.kind === object['kind'] && one.legacy !== true);
};

/** An example and, of a Pod, a workload: each kind comes up in turn, Deployments most. */
function variants(library: Library, rule: Rule, object: JsonObject, turn: number): readonly JsonObject[] {
  if (object['kind'] !== 'Pod') return matches(library, rule, object) ? [object] : [];
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
            securityContext: {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              runAsNonRoot: true,
              runAsUser: 10_001,
              capabilities: { drop: ['ALL'] },
              seccompProfile: { type: 'RuntimeDefault' },
            },
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
