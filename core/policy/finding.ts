import type { FactFinding, Place, Position, ScanObject } from '#core/inventory/model.ts';
import { groupOf } from '#core/model.ts';
import type { ObjectRef } from '#core/model.ts';
import type { Judgement, PolicyRule } from '#core/policy/project.ts';
import { fingerprint, fingerprintText } from '#core/rules/fingerprint.ts';
import { paramTexts, renderMessage } from '#core/rules/message.ts';

/** One place where a rule does not pass, with everything that lists and reports say of it. */
export interface Finding {
  /** What the fingerprint is the hash of: equal for the same finding in any run, and cheap to compare. */
  readonly identity: string;
  /** decisions.md 4. It, the identity and the message are computed when they are asked for: most findings are only counted. */
  readonly fingerprint: string;
  readonly rule: PolicyRule;
  readonly object: ScanObject;
  readonly verdict: Judgement['verdict'];
  readonly path: string;
  readonly message: string;
  readonly container?: string;
  readonly owned: number;
  /** Why it is waived, could not be computed or was not evaluated. */
  readonly reason?: string;
  readonly place?: Place;
  readonly position?: Position;
}

/** How many places `findingsOf` would give, without making them. */
export const countPlaces = ({ findings }: Judgement): number =>
  findings.length < 2 ? findings.length : new Set(findings.map(({ path }) => path)).size;

/** Spreads a judgement into its places. Two findings of one rule on one object never share a path, so fingerprints are unique. */
export function findingsOf(judgement: Judgement): readonly Finding[] {
  const seen = new Set<string>();
  return judgement.findings.flatMap((fact) => {
    if (seen.has(fact.path)) return [];
    seen.add(fact.path);
    return [findingOf(judgement, fact)];
  });
}

function findingOf(judgement: Judgement, fact: FactFinding): Finding {
  const { object, rule, verdict } = judgement;
  const reason = judgement.waiver ?? fact.reason;
  const parts = {
    ruleId: rule.rule.id,
    group: groupOf(object.apiVersion),
    kind: object.kind,
    namespace: object.namespace ?? '',
    name: object.name,
    path: fact.path,
  };
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
    ...(fact.container === undefined ? {} : { container: fact.container }),
    ...(reason === undefined ? {} : { reason }),
    ...(object.place === undefined ? {} : { place: object.place }),
    ...positionOf(object, fact),
  };
}

/** Names of the host come before parameters of the same name; what does not apply is an empty text (decisions.md 18). */
const messageOf = (rule: PolicyRule, { name, namespace, kind }: ObjectRef, { path, value, container }: FactFinding): string =>
  renderMessage(rule.message, {
    ...paramTexts(rule.rule.params),
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
