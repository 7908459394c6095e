import type { EnforcementPlan, PlannedRule } from '#core/enforce/model.ts';
import { outcomeOf } from '#core/enforce/request.fixture.ts';
import { Judges } from '#core/enforce/replay/judge.ts';
import { Replayer } from '#core/enforce/replay/replay.ts';
import type { KnownVerdicts } from '#core/enforce/replay/replay.ts';
import { Resources } from '#core/enforce/replay/resources.ts';
import { subjectOf } from '#core/enforce/replay/subject.ts';
import { Evaluator } from '#core/evaluate/evaluate.ts';
import { NEWEST_MINOR } from '#core/evaluate/floor.ts';
import { buildPlan } from '#core/evaluate/plan.ts';
import { describeObject } from '#core/inventory/describe.ts';
import type { ScanObject } from '#core/inventory/model.ts';
import { normaliser } from '#core/inventory/normalise.ts';
import { isObject, own } from '#core/json.ts';
import type { JsonObject } from '#core/json.ts';
import { findPolicy } from '#core/policy/policies.ts';
import type { Library } from '#core/rules/model.ts';
import { loadShippedLibrary } from '#main/library.ts';

/** The library's examples as a scan, and what the exported expressions say of them. */

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load: npm run rules:check says why');
export const library: Library = shipped.value;
const policy = findPolicy(library, 'all');
if (!policy.ok) throw new Error('no policy all');
export const all = policy.value;
const evaluation = buildPlan(library.rules, library.matchers, { minor: NEWEST_MINOR });
if (!evaluation.ok) throw new Error('the library does not compile: npm run rules:check says why');
const evaluator = new Evaluator(evaluation.value);
const normalise = normaliser(library.defaults, library.matchers);
const resources = new Resources(library.matchers);

const metadataOf = (object: JsonObject): JsonObject => {
  const metadata = own(object, 'metadata');
  return isObject(metadata) ? metadata : {};
};
const withMetadata = (object: JsonObject, more: JsonObject): JsonObject => ({
  ...object,
  metadata: { ...metadataOf(object), ...more },
});
const ownedBy = (apiVersion: string, kind: string): JsonObject => ({
  ownerReferences: [{ apiVersion, kind, name: 'owner', uid: 'u', controller: true }],
});

/** Every example of every rule, and failing ones as they are found in clusters: owned, going, labelled, elsewhere. */
const written: readonly JsonObject[] = library.rules.flatMap(({ examples }) => [
  ...[...examples.pass, ...examples.notApplicable].map(({ object }) => object),
  ...examples.fail.flatMap(({ object }) => [
    object,
    withMetadata(object, ownedBy('apps/v1', 'Deployment')),
    withMetadata(object, ownedBy('argoproj.io/v1alpha1', 'Rollout')),
    withMetadata(object, { deletionTimestamp: '2026-11-29T00:00:00Z' }),
    withMetadata(object, { namespace: 'team-a', labels: { app: 'web' } }),
  ]),
]);
/** No request comes without metadata. */
const bodies = written.filter((object) => isObject(own(object, 'metadata')));
export const normalised = bodies.map((body) => normalise(body));
export const objects: readonly ScanObject[] = normalised.map((body, id) => ({
  ...describeObject(body),
  id,
  ...evaluator.evaluate(body),
}));

export const replayer = (of: EnforcementPlan, stored: readonly JsonObject[] = normalised): Replayer =>
  new Replayer(
    {
      objects,
      body: (at) => stored[at],
      subject: (at) => {
        const [object, body] = [objects[at], stored[at]];
        if (object === undefined || body === undefined) throw new Error(`no object ${at}`);
        return subjectOf(object, body);
      },
    },
    new Judges(of.minor),
    resources,
  );

const CONTROLLER = 'system:serviceaccount:kube-system:replicaset-controller';

/** Controllers of Kubernetes make what their objects own; those of others are people to admission. */
const userOf = (body: JsonObject): string => {
  const owner = JSON.stringify(own(metadataOf(body), 'ownerReferences') ?? []);
  return /"apiVersion":"(v1|apps\/v1|batch\/v1)".*"controller":true/.test(owner) ? CONTROLLER : 'ada';
};

/** By the specification of the exported policies, one request after the other. */
function expected(rule: PlannedRule, at: number): string {
  const [object, body] = [objects[at], normalised[at]];
  if (object === undefined || body === undefined) return 'passes';
  if (object.idle || resources.matches(rule.match, object.apiVersion, object.kind) === 'no') return 'passes';
  const user = userOf(body);
  if (outcomeOf({ ...rule, conditions: [] }, { object: body, user }).result === 'passes') return 'passes';
  if (resources.matches(rule.match, object.apiVersion, object.kind) === 'notServed') return 'heldBack';
  return outcomeOf(rule, { object: body, user }).result === 'skipped' ? 'heldBack' : 'fails';
}

/** Where a replay says otherwise, of every rule and object. */
export function differences(made: EnforcementPlan, known: (rule: PlannedRule) => KnownVerdicts): readonly string[] {
  const one = replayer(made);
  return made.rules.flatMap((rule) => {
    const found = new Map(one.rule(rule, known(rule)).occurrences.map(({ at, fact }) => [at, fact]));
    return objects.flatMap(({ kind, name }, at) => {
      const [ours, theirs] = [found.get(at) ?? 'passes', expected(rule, at)];
      return ours === theirs ? [] : [`${rule.rule} on ${kind} ${name} (${at}): replay ${ours}, exported ${theirs}`];
    });
  });
}
