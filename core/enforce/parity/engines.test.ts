import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gatekeeperPlan } from '#core/enforce/gatekeeper/index.ts';
import { constraintObject, templateObject } from '#core/enforce/gatekeeper/objects.ts';
import { policyObject } from '#core/enforce/kyverno/objects.ts';
import type { PlannedRule } from '#core/enforce/model.ts';
import { actionName } from '#core/enforce/names.ts';
import { metadataOf, parityCases, parityPlan } from '#core/enforce/parity/cases.fixture.ts';
import { judgeOf } from '#core/enforce/parity/judge.fixture.ts';
import { requestsFor, saysOf } from '#core/enforce/parity/requests.fixture.ts';
import type { ParityRequest, SeenCase } from '#core/enforce/parity/requests.fixture.ts';
import { countsOf, resultsText } from '#core/enforce/parity/results.fixture.ts';
import { reviewOf } from '#core/enforce/parity/reviews.fixture.ts';
import { textAt } from '#core/json.ts';
import type { JsonObject } from '#core/json.ts';
import { loadShippedLibrary } from '#main/library.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { gatorTest, gatorVerify } from '#test/gator.ts';
import { kyvernoApply } from '#test/kyverno.ts';
import type { KyvernoResult } from '#test/kyverno.ts';
import { eachAtOnce } from '#test/run-tool.ts';
import { seenByServer } from '#test/seen-objects.ts';

/*
 * What a scan says is what other engines enforce: every example of every rule, as an API server sees it, is judged by Gatekeeper's and
 * Kyverno's own programs with the exported policies, and must get the verdict and the message of a scan. docs/parity.md has the axes.
 */

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load: npm run rules:check says why');
const library = shipped.value;
const judged = judgeOf(library);
const whole = parityPlan(library);
// Each further kind costs these programs seconds: API servers are asked about all.
const cases = parityCases(library).filter(({ brief }) => !brief);
const golden = (engine: string): string => fileURLToPath(new URL(`golden/${engine}.json`, import.meta.url));

const MODES = ['warn', 'deny'] as const;

/** What `kyverno apply` can express: it creates objects, and gives those without a name no place. */
const KYVERNO_AXES = ['create', 'waived', 'excluded', 'denied', 'asWritten'];

const { available } = requireEnvtest(['etcd', 'kube-apiserver-1.36', 'gator', 'kyverno']);

