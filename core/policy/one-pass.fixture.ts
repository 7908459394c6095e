import { annotationFor } from '#core/decide/waivers.ts';
import { ERROR, FAIL, NOT_APPLICABLE, NOT_EVALUATED, PASS, VERDICT_CODES } from '#core/inventory/model.ts';
import type { FactFinding, ScanObject } from '#core/inventory/model.ts';
import { noCounts } from '#core/model.ts';
import type { Verdict, VerdictCounts } from '#core/model.ts';
import { ownerChains } from '#core/policy/owners.ts';
import type { PolicyRule } from '#core/policy/project.ts';

/** What a projection without an index, in one pass over all objects and rules, says: the index is tested and measured against it. */
export interface OnePass {
  readonly rules: readonly {
    readonly rule: PolicyRule;
    readonly counts: VerdictCounts;
    readonly byNamespace: ReadonlyMap<string, VerdictCounts>;
  }[];
  readonly judgements: readonly (OwnVerdict & {
    readonly object: ScanObject;
    readonly rule: PolicyRule;
    readonly owned: number;
  })[];
  readonly objects: number;
  readonly owned: number;
}

export function projectInOnePass(objects: readonly ScanObject[], rules: readonly PolicyRule[]): OnePass {
  const owners = ownerChains(objects);
  const counted = objects.filter((object) => !object.idle);
  const rows = rules.map((rule) => ({ rule, counts: noCounts(), byNamespace: new Map<string, Counts>() }));
  const judgements: OnePass['judgements'][number][] = [];
  const ownedAt = countOwned(counted, owners, rules);
  const namespaces = new Map<string, (Counts | undefined)[]>();
  for (const object of counted) {
    const chain = owners.get(object) ?? NO_OWNERS;
    const namespace = object.namespace ?? '';
    let cells = namespaces.get(namespace);
    if (cells === undefined) namespaces.set(namespace, (cells = rows.map(() => undefined)));
    for (let position = 0; position < rows.length; position++) {
      const row = rows[position] as Row;
      const own = ownVerdict(object, chain, row.rule);
      if (own === undefined) continue;
      const { verdict } = own;
      let cell = cells[position];
      if (cell === undefined) row.byNamespace.set(namespace, (cell = cells[position] = noCounts()));
      cell[verdict] += 1;
      row.counts[verdict] += 1;
      if (verdict === 'pass' || verdict === 'notApplicable') continue;
      judgements.push({ object, rule: row.rule, ...own, verdict, owned: ownedAt.get(object)?.[position] ?? 0 });
    }
  }
  const owned = counted.filter((object) => owners.has(object)).length;
  return { rules: rows, judgements, objects: counted.length - owned, owned };
}

type Counts = Record<Verdict, number>;

interface Row {
  readonly rule: PolicyRule;
  readonly counts: Counts;
  readonly byNamespace: Map<string, Counts>;
}

const NO_OWNERS: readonly ScanObject[] = [];

interface OwnVerdict {
  readonly verdict: Verdict;
  readonly findings: readonly FactFinding[];
  readonly waiver?: string;
}

/** Most verdicts by far, with nothing more to say. */
const PASSES: OwnVerdict = { verdict: 'pass', findings: [] };
const DOES_NOT_APPLY: OwnVerdict = { verdict: 'notApplicable', findings: [] };

/** What an object adds of its own to a rule's counts; undefined where an owner speaks for it. */
function ownVerdict(object: ScanObject, chain: readonly ScanObject[], { rule, index }: PolicyRule): OwnVerdict | undefined {
  const code = object.verdicts[index] ?? NOT_APPLICABLE;
  if (chain.length > 0 && code !== FAIL && ownerSpeaks(chain, index, code)) return undefined;
  if (code === PASS) return PASSES;
  if (code === NOT_APPLICABLE) return DOES_NOT_APPLY;
  if (code !== FAIL) return { verdict: VERDICT_CODES[code] ?? 'notEvaluated', findings: findingsOf(object, index, code) };
  const findings = findingsOf(object, index, code).filter((finding) => !isOwners(finding, chain, index));
  if (findings.length === 0) return undefined;
  const name = annotationFor(object, rule);
  const waiver = name === undefined ? undefined : object.waivers[name];
  return waiver === undefined ? { verdict: 'fail', findings } : { verdict: 'waived', findings, waiver };
}

/**
 * Whether an owner fails at the same place: `spec.containers[name=web]` of a Pod is `spec.template.spec.containers[name=web]` of
 * its Deployment. What only the Pod has, a container injected at admission, stays the Pod's although its owner fails elsewhere.
 */
function isOwners(finding: FactFinding, chain: readonly ScanObject[], rule: number): boolean {
  const inTemplate = `.${finding.path}`;
  return chain.some(
    (owner) =>
      owner.verdicts[rule] === FAIL &&
      owner.findings.some(
        ({ rule: of, path, reason }) =>
          of === rule && reason === undefined && (path === finding.path || path.endsWith(inTemplate)),
      ),
  );
}

/** The failing places; for error and notEvaluated those that could not be judged. */
function findingsOf(object: ScanObject, rule: number, code: number): readonly FactFinding[] {
  const found = object.findings.filter((finding) => finding.rule === rule && (code !== FAIL || finding.reason === undefined));
  return found.length > 0 ? found : [{ rule, path: '' }];
}

/** Whether an owner's verdict stands for one that is no failure: the same verdict, or a pass or nothing to judge where the owner was judged. */
function ownerSpeaks(chain: readonly ScanObject[], rule: number, code: number): boolean {
  switch (code) {
    case ERROR:
    case NOT_EVALUATED:
      return chain.some((owner) => (owner.verdicts[rule] ?? NOT_APPLICABLE) === code);
    case PASS:
      return chain.some((owner) => (owner.verdicts[rule] ?? NOT_APPLICABLE) !== NOT_APPLICABLE);
    default:
      return true;
  }
}

/** How many owned objects fail with each topmost failing owner, by rule: an array per owner, in the rules' order. */
function countOwned(
  objects: readonly ScanObject[],
  owners: ReadonlyMap<ScanObject, readonly ScanObject[]>,
  rules: readonly PolicyRule[],
): ReadonlyMap<ScanObject, readonly number[]> {
  const ownedAt = new Map<ScanObject, number[]>();
  for (const object of objects) {
    const chain = owners.get(object);
    if (chain === undefined) continue;
    rules.forEach(({ index }, position) => {
      if (object.verdicts[index] !== FAIL) return;
      const top = chain.findLast((owner) => owner.verdicts[index] === FAIL);
      if (top === undefined) return;
      const counts = ownedAt.get(top) ?? rules.map(() => 0);
      counts[position] = (counts[position] ?? 0) + 1;
      ownedAt.set(top, counts);
    });
  }
  return ownedAt;
}
