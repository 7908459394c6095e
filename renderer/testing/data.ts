import type { Run } from '#core/api/common.ts';
import type { FindingRow, Overview, RuleStanding } from '#core/api/findings.ts';
import type { Source } from '#core/api/scans.ts';
import { noCounts, SEVERITIES, type Effort, type Severity, type VerdictCounts } from '#core/model.ts';
import { CATEGORIES, type Category } from '#core/rules/model.ts';

/** Invented data for component tests: one cluster, 24 namespaces' worth of findings, nothing from a real place. Never shipped. */

const ID = '01J8Z3K4M5N6P7Q8R9S0T1V2';
export const scanIdOf = (number: number): string => `${ID}${String(number).padStart(2, '0')}`;

export const runOf = (number: number, more: Partial<Run> = {}): Run => ({
  id: scanIdOf(number),
  number,
  origin: 'scan',
  status: 'complete',
  startedAt: new Date(Date.UTC(2026, 10, 10 + number, 9, 30)).toISOString(),
  finishedAt: new Date(Date.UTC(2026, 10, 10 + number, 9, 31)).toISOString(),
  durationMs: 4200,
  source: { id: 1, kind: 'cluster', name: 'harbour-prod', colour: 'plum', production: true },
  policy: 'default',
  labels: {},
  toolVersion: '0.1.0',
  kubernetesMinor: '1.34',
  server: 'https://api.harbour.example:6443',
  user: 'viewer@harbour.example',
  objects: 611,
  evaluated: 611,
  requests: 214,
  covered: 0.97,
  failing: { critical: 6, high: 163, medium: 690, low: 635 },
  posture: { pass: 9821, fail: 1494 },
  ...more,
});

export const sourceOf = (more: Partial<Source> = {}): Source => ({
  id: 1,
  kind: 'cluster',
  name: 'harbour-prod',
  colour: 'plum',
  production: true,
  context: 'harbour-prod',
  server: 'https://api.harbour.example:6443',
  runs: 6,
  latest: runOf(6),
  ...more,
});

const TITLES = [
  'Containers run as non-root',
  'Privilege escalation is off',
  'Containers set a memory limit',
  'Served containers have a readiness probe',
  'Root file system is read-only',
  'All capabilities are dropped',
  'Images are pinned by digest',
  'Workloads run two replicas',
  'No hostPath volumes',
  'Objects name their team',
] as const;

const RULES = 79;
const GAP = 27;
const at = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;

export interface RuleSeed {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly category: Category;
  readonly effort: Effort;
  readonly counts: VerdictCounts;
}

export const RULE_SEEDS: readonly RuleSeed[] = Array.from({ length: RULES }, (_, index) => {
  const fails = index >= RULES - GAP - 3 && index < RULES - 3;
  const unknown = index >= RULES - 3;
  const step = index - (RULES - GAP - 3);
  const fail = fails ? 4 + Math.round((step * step) / 4.2) : 0;
  return {
    id: `rule-${String(index + 1).padStart(2, '0')}`,
    title: index < TITLES.length ? at(TITLES, index) : `${at(TITLES, index)} (${index + 1})`,
    severity: at(SEVERITIES, index === 52 ? 0 : (index * 7) % 11 === 0 ? 1 : 2 + (index % 2)),
    category: at(CATEGORIES.slice(0, 8), index * 3),
    effort: at(['easy', 'medium', 'hard'] as const, index),
    counts: { ...noCounts(), pass: unknown ? 0 : 186 - fail, fail, notApplicable: unknown ? 186 : 0 },
  };
});

export const NAMESPACES = [
  'pipelines',
  'events',
  'warehouse',
  'observability',
  'catalog',
  'media',
  'ci-runners',
  'search',
  'cart',
  'payments',
  'storefront',
  'payments-batch',
  'ingress',
  'checkout',
] as const;
const TEAMS = ['data', 'platform', 'catalog', 'checkout', 'payments'] as const;
const KINDS = ['Deployment', 'StatefulSet', 'CronJob', 'DaemonSet'] as const;
const NAMES = [
  'ledger-api',
  'refunds',
  'vault-proxy',
  'fraud-score',
  'settlement-nightly',
  'sepa-export',
  'order-intake-and-confirmation-worker',
] as const;

