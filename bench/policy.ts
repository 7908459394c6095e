import { FAIL, NOT_APPLICABLE, NOT_EVALUATED, PASS } from '#core/inventory/model.ts';
import type { FactFinding, ScanObject } from '#core/inventory/model.ts';
import { SEVERITIES } from '#core/model.ts';
import { findingsOf } from '#core/policy/finding.ts';
import type { Lens } from '#core/policy/lens.ts';
import { projectInOnePass } from '#core/policy/one-pass.fixture.ts';
import { postureRate, postureRows } from '#core/policy/posture.ts';
import { projectLens } from '#core/policy/project.ts';
import type { PolicyRule, Projection } from '#core/policy/project.ts';
import { indexScan } from '#core/policy/scan-index.ts';
import type { ScanIndex } from '#core/policy/scan-index.ts';
import { ruleOf } from '#core/evaluate/small-rules.fixture.ts';
import type { Waiver } from '#core/workspace/model.ts';
import { median, ratio, type BenchTable } from './table.ts';

/** A scan that no cluster of ours gives: 10,000 objects, a third of them owned, under 500 rules. */
const OBJECTS = 10_000;
const RULES = 500;
const NAMESPACES = 80;
const ROUNDS = 9;
const TODAY = '2026-11-29';

/** A small generator of its own, so that every run measures the same scan. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const policyRule = (index: number): PolicyRule => {
  const rule = ruleOf({
    id: `rule-${index}`,
    require: 'true',
    severity: SEVERITIES[index % SEVERITIES.length] ?? 'low',
    message: 'container {{container}} of {{name}}',
  });
  return { rule, index, severity: rule.severity, message: rule.message, mode: 'deny', params: rule.params };
};

/** Of four verdicts one applies; of those that apply one in twelve fails, at one or two places. */
function objectOf(at: number, next: () => number): ScanObject {
  const verdicts = new Uint8Array(RULES);
  const findings: FactFinding[] = [];
  for (let rule = 0; rule < RULES; rule++) {
    const drawn = next();
    const code = drawn < 0.75 ? NOT_APPLICABLE : drawn < 0.979 ? PASS : drawn < 0.999 ? FAIL : NOT_EVALUATED;
    verdicts[rule] = code;
    if (code === FAIL) findings.push({ rule, path: 'spec.containers[name=web].image', container: 'web' });
    if (code === FAIL && next() < 0.3) findings.push({ rule, path: 'spec.containers[name=log].image', container: 'log' });
    if (code === NOT_EVALUATED) findings.push({ rule, path: '', reason: 'redacted' });
  }
  const owner = at % 3 === 2 ? { owner: { kind: 'Deployment', name: `object-${at - 1}`, uid: `uid-${at - 1}` } } : {};
  return {
    id: at,
    apiVersion: at % 3 === 2 ? 'v1' : 'apps/v1',
    kind: at % 3 === 2 ? 'Pod' : 'Deployment',
    namespace: `team-${Math.floor(at / 3) % NAMESPACES}`,
    name: `object-${at}`,
    uid: `uid-${at}`,
    labels: { tier: at % 2 === 0 ? 'front' : 'back' },
    waivers: at % 50 === 0 ? { 'rule-1': 'known' } : {},
    idle: false,
    assumedNamespace: false,
    verdicts,
    findings,
    ...owner,
  };
}

function waiverOf(at: number): Waiver {
  const scope = at % 2 === 0 ? { namespaces: [`team-${at % NAMESPACES}`] } : { labels: { tier: 'back' }, container: 'log' };
  return { id: `waiver-${at}`, rule: `rule-${(at * 7) % RULES}`, reason: 'known', ...scope };
}

/** Every number that an editor shows: rules, objects, clean ones, failing places, posture. */
const numbersOf = ({ rules, objects, clean, places }: Projection): readonly number[] => [
  rules.length,
  objects,
  clean,
  places.reduce((sum, count) => sum + count, 0),
  postureRate(postureRows(rules)) ?? 0,
];

/** Milliseconds of this thread's own time, the middle of some rounds: what it takes where nobody else wants the processor. */
function time(work: (round: number) => unknown): number {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.threadCpuUsage();
    work(round);
    const { user, system } = process.threadCpuUsage(start);
    times.push((user + system) / 1000);
  }
  return median(times);
}

export async function benchPolicy(): Promise<BenchTable> {
  const next = random(7);
  const objects = Array.from({ length: OBJECTS }, (_, at) => objectOf(at, next));
  const rules = Array.from({ length: RULES }, (_, index) => policyRule(index));
  const waivers = Array.from({ length: 200 }, (_, at) => waiverOf(at));
  const bare: Lens = { rules };
  const full: Lens = {
    rules: rules.map((rule, at) => (at % 25 === 0 ? { ...rule, scope: { labels: { tier: 'front' } } } : rule)),
    waivers,
    today: TODAY,
    reach: ({ namespace, labels }) => namespace !== 'team-3' && (namespace !== 'team-4' || labels['tier'] === 'back'),
  };
  let index: ScanIndex = indexScan(objects, RULES);
  const onePass = time(() => projectInOnePass(objects, rules));
  const indexing = time(() => (index = indexScan(objects, RULES)));
  const projecting = time(() => projectLens(index, bare));
  const lens = time(() => projectLens(index, full));
  const toggling = time((round) => numbersOf(projectLens(index, { ...full, rules: full.rules.toSpliced(round * 3, 1) })));
  const listing = time(() => projectLens(index, full).judgements.length);
  const { judgements } = projectLens(index, bare);
  const findings = judgements.reduce((sum, judgement) => sum + findingsOf(judgement).length, 0);
  const row = (what: string, ms: number, goal: string): readonly string[] => [
    what,
    `${ms.toFixed(1)} ms`,
    goal,
    ratio(onePass / ms),
  ];
  return {
    name: `policies on a scan of ${OBJECTS} objects x ${RULES} rules (${judgements.length} verdicts that are no pass, ${findings} places)`,
    rows: [
      ['', 'time', 'goal', 'one pass is'],
      row('one pass over objects and rules, per policy', onePass, ''),
      row('index of the scan, once', indexing, ''),
      row('projection of a policy on the index', projecting, '50 ms'),
      row('the same with 200 waivers, 20 scopes, a reach', lens, '50 ms'),
      row('a rule toggled: every number anew', toggling, '100 ms'),
      row('projection with every verdict that is no pass as an object', listing, ''),
    ],
  };
}
