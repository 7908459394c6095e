import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlannedRule } from '#core/enforce/model.ts';
import { plan } from '#core/enforce/plan.ts';
import { OPTIONS, outcomeOf } from '#core/enforce/request.fixture.ts';
import { countHardest, replayOutcomes, replayRows } from '#core/enforce/replay/outcomes.ts';
import { NOT_KNOWN } from '#core/enforce/replay/replay.ts';
import type { KnownVerdicts } from '#core/enforce/replay/replay.ts';
import { stepped } from '#core/enforce/steps.ts';
import { describeObject } from '#core/inventory/describe.ts';
import { NOT_APPLICABLE, PASS } from '#core/inventory/model.ts';
import { Redacted } from '#core/json.ts';
import type { Policy } from '#core/rules/model.ts';
import type { Waiver } from '#core/workspace/model.ts';
import { all, differences, library, normalised, objects, replayer } from '#test/replay-examples.ts';

/*
 * Replay says of every rule and object what the exported expressions say of the request that creates it: with the scan's verdicts
 * where they are the same, and without them.
 */

const positions = new Map(library.rules.map(({ id }, at) => [id, at]));
const fromFacts = ({ rule, narrowed }: PlannedRule): KnownVerdicts => {
  const collection = library.rules.find(({ id }) => id === rule)?.forEach ?? '';
  const isHost = library.matchers.collections[collection]?.type === 'host';
  return Uint8Array.from(objects, ({ verdicts }) => {
    const code = verdicts[positions.get(rule) ?? -1] ?? NOT_KNOWN;
    // What passes as a whole passes in part.
    return (narrowed !== undefined || isHost) && code !== PASS && code !== NOT_APPLICABLE ? NOT_KNOWN : code;
  });
};

const none = (): KnownVerdicts => new Uint8Array(objects.length).fill(NOT_KNOWN);
const everything = plan(all, library, OPTIONS);

const waiver = fc.record({
  rule: fc.constantFrom(...library.rules.map(({ id }) => id)),
  namespaces: fc.option(fc.constantFrom(['team-a'], ['team-*'], ['*']), { nil: undefined }),
  labels: fc.option(fc.constant({ app: 'web' }), { nil: undefined }),
  container: fc.option(fc.constantFrom('web', 'app', 'main'), { nil: undefined }),
  path: fc.option(fc.constantFrom('spec', 'spec.template.spec.containers[name=web]', 'metadata.labels'), { nil: undefined }),
  expires: fc.option(fc.constantFrom('2026-11-28', '2026-11-29'), { nil: undefined }),
});
const waivers = fc
  .array(waiver, { minLength: 1, maxLength: 12 })
  .map((some) => some.map((one, at) => ({ ...(JSON.parse(JSON.stringify(one)) as Waiver), id: `w${at}`, reason: 'known' })));

