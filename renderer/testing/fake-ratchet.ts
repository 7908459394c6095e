import type { GapRow, Proposal, RatchetView, ReadyRow, SourceStreak } from '#core/api/ratchet.ts';
import type { Change, WorkspaceView } from '#core/api/workspace.ts';
import { noCounts } from '#core/model.ts';
import { NAMESPACES, RULE_SEEDS, runOf, type RuleSeed } from './data.ts';

/** Invented answers about the ratchet. Never shipped. */

const TEAMS = ['data', 'platform', 'catalog', 'checkout', 'payments'] as const;

const common = (seed: RuleSeed) => ({
  rule: seed.id,
  title: seed.title,
  category: seed.category,
  severity: seed.severity,
  effort: seed.effort,
});

export const changeOf = (what: string): Change => ({ id: `c-${what.length}`, what, files: ['policies/harbour-baseline.yaml'] });

export const streakOf = (runs: number, days: number, more: Partial<SourceStreak> = {}): SourceStreak => ({
  source: 'harbour-prod',
  kind: 'cluster',
  runs,
  days,
  enough: runs >= 5 && days >= 7,
  evidence: Array.from({ length: Math.min(6, runs + 1) }, (_, index) => {
    const run = runOf(6 - index);
    return {
      scanId: run.id,
      startedAt: run.startedAt,
      pass: 186,
      fail: index < runs ? 0 : 2,
      ...(index < runs ? {} : { ends: '2 objects fail' }),
    };
  }),
  ...(runs < 5 ? { ended: '2 objects failed in scan #3' } : {}),
  ...more,
});

const ci = streakOf(5, 8, { source: 'shop-api', kind: 'ci' });

const failing = RULE_SEEDS.filter((seed) => seed.counts.fail > 0);
const passing = RULE_SEEDS.filter((seed) => seed.counts.fail === 0 && seed.counts.pass > 0);
const READY = 5;

const readyOf = (seed: RuleSeed): ReadyRow => ({ ...common(seed), applicable: seed.counts.pass, streaks: [streakOf(5, 9), ci] });

const gapOf = (seed: RuleSeed, index: number): GapRow => {
  const teams = TEAMS.slice(0, 1 + (index % 5));
  return {
    ...common(seed),
    counts: seed.counts,
    failing: seed.counts.fail,
    findings: seed.counts.fail * 2,
    namespaces: Math.min(14, seed.counts.fail),
    teams: [...teams],
    trend: Array.from({ length: 6 }, (_, step) => Math.max(0, seed.counts.fail + (5 - step) * ((index % 3) - 1))),
    streaks: [streakOf(0, 0)],
    forecast: `Fix ${seed.counts.fail} objects in ${teams.length} teams and the rule is ready.`,
  };
};

/** A baseline of 44 rules, two of them regressed, one just promoted, two with known debt; 5 ready; the rest missing. */
export function ratchetOf(more: Partial<RatchetView> = {}): RatchetView {
  const inBase = passing.slice(0, passing.length - READY);
  return {
    baseline: { name: 'harbour-baseline', revision: 14, rules: inBase.length },
    strict: { name: 'harbour-strict', revision: 14, rules: passing.length + failing.length },
    criteria: { runs: 5, days: 7, sources: ['harbour-prod', 'shop-api'] },
    held: inBase.map((seed, index) => ({
      ...common(seed),
      mode: 'warn',
      counts: index < 2 ? { ...seed.counts, pass: 183, fail: 3 } : seed.counts,
      ...(index < 2
        ? {
            regressed: {
              objects: [
                { apiVersion: 'apps/v1', kind: 'DaemonSet', namespace: 'observability', name: 'log-shipper' },
                { apiVersion: 'apps/v1', kind: 'DaemonSet', namespace: 'observability', name: 'node-metrics' },
                { apiVersion: 'apps/v1', kind: 'DaemonSet', namespace: 'observability', name: 'disk-probe' },
              ],
              total: 3,
              since: runOf(6).startedAt,
              namespaces: ['observability'],
            },
          }
        : { heldSince: new Date(Date.UTC(2026, 4 + (index % 6), 3)).toISOString() }),
      debt: index === 4 || index === 5 ? 12 : 0,
      ...(index === 7
        ? { promoted: { at: runOf(6).startedAt, revision: 14, change: changeOf(`${seed.title} is promoted`) } }
        : {}),
    })),
    ready: passing.slice(passing.length - READY).map(readyOf),
    gap: failing.map(gapOf),
    ticks: [
      { at: '2026-08-12T08:00:00.000Z', rules: 12 },
      { at: '2026-09-14T08:00:00.000Z', rules: 21 },
      { at: '2026-10-20T08:00:00.000Z', rules: 33 },
      { at: '2026-11-12T08:00:00.000Z', rules: inBase.length },
    ],
    moves: [
      {
        object: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'payments', name: 'ledger-api' },
        team: 'payments',
        rules: failing.slice(0, 3).map((seed) => seed.id),
      },
      {
        object: { apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'events', name: 'vault-proxy' },
        team: 'data',
        rules: failing.slice(0, 2).map((seed) => seed.id),
      },
    ],
    ...more,
  };
}

export function proposalOf(): Proposal {
  return {
    rows: RULE_SEEDS.map((seed, index) => {
      const judged = seed.counts.pass + seed.counts.fail > 0;
      const unknown = index === RULE_SEEDS.length - 1;
      return {
        ...common(seed),
        place: unknown ? 'notEvaluated' : !judged ? 'notApplicable' : seed.counts.fail > 0 ? 'fails' : 'holds',
        ...(unknown
          ? { reason: 'NetworkPolicies could not be listed: 403 forbidden' }
          : judged
            ? {}
            : { reason: 'No object here is of a kind it judges' }),
        counts: unknown ? { ...noCounts(), notEvaluated: 186 } : seed.counts,
        failing: seed.counts.fail,
        namespaces: NAMESPACES.slice(0, Math.min(14, seed.counts.fail)),
        teams: TEAMS.slice(0, Math.min(5, seed.counts.fail)),
      };
    }),
  };
}

type Answer = <T>(name: string, input: unknown, value: () => T) => Promise<unknown>;
export interface RatchetState {
  /** The pair that screens start with; none at first. */
  pair: WorkspaceView['pair'];
  ratchet: RatchetView;
  proposal: Proposal;
}

export const ratchetState = (): RatchetState => ({ pair: {}, ratchet: ratchetOf(), proposal: proposalOf() });

export function fakeRatchet(answer: Answer, state: RatchetState) {
  const saved = (what: string) => ({ page: { policy: { name: 'harbour-baseline', revision: 15 } }, change: changeOf(what) });
  const counted = (rules: readonly string[]): string => `${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}`;
  return {
    ratchet: {
      get: (input: { baseline?: string; strict: string }) => answer('ratchet.get', input, () => state.ratchet),
      propose: (input: unknown) => answer('ratchet.propose', input, () => state.proposal),
      accept: (input: { name: string; strict: string; rules: readonly string[] }) =>
        answer('ratchet.accept', input, () => {
          state.pair = { baseline: input.name, strict: input.strict };
          return saved(`${input.name} holds ${counted(input.rules)}`);
        }),
      promote: (input: { rules: readonly string[]; to: string }) =>
        answer('ratchet.promote', input, () => saved(`${counted(input.rules)} promoted to ${input.to}`)),
      demote: (input: { rules: readonly string[]; from: string }) =>
        answer('ratchet.demote', input, () => saved(`${counted(input.rules)} demoted from ${input.from}`)),
    },
  };
}