/** `count` findings of one rule. */
export function rowsOf(seed: RuleSeed, count: number): readonly FindingRow[] {
  return Array.from({ length: count }, (_, index): FindingRow => {
    const kind = at(KINDS, index);
    const container = at(['api', 'web', 'proxy'] as const, index);
    const verdict = index % 17 === 3 ? 'notEvaluated' : 'fail';
    return {
      fingerprint: `v1:${seed.id}-${index}`,
      rule: seed.id,
      title: seed.title,
      category: seed.category,
      severity: seed.severity,
      effort: seed.effort,
      verdict,
      debt: false,
      object: {
        apiVersion: kind === 'CronJob' ? 'batch/v1' : 'apps/v1',
        kind,
        namespace: at(NAMESPACES, index * 5),
        name: `${at(NAMES, index)}${index < NAMES.length ? '' : `-${index}`}`,
      },
      ...(index % 9 === 0 ? {} : { team: at(TEAMS, index) }),
      path: `spec.template.spec.containers[name=${container}].securityContext.readOnlyRootFilesystem`,
      container,
      message: `${container} must set readOnlyRootFilesystem to true, is false`,
      owned: index % 4,
      firstSeen: new Date(Date.UTC(2026, 7, 12 + (index % 90))).toISOString(),
      isNew: index % 40 === 0,
      ...(verdict === 'notEvaluated' ? { reason: 'ReplicaSets could not be listed: 403 forbidden' } : {}),
    };
  });
}

const standing = (seed: RuleSeed): RuleStanding => ({
  rule: seed.id,
  title: seed.title,
  category: seed.category,
  severity: seed.severity,
  effort: seed.effort,
  counts: seed.counts,
  findings: seed.counts.fail,
  namespaces: Math.min(14, seed.counts.fail),
  teams: Math.min(5, seed.counts.fail),
});

export function overviewOf(more: Partial<Overview> = {}): Overview {
  const rules = RULE_SEEDS.map(standing);
  const failing = rules.filter((rule) => rule.counts.fail > 0);
  const namespaces = NAMESPACES.map((namespace, index) => {
    const byCategory = Object.fromEntries(
      CATEGORIES.slice(0, 8).map((category, column) => [
        category,
        Math.max(0, Math.round((141 - index * 9) / (1 + column * column * 0.9)) - (index % 3)),
      ]),
    );
    return {
      namespace,
      team: at(TEAMS, index),
      byCategory,
      total: Object.values(byCategory).reduce((sum, value) => sum + value, 0),
    };
  });
  const [seed] = RULE_SEEDS.filter((one) => one.counts.fail > 20);
  const rows = seed === undefined ? [] : rowsOf(seed, 13);
  return {
    scanId: scanIdOf(6),
    policy: 'default',
    posture: { rate: 0.868, pass: 9821, fail: 1494, covered: 0.97, change: 0.031 },
    failing: { critical: 6, high: 163, medium: 690, low: 635 },
    findings: 1494,
    waived: 31,
    errors: 2,
    notEvaluated: 88,
    objects: 611,
    newFindings: 4,
    fixedFindings: 9,
    comparedWith: scanIdOf(5),
    rules,
    baseline: {
      holds: rules.filter((rule) => rule.counts.pass > 0 && rule.counts.fail === 0).map((rule) => rule.rule),
      fails: failing.map((rule) => rule.rule),
      notApplicable: rules.filter((rule) => rule.counts.pass + rule.counts.fail === 0).map((rule) => rule.rule),
      notEvaluated: [],
    },
    namespaces,
    trend: Array.from({ length: 6 }, (_, index) => ({
      scanId: scanIdOf(index + 1),
      number: index + 1,
      startedAt: runOf(index + 1).startedAt,
      failing: {
        critical: [9, 9, 8, 8, 7, 6][index] ?? 6,
        high: 260 - index * 19,
        medium: 900 - index * 42,
        low: 760 - index * 25,
      },
      pass: 9000 + index * 160,
      fail: 1900 - index * 80,
    })),
    changes: rows.map((finding, index) => ({ change: index < 4 ? 'new' : 'fixed', finding })),
    ...more,
  };
}