describe.skipIf(!available)('other engines', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-parity-'));
  let taken: readonly SeenCase[] = [];
  let requests: ReadonlyMap<string, readonly ParityRequest[]> = new Map();

  beforeAll(async () => {
    const seen = await seenByServer(cases.map(({ object }) => object));
    taken = cases.flatMap((one, at) => (seen[at] === undefined ? [] : [{ ...one, seen: seen[at] }]));
    const own = <T extends { rule: { id: string } }>(all: readonly T[], id: string) => all.filter(({ rule }) => rule.id === id);
    requests = new Map(
      whole.rules.map((rule) => {
        const written = own(cases, rule.rule).filter(({ fails, object }) => fails && 'metadata' in object);
        return [rule.rule, requestsFor(rule, own(taken, rule.rule), written, judged)] as const;
      }),
    );
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const requestsOf = (rule: PlannedRule): readonly ParityRequest[] => requests.get(rule.rule) ?? [];

  it('fails each rule at least once, and lets it pass', () => {
    const never = whole.rules.filter((rule) => new Set(requestsOf(rule).map(({ says }) => Object.keys(says).length)).size < 2);
    expect(never.map(({ rule }) => rule)).toEqual([]);
  });

  it('Gatekeeper says of requests what a scan says', { timeout: 900_000 }, async () => {
    const plan = gatekeeperPlan(whole);
    const wrong = await eachAtOnce(plan.rules, async (rule) => {
      const template = templateObject(plan, rule, 'test');
      const suites = rule.actions.map((action) => ({
        name: action.mode,
        template,
        constraint: constraintObject(plan, rule, action),
        cases: requestsOf(rule)
          .filter(({ axis }) => action.mode === 'warn' || axis === 'denied' || axis === 'create')
          .map((request) => {
            const says = action.mode === 'audit' ? undefined : request.says[action.mode];
            const name = `${request.axis}: ${request.name}`;
            return { name, object: reviewOf(library, request), ...(says === undefined ? {} : { says }) };
          }),
      }));
      return (await gatorVerify(join(folder, 'gator', rule.rule), suites)).map((text) => `${rule.rule}: ${text}`);
    });
    expect(wrong.flat()).toEqual([]);
    const results = plan.rules.map((rule) => [rule.rule, countsOf(requestsOf(rule))] as const);
    await expect(resultsText(Object.fromEntries(results))).toMatchFileSnapshot(golden('gatekeeper'));
  });

  it('Gatekeeper finds in an audit what a scan finds: all rules on all objects', { timeout: 900_000 }, async () => {
    const plan = gatekeeperPlan(whole);
    const policies = plan.rules.flatMap((rule) => [
      templateObject(plan, rule, 'test'),
      ...rule.actions.map((action) => constraintObject(plan, rule, action)),
    ]);
    const objects = taken.map(({ seen }, at) => renamed(seen, `audited-${at}`));
    const violations = await gatorTest(join(folder, 'audit'), policies, objects);
    const theirs = violations.map(
      ({ msg, constraint, violatingObject }) => `${violatingObject.metadata.name} ${constraint.metadata.name}: ${msg}`,
    );
    const ours = objects.flatMap((object) =>
      [...judged(object).keys()].flatMap((id) => {
        const rule = library.rules.find((one) => one.id === id);
        if (rule === undefined || !plan.rules.some((one) => one.rule === id)) return [];
        const says = saysOf({ rule, name: '', kind: '', fails: true, brief: false, object }, object, judged);
        return Object.entries(says).map(
          ([mode, [text]]) => `${textAt(metadataOf(object), 'name') ?? ''} plimsoll-${id}-${mode}: ${text}`,
        );
      }),
    );
    expect(theirs.toSorted()).toEqual(ours.toSorted());
    expect(theirs.length).toBeGreaterThan(300);
    const results = plan.rules.map(({ rule }) => {
      const fails = violations.filter(({ constraint }) =>
        MODES.some((mode) => constraint.metadata.name === actionName(rule, mode)),
      ).length;
      return [rule, { audit: { passes: objects.length - fails, fails } }] as const;
    });
    await expect(resultsText(Object.fromEntries(results))).toMatchFileSnapshot(golden('gatekeeper-audit'));
  });

  it('Kyverno says of created objects what a scan says', { timeout: 900_000 }, async () => {
    const wrong = await eachAtOnce(whole.rules, async (rule) => {
      const policies = rule.actions.map((action) =>
        policyObject(whole, rule, action, 'test', { version: 'v1', waivers: 'dated' }),
      );
      const mine = requestsOf(rule).filter(({ axis }) => KYVERNO_AXES.includes(axis));
      const sent = mine.map((request, at) => ({ ...request, object: renamed(request.object, `made-${at}`) }));
      const results = await kyvernoApply(
        join(folder, 'kyverno', rule.rule),
        policies,
        sent.map(({ object }) => object),
      );
      return sent.flatMap((request) => kyvernoDiffers(rule, request, results));
    });
    expect(wrong.flat()).toEqual([]);
    const results = whole.rules.map(
      (rule) => [rule.rule, countsOf(requestsOf(rule).filter(({ axis }) => KYVERNO_AXES.includes(axis)))] as const,
    );
    await expect(resultsText(Object.fromEntries(results))).toMatchFileSnapshot(golden('kyverno'));
  });
});

/** No two objects of a kind may share a name here; messages speak of the new one. */
const renamed = (object: JsonObject, name: string): JsonObject => ({ ...object, metadata: { ...metadataOf(object), name } });

/** Where Kyverno does not say what it must: an unchanged message, or nothing; a rule that lets pass what it judges says so. */
function kyvernoDiffers(rule: PlannedRule, request: ParityRequest, results: readonly KyvernoResult[]): readonly string[] {
  const { axis, name, object } = request;
  const own = library.rules.find(({ id }) => id === rule.rule);
  const says =
    own === undefined || Object.keys(request.says).length === 0
      ? {}
      : saysOf({ ...request, rule: own, kind: '', fails: true, brief: false }, object, judged);
  const about = results.filter(({ resources }) =>
    (resources ?? []).some((one) => one.kind === object['kind'] && one.name === textAt(metadataOf(object), 'name')),
  );
  return MODES.flatMap((mode) => {
    const here = about.filter(({ policy }) => policy === actionName(rule.rule, mode));
    const failed = here.filter(({ result }) => result !== 'pass' && result !== 'skip');
    const [wanted, given] = [
      says[mode],
      failed.map(({ result, message }) => (result === 'fail' ? message : `${result}: ${message ?? ''}`)),
    ];
    const same = wanted === undefined ? given.length === 0 : given.length === 1 && wanted.includes(given[0] ?? '');
    return same
      ? []
      : [
          `${rule.rule} ${mode}, ${axis}: ${name}: ${given.join(' / ') || 'nothing'} and not ${wanted?.join(' or ') ?? 'nothing'}`,
        ];
  });
}