describe('replay', () => {
  it('says what the exported expressions say, of every rule and example', { timeout: 120_000 }, () => {
    expect(differences(everything, none)).toEqual([]);
  });

  it('says the same from the scan’s own verdicts', { timeout: 120_000 }, () => {
    expect(differences(everything, fromFacts)).toEqual([]);
  });

  it('honours waivers, scopes and excluded patterns as the export carries them', { timeout: 120_000 }, () => {
    const scope = fc.constantFrom(
      undefined,
      { namespaces: ['team-*'] },
      { exceptNamespaces: ['team-a'] },
      { labels: { app: 'web' } },
    );
    fc.assert(
      fc.property(waivers, scope, fc.constantFrom([], ['team-*']), (some, where, excludedNamespaces) => {
        const ids = new Set(some.map(({ rule }) => rule));
        const rules = Object.fromEntries(
          [...ids].map((id) => [id, { mode: 'deny' as const, ...(where === undefined ? {} : { scope: where }) }]),
        );
        const policy: Policy = { ...all, rules };
        const made = plan(policy, library, { ...OPTIONS, waivers: some, excludedNamespaces });
        expect(differences(made, fromFacts)).toEqual([]);
      }),
      { numRuns: 12 },
    );
  });

  it('tells the message that the exported policy sends', { timeout: 120_000 }, () => {
    const one = replayer(everything);
    const wrong = everything.rules.flatMap((rule) =>
      one.rule(rule, fromFacts(rule)).occurrences.flatMap(({ at, fact }) => {
        const body = normalised[at];
        if (fact !== 'fails' || body === undefined) return [];
        const said = outcomeOf(rule, { object: body }).message;
        return one.message(rule, at) === said ? [] : [`${rule.rule} (${at}): ${one.message(rule, at) ?? ''} / ${said ?? ''}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('never passes what was redacted, nor says it fails', () => {
    const rule = everything.rules.find((one) => one.rule === 'memory-limit');
    if (rule === undefined) throw new Error('no rule memory-limit');
    const at = objects.findIndex(({ kind, verdicts }) => kind === 'Pod' && verdicts[positions.get('memory-limit') ?? -1] === 2);
    const stored = normalised.map((body, index) => (index === at ? { ...body, spec: new Redacted('env') } : body));
    const found = replayer(everything, stored).rule(rule, none());
    expect(found.occurrences.find((one) => one.at === at)).toMatchObject({ fact: 'unknown' });
    const outcomes = replayOutcomes(everything, [found], objects);
    expect(outcomes.rules[0]?.met.find((one) => one.at === at)?.outcome).toBe('notEvaluated');
  });
});

describe('the outcomes of a replay', () => {
  const replays = everything.rules.map((rule) => replayer(everything).rule(rule, fromFacts(rule)));
  const under = (steps: Parameters<typeof stepped>[1]['steps'], excludedNamespaces: readonly string[] = []) => {
    const made = stepped(everything, { mode: () => 'deny', steps, failurePolicy: 'Ignore', excludedNamespaces });
    const withActions = replays.map((replay, at) => ({ ...replay, rule: made.rules[at] ?? replay.rule }));
    return replayOutcomes(made, withActions, objects);
  };

  it('are those of the mode that counts in an object’s namespace', () => {
    const { rules } = under([{ mode: 'audit' }, { mode: 'warn', namespaces: ['team-a'] }]);
    const wrong = rules.flatMap(({ met }) =>
      met.filter(({ at, outcome }) => {
        if (outcome === 'letThrough') return false;
        return outcome !== (objects[at]?.namespace === 'team-a' ? 'warned' : 'audited');
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('are of no action for some namespaces where an object lies in none; the general one leaves out those that are named', () => {
    const [any] = everything.rules.filter(({ match }) => match.clusterScoped);
    const steps = [{ mode: 'warn' as const }, { mode: 'deny' as const, namespaces: ['team-a'] }];
    const outcome = (apiVersion: string, kind: string, name: string) => {
      const described = { ...describeObject({ apiVersion, kind, metadata: { name } }), id: 0 };
      const object = { ...described, verdicts: new Uint8Array(), findings: [] };
      const rules = any === undefined ? [] : [any];
      const made = stepped(
        { ...everything, rules },
        { mode: () => 'deny', steps, failurePolicy: 'Ignore', excludedNamespaces: [] },
      );
      const replayed = made.rules.map((one) => ({ rule: one, judged: 1, occurrences: [{ at: 0, fact: 'fails' as const }] }));
      return replayOutcomes(made, replayed, [object]).rules[0]?.met[0]?.outcome;
    };
    expect(outcome('v1', 'Namespace', 'team-a')).toBeUndefined();
    expect(outcome('v1', 'Namespace', 'team-b')).toBe('warned');
    expect(outcome('rbac.authorization.k8s.io/v1', 'ClusterRole', 'team-a')).toBe('warned');
  });

  it('are none in excluded namespaces', () => {
    const { rules, letThrough } = under([], ['team-a']);
    const inside = rules.flatMap(({ met }) => met.filter(({ at }) => objects[at]?.namespace === 'team-a'));
    expect(new Set(inside.map(({ outcome }) => outcome))).toEqual(new Set(['letThrough']));
    expect(letThrough['excluded']).toBe(inside.length);
  });

  it('count each object once, by the hardest, however they are grouped', () => {
    const { hardest, counts } = under([]);
    const some = objects.map((_, at) => at).filter((at) => at % 2 === 0);
    const others = objects.map((_, at) => at).filter((at) => at % 2 === 1);
    const [a, b] = [countHardest(hardest, some), countHardest(hardest, others)];
    expect(a.denied + b.denied).toBe(counts.denied);
    expect(a.letThrough + b.letThrough).toBe(counts.letThrough);
    expect(counts.denied).toBeGreaterThan(0);
  });

  it('are paged without a gap or a double', () => {
    const outcomes = under([{ mode: 'warn' }, { mode: 'deny', namespaces: ['team-a'] }]);
    const whole = replayRows(outcomes, {}, { offset: 0, limit: 100_000 });
    const pages = Array.from({ length: Math.ceil(whole.total / 37) }, (_, page) =>
      replayRows(outcomes, {}, { offset: page * 37, limit: 37 }),
    );
    expect(pages.flatMap(({ rows }) => rows)).toEqual(whole.rows);
    expect(whole.rows).toHaveLength(whole.total);
    expect(whole.rows[0]?.met.outcome).toBe('denied');
  });
});

describe('a plan under other modes', () => {
  it('is what planning with these modes gives', () => {
    const steps = [{ mode: 'warn' as const }, { mode: 'deny' as const, namespaces: ['team-a'] }];
    const excludedNamespaces = ['kube-system'];
    const planned = plan(all, library, { ...OPTIONS, steps, excludedNamespaces, failurePolicy: 'Fail' });
    const mode = (rule: string) => {
      const found = all.rules[rule]?.mode ?? 'off';
      return found === 'off' ? 'audit' : found;
    };
    expect(stepped(everything, { mode, steps, failurePolicy: 'Fail', excludedNamespaces })).toEqual(planned);
  });

  it('goes no further than the limit of a rule, in any namespace', () => {
    const steps = [{ mode: 'warn' as const }, { mode: 'deny' as const, namespaces: ['team-a'] }];
    const made = stepped(everything, {
      mode: () => 'deny',
      steps,
      limit: () => 'audit',
      failurePolicy: 'Fail',
      excludedNamespaces: [],
    });
    expect(made.rules.every(({ actions, failurePolicy }) => actions.length === 1 && failurePolicy === 'Ignore')).toBe(true);
    expect(new Set(made.rules.flatMap(({ actions }) => actions.map(({ mode }) => mode)))).toEqual(new Set(['audit']));
  });
});
