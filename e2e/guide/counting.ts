import { TEAMS, type Thing } from './shop.ts';

/** Counts from what the test applied, in plain code: what every screen must show. Nothing here comes from the product. */

interface Rule {
  readonly title: string;
  /** The published weight of its severity (docs/posture.md). */
  readonly weight: 8 | 4 | 2 | 1;
  readonly on: readonly Thing['kind'][];
}

const [CRITICAL, HIGH, MEDIUM, LOW] = [8, 4, 2, 1] as const;
const W = ['Deployment'] as const;
const ALL = ['Deployment', 'Service'] as const;

/** The rules of the strict policy that judge Deployments and Services. */
const RULES: Readonly<Record<string, Rule>> = {
  'image-tag-explicit': { title: 'Images carry an explicit tag or digest', weight: MEDIUM, on: W },
  'memory-request': { title: 'Containers request memory', weight: MEDIUM, on: W },
  'cpu-request': { title: 'Containers request CPU', weight: MEDIUM, on: W },
  'memory-limit': { title: 'Containers set a memory limit', weight: MEDIUM, on: W },
  'cpu-limit': { title: 'Containers set a CPU limit', weight: LOW, on: W },
  'service-no-node-port': { title: 'Services are not of type NodePort', weight: MEDIUM, on: ['Service'] },
  'label-values-valid': { title: 'Label values are valid', weight: MEDIUM, on: W },
  'restart-policy-always': { title: 'Controllers restart their containers always', weight: HIGH, on: W },
  'liveness-probe': { title: 'Containers define a liveness probe', weight: MEDIUM, on: W },
  'readiness-probe': { title: 'Containers define a readiness probe', weight: MEDIUM, on: W },
  'no-default-namespace': { title: 'Workloads do not live in the namespace default', weight: MEDIUM, on: W },
  'replicas-min-two': { title: 'Deployments ask for at least two replicas', weight: MEDIUM, on: W },
  'no-privileged': { title: 'No privileged containers', weight: CRITICAL, on: W },
  'no-privilege-escalation': { title: 'Privilege escalation is off', weight: HIGH, on: W },
  'removed-api-1-16': { title: '', weight: HIGH, on: ALL },
  'removed-api-1-17': { title: '', weight: HIGH, on: ALL },
  'object-name-valid': { title: 'Objects have a valid name', weight: MEDIUM, on: ALL },
};

/** Rules of the strict policy about kinds that the cluster has none of. */
export const NOT_APPLICABLE = [
  'ingress-host-explicit',
  'cron-schedule-valid',
  'hpa-min-replicas',
  'cron-deadline',
  'cron-concurrency',
] as const;

/** Everything that the strict policy wants at first. */
export const wantedRules = (): readonly string[] => [...Object.keys(RULES), ...NOT_APPLICABLE];

export const titleOf = (rule: string): string => RULES[rule]?.title ?? rule;

const failsOn = (rule: string, thing: Thing): boolean =>
  thing.kind === 'Service'
    ? rule === 'service-no-node-port' && thing.type === 'NodePort'
    : thing.lacks.some((lack) => lack === rule);

const judged = (rule: string, things: readonly Thing[]): readonly Thing[] =>
  things.filter((thing) => RULES[rule]?.on.includes(thing.kind) === true);

export interface Failing {
  readonly objects: number;
  readonly namespaces: number;
  readonly teams: number;
}

export function failing(rule: string, things: readonly Thing[]): Failing {
  const found = judged(rule, things).filter((thing) => failsOn(rule, thing));
  const where = new Set(found.map((thing) => thing.namespace));
  return { objects: found.length, namespaces: where.size, teams: new Set([...where].map((name) => TEAMS[name])).size };
}

/** Rules that fail somewhere, by id. */
export const failingRules = (things: readonly Thing[], except: readonly string[] = []): readonly string[] =>
  Object.keys(RULES)
    .filter((rule) => !except.includes(rule) && failing(rule, things).objects > 0)
    .toSorted();

/** Rules that pass on something and fail on nothing. */
export const holdingRules = (things: readonly Thing[]): readonly string[] =>
  Object.keys(RULES).filter((rule) => judged(rule, things).length > 0 && failing(rule, things).objects === 0);

/** Failing places: one per object here, as every object has one container. */
export const findings = (things: readonly Thing[], except: readonly string[] = []): number =>
  failingRules(things, except).reduce((sum, rule) => sum + failing(rule, things).objects, 0);

/** Posture in per cent with one decimal, as docs/posture.md publishes it. `waived` verdicts count on neither side. */
export function posture(
  things: readonly Thing[],
  { waived = {}, except = [] }: { readonly waived?: Readonly<Record<string, number>>; readonly except?: readonly string[] } = {},
): string {
  let pass = 0;
  let all = 0;
  for (const [rule, { weight }] of Object.entries(RULES)) {
    if (except.includes(rule)) continue;
    const counted = judged(rule, things).length - (waived[rule] ?? 0);
    const fail = failing(rule, things).objects - (waived[rule] ?? 0);
    pass += weight * (counted - fail);
    all += weight * counted;
  }
  return ((100 * pass) / all).toFixed(1);
}

/** Verdicts that pass, and those that pass or fail. */
export function verdicts(things: readonly Thing[]): { readonly pass: number; readonly all: number } {
  const all = Object.keys(RULES).reduce((sum, rule) => sum + judged(rule, things).length, 0);
  return { pass: all - findings(things), all };
}
