import { annotationFor, countsIn, isLive, waiverState, waiverTest } from '#core/decide/waivers.ts';
import type { WaiverTest } from '#core/decide/waivers.ts';
import { FAIL } from '#core/inventory/model.ts';
import type { ScanObject } from '#core/inventory/model.ts';
import { readEverywhere } from '#core/policy/coverage.ts';
import type { CoverageView } from '#core/policy/coverage.ts';
import { namespaceTest } from '#core/policy/scope.ts';
import { partsOf } from '#core/policy/finding.ts';
import type { Judgement, PolicyRule } from '#core/policy/project.ts';
import type { FingerprintParts } from '#core/rules/fingerprint.ts';
import type { Matchers } from '#core/rules/model.ts';
import type { Waiver } from '#core/workspace/model.ts';

/** What waivers do in one scan seen through one policy. */
export interface WaiverScene {
  readonly policy: string;
  readonly rules: readonly PolicyRule[];
  readonly judgements: readonly Judgement[];
  /** All of the scan. */
  readonly objects: readonly ScanObject[];
  readonly coverage: CoverageView;
  readonly matchers: Matchers;
  /** Why the scan has no sound word on a place of which it has no finding (core/policy/blind.ts). */
  readonly blind: (place: FingerprintParts) => string | undefined;
  readonly today: string;
  readonly expiringDays: number;
}

export interface WaiverUse {
  readonly state: 'live' | 'expiring' | 'expired' | 'stale';
  /** Failing places that it covers, and the objects that they are on; of an expired one those that it covered. */
  readonly findings: number;
  readonly objects: number;
}

export interface FileWaiverUse extends WaiverUse {
  readonly waiver: Waiver;
}

/** An annotation that names a rule, on the object that carries it. `name` is the rule's id or its Datree key. */
export interface AnnotationUse extends WaiverUse {
  readonly object: ScanObject;
  readonly rule: PolicyRule;
  readonly name: string;
  readonly annotation: string;
  readonly reason: string;
}

type Failing = ReadonlyMap<string, readonly Judgement[]>;

function byRule(judgements: readonly Judgement[]): Failing {
  const rules = new Map<string, Judgement[]>();
  for (const judgement of judgements) {
    const { id } = judgement.rule.rule;
    const known = rules.get(id);
    if (known === undefined) rules.set(id, [judgement]);
    else known.push(judgement);
  }
  return rules;
}

/**
 * File waivers with what they let off. Stale is one that is live and fits no failing place although everything that it could fit
 * was read and judged: missing data never makes a waiver stale, neither does a policy in which its rule is off.
 */
export function fileWaiverUses(waivers: readonly Waiver[], scene: WaiverScene): readonly FileWaiverUse[] {
  const judged = byRule(scene.judgements);
  return waivers.map((waiver) => {
    const test = waiverTest(waiver);
    const about = (judged.get(waiver.rule) ?? []).filter(({ object }) => test.object(object));
    const covered = about
      .filter(({ verdict }) => verdict === 'fail' || verdict === 'waived')
      .map(({ findings }) => findings.filter((place) => test.place(place)).length)
      .filter((count) => count > 0);
    const findings = covered.reduce((sum, count) => sum + count, 0);
    const open = about.some(({ verdict }) => verdict === 'error' || verdict === 'notEvaluated');
    const isStale = findings === 0 && !open && isLive(waiver, scene.today) && sawAll(test, scene);
    const state = isStale ? 'stale' : waiverState(waiver, scene.today, scene.expiringDays);
    return { waiver, state, findings, objects: covered.length };
  });
}

/** Whether everything that a waiver could fit was read and judged, and nothing of it fails at an owner. */
function sawAll(test: WaiverTest, scene: WaiverScene): boolean {
  const { policy, rules, coverage, matchers, blind } = scene;
  const { waiver } = test;
  const rule = rules.find((candidate) => candidate.rule.id === waiver.rule);
  if (rule === undefined || !countsIn(waiver, policy) || !isInSight(test, scene) || failsUnderneath(test, rule, scene))
    return false;
  const { object, path = '' } = waiver;
  const { group = '', kind = '', namespace = '', name = '' } = object ?? {};
  // Without an object only what is wrong with the whole run is told.
  if (blind({ ruleId: waiver.rule, group, kind, namespace, name, path }) !== undefined) return false;
  return object !== undefined || readEverywhere(rule.rule, matchers, coverage);
}

/** Whether the scan has what it speaks of, or the namespace for it: a waiver for another cluster is not stale because of this one. */
function isInSight({ waiver, object: speaksOf }: WaiverTest, { objects }: WaiverScene): boolean {
  const { object: named } = waiver;
  if (named !== undefined && named.namespace === undefined) return objects.some(speaksOf);
  const inScope = namespaceTest(waiver);
  return objects.some(({ namespace }) => inScope(namespace) && (named?.namespace === undefined || namespace === named.namespace));
}

/** Whether it fits a failure that is counted at an owner, or that the policy does not judge: of those it cannot be said that nothing is left. */
const failsUnderneath = (test: WaiverTest, { index }: PolicyRule, { objects }: WaiverScene): boolean =>
  objects.some(
    (object) =>
      object.verdicts[index] === FAIL &&
      !object.idle &&
      test.object(object) &&
      object.findings.some((place) => place.rule === index && place.reason === undefined && test.place(place)),
  );

/**
 * Annotations of the scan's objects that name a rule of the policy, each with its reason; stale where the rule passes or says
 * nothing there. What a template hands down to ReplicaSets and Pods is listed once, at the topmost that was read.
 */
export function annotationUses(scene: WaiverScene): readonly AnnotationUse[] {
  const judged = new Map(scene.judgements.map((judgement) => [`${judgement.rule.rule.id} ${judgement.object.id}`, judgement]));
  const byUid = new Map(scene.objects.map((object) => [object.uid ?? '', object]));
  const carriers = scene.objects.filter(({ idle, waivers }) => !idle && Object.keys(waivers).length > 0);
  return carriers.flatMap((object) =>
    scene.rules.flatMap((rule): AnnotationUse[] => {
      const name = annotationFor(object, rule.rule);
      const owner = object.owner === undefined ? undefined : byUid.get(object.owner.uid);
      if (name === undefined || (owner !== undefined && Object.hasOwn(owner.waivers, name))) return [];
      const own = judged.get(`${rule.rule.id} ${object.id}`);
      const findings = own?.verdict === 'waived' ? own.findings.length : 0;
      const failsAtOwner = object.verdicts[rule.index] === FAIL;
      const isStale = own === undefined && !failsAtOwner && scene.blind(partsOf(rule.rule.id, object, '')) === undefined;
      return [
        {
          object,
          rule,
          name,
          annotation: name === rule.rule.id ? `plimsoll.dev/waive.${name}` : `datree.skip/${name}`,
          reason: object.waivers[name] ?? '',
          state: isStale ? 'stale' : 'live',
          findings,
          objects: findings > 0 ? 1 : 0,
        },
      ];
    }),
  );
}
