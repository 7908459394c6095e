import type { FactFinding, Place, Position, ScanObject } from '#core/inventory/model.ts';
import { groupOf } from '#core/model.ts';
import type { ObjectRef } from '#core/model.ts';
import type { Judgement, PolicyRule } from '#core/policy/project.ts';
import { fingerprint, fingerprintText } from '#core/rules/fingerprint.ts';
import type { FingerprintParts } from '#core/rules/fingerprint.ts';
import { paramTexts, renderMessage } from '#core/rules/message.ts';

/** One place where a rule does not pass, with everything that lists and reports say of it. */
export interface Finding {
  /** What the fingerprint is the hash of: equal for the same finding in any run, and cheap to compare. */
  readonly identity: string;
  /** decisions.md 4. It, the identity and the message are computed when they are asked for: most findings are only counted. */
  readonly fingerprint: string;
  readonly rule: PolicyRule;
  readonly object: ScanObject;
  /** Of the place: `waived` where it is let off, although other places of the object may still fail. */
  readonly verdict: Judgement['verdict'];
  readonly path: string;
  readonly message: string;
  readonly container?: string;
  readonly owned: number;
  /** A known failure of ratchet mode: it fails, but is not new. */
  readonly debt: boolean;
  /** Why it is waived, could not be computed or was not evaluated. */
  readonly reason?: string;
  /** Id of the file waiver that lets it off; absent for an annotation. */
  readonly waiver?: string;
  readonly place?: Place;
  readonly position?: Position;
}

/** How many failing places a judgement has, without making findings of them. */
export const countPlaces = ({ verdict, findings, letOff }: Judgement): number =>
  verdict === 'fail' ? findings.length - (letOff?.size ?? 0) : 0;

/**
 * Spreads a judgement into its places; those that are let off stand beside those that fail. Two findings of one rule on one
 * object never share a path, so fingerprints are unique.
 */
export const findingsOf = (judgement: Judgement): readonly Finding[] =>
  judgement.findings.map((fact) => findingOf(judgement, fact));

/** What a finding's fingerprint is made of. */
export const partsOf = (ruleId: string, { apiVersion, kind, namespace, name }: ObjectRef, path: string): FingerprintParts => ({
  ruleId,
  group: groupOf(apiVersion),
  kind,
  namespace: namespace ?? '',
  name,
  path,
});

function findingOf(judgement: Judgement, fact: FactFinding): Finding {
  const { object, rule } = judgement;
  const letOff = judgement.letOff?.get(fact);
  const verdict = letOff === undefined ? judgement.verdict : 'waived';
  const reason = letOff?.reason ?? fact.reason;
  const parts = partsOf(rule.rule.id, object, fact.path);
  return {
    get identity() {
      return fingerprintText(parts);
    },
    get fingerprint() {
      return fingerprint(parts);
    },
    rule,
    object,
    verdict,
    path: fact.path,
    get message() {
      return verdict === 'fail' || verdict === 'waived' ? messageOf(rule, object, fact) : (fact.reason ?? '');
    },
    owned: judgement.owned,
    debt: verdict === 'fail' && judgement.debt?.has(fact.path) === true,
    ...(letOff?.id === undefined ? {} : { waiver: letOff.id }),
    ...(fact.container === undefined ? {} : { container: fact.container }),
    ...(reason === undefined ? {} : { reason }),
    ...(object.place === undefined ? {} : { place: object.place }),
    ...positionOf(object, fact),
  };
}

/** Names of the host come before parameters of the same name; what does not apply is an empty text (decisions.md 18). */
const messageOf = (rule: PolicyRule, { name, namespace, kind }: ObjectRef, { path, value, container }: FactFinding): string =>
  renderMessage(rule.message, {
    ...paramTexts(rule.params),
    name,
    namespace: namespace ?? '',
    kind,
    path,
    value: value ?? '',
    container: container ?? '',
  });

function positionOf(object: ScanObject, fact: FactFinding): { readonly position?: Position } {
  const position = object.positions?.[object.findings.indexOf(fact)];
  return position === undefined ? {} : { position };
}

/** Team of each object: its own label, else its namespace's (decisions.md 22). Undefined is *unowned*. */
export function teamsOf(objects: readonly ScanObject[], label: string): (object: ScanObject) => string | undefined {
  const ofNamespace = new Map<string, string>();
  for (const object of objects) {
    const team = object.labels[label];
    if (object.kind === 'Namespace' && team !== undefined && team !== '') ofNamespace.set(object.name, team);
  }
  return (object) => {
    const own = object.labels[label];
    if (own !== undefined && own !== '') return own;
    return object.kind === 'Namespace' ? undefined : ofNamespace.get(object.namespace ?? '');
  };
}
