import { ERROR, FAIL, NOT_APPLICABLE, NOT_EVALUATED, PASS, VERDICT_CODES } from '#core/inventory/model.ts';
import type { FactFinding, ScanObject } from '#core/inventory/model.ts';
import type { Verdict } from '#core/model.ts';
import { ownerChains } from '#core/policy/owners.ts';

/**
 * A scan rolled up to owners, once: what every policy's projection of it reads. Nothing in it depends on a policy, a waiver or a day.
 *
 * Owned objects were judged like all others; here a failure is counted once, at the topmost owner that was read and fails the
 * same rule at the same place. Where every owner passes, it stays with the owned object (a container injected at admission).
 */
export interface ScanIndex {
  /** The objects that were not idle, in the scan's order; `at` is a position in it. */
  readonly objects: readonly ScanObject[];
  /** How many of them have an owner that was read. */
  readonly owned: number;
  isOwned(at: number): boolean;
  /** In order of appearance; the empty name stands for cluster-scoped objects. */
  readonly namespaces: readonly string[];
  /** Positions of the objects of each namespace. */
  readonly members: readonly (readonly number[])[];
  /** Facts of the rule at a position of the rule set; undefined where it was not indexed. */
  rule(position: number): RuleFacts | undefined;
}

/** What the objects of a scan give of one rule, each where it is counted. */
export interface RuleFacts {
  /** Adds how many objects of a namespace (its number), or of all, have each verdict. Gives how many there are. */
  add(into: Record<Verdict, number>, namespace?: number): number;
  /** What an object adds; undefined where its owner speaks for it. */
  verdict(at: number): CountedVerdict | undefined;
  /** Everything that is neither a pass nor not applicable, in the objects' order. */
  readonly open: readonly OpenFact[];
}

export type CountedVerdict = Exclude<Verdict, 'waived'>;

export interface OpenFact {
  readonly at: number;
  readonly object: ScanObject;
  /** Number of its namespace. */
  readonly namespace: number;
  readonly verdict: 'fail' | 'error' | 'notEvaluated';
  /** The failing places, else those that could not be judged; at least one, and none twice. */
  readonly places: readonly FactFinding[];
  /** Owned objects that fail with it and are not counted apart. */
  readonly owned: number;
}

/** The facts of an object, where they are not those that were stored with it: parameters of a policy (core/policy/variants.ts). */
export type FactsOf = (object: ScanObject) => Pick<ScanObject, 'verdicts' | 'findings'>;

const CODES = VERDICT_CODES.length;
/** In place of a code where an owner speaks for the object. */
const SPOKEN = 255;

/** Indexes every rule of a rule set of this many. */
export const indexScan = (objects: readonly ScanObject[], rules: number, factsOf?: FactsOf): ScanIndex =>
  indexRules(
    objects,
    Array.from({ length: rules }, (_, position) => position),
    factsOf,
  );

/** The same for some positions of the rule set: a report on one policy needs no more. */
export function indexRules(
  objects: readonly ScanObject[],
  positions: readonly number[],
  factsOf: FactsOf = (object) => object,
): ScanIndex {
  const chains = ownerChains(objects);
  const counted = objects.filter((object) => !object.idle);
  const { names, members, numbers } = namespacesOf(counted);
  const counts = new Uint32Array(names.length * positions.length * CODES);
  const open = positions.map((): OpenFact[] => []);
  const rollUp = new RollUp(chains, factsOf);
  const owned = rollUp.owned(counted, positions);
  const width = Math.max(-1, ...positions) + 1;
  const rows = counted.map((object, at) => {
    const namespace = numbers[at] ?? 0;
    const ownedHere = owned.get(object);
    const { row, failing } = rollUp.row(object, positions, width);
    let cell = namespace * positions.length * CODES;
    for (let column = 0; column < positions.length; column++, cell += CODES) {
      const position = positions[column] as number;
      const code = row[position] ?? NOT_APPLICABLE;
      if (code === SPOKEN) continue;
      counts[cell + (code < CODES ? code : NOT_EVALUATED)]! += 1;
      if (code < FAIL) continue;
      const places = failing?.get(position) ?? rollUp.places(object, position, code);
      open[column]?.push({ at, object, namespace, verdict: openVerdict(code), places, owned: ownedHere?.[column] ?? 0 });
    }
    return row;
  });
  const totals = new Uint32Array(positions.length * CODES);
  counts.forEach((count, cell) => void (totals[cell % totals.length]! += count));
  const columns = new Map(positions.map((position, column) => [position, column]));
  const rule = (position: number): RuleFacts | undefined => {
    const column = columns.get(position);
    if (column === undefined) return undefined;
    return {
      add: (into, namespace) =>
        namespace === undefined
          ? addCounts(into, totals, column * CODES)
          : addCounts(into, counts, (namespace * positions.length + column) * CODES),
      verdict: (at) => verdictOf(rows[at]?.[position] ?? NOT_APPLICABLE),
      open: open[column] ?? [],
    };
  };
  const isOwned = (at: number): boolean => chains.has(counted[at] as ScanObject);
  const ownedCount = counted.filter((object) => chains.has(object)).length;
  return { objects: counted, owned: ownedCount, isOwned, namespaces: names, members, rule };
}

function addCounts(into: Record<Verdict, number>, counts: Uint32Array, cell: number): number {
  let sum = 0;
  for (let code = 0; code < CODES; code++) {
    const count = counts[cell + code] ?? 0;
    if (count === 0) continue;
    into[VERDICT_CODES[code] ?? 'notEvaluated'] += count;
    sum += count;
  }
  return sum;
}

const openVerdict = (code: number): OpenFact['verdict'] => (code === FAIL ? 'fail' : code === ERROR ? 'error' : 'notEvaluated');
const verdictOf = (code: number): CountedVerdict | undefined =>
  code === SPOKEN ? undefined : (VERDICT_CODES[code] ?? 'notEvaluated');

function namespacesOf(objects: readonly ScanObject[]) {
  const known = new Map<string, number>();
  const members: number[][] = [];
  const numbers = objects.map(({ namespace = '' }, at) => {
    const number = known.get(namespace) ?? known.size;
    known.set(namespace, number);
    (members[number] ??= []).push(at);
    return number;
  });
  return { names: [...known.keys()], members, numbers };
}

type Places = readonly FactFinding[];

/** Decides what each object says for itself, and what its owners say for it. */
class RollUp {
  readonly #chains: ReadonlyMap<ScanObject, readonly ScanObject[]>;
  readonly #factsOf: FactsOf;
  /** Findings of an object by rule, made when they are first asked for. */
  readonly #sorted = new Map<ScanObject, ReadonlyMap<number, Places>>();

  constructor(chains: ReadonlyMap<ScanObject, readonly ScanObject[]>, factsOf: FactsOf) {
    this.#chains = chains;
    this.#factsOf = factsOf;
  }

  /** Its codes by position, `SPOKEN` where an owner speaks for it; for owned objects the places of each failure that is its own. */
  row(
    object: ScanObject,
    positions: readonly number[],
    width: number,
  ): { readonly row: Uint8Array; readonly failing?: ReadonlyMap<number, Places> } {
    const chain = this.#chains.get(object);
    const { verdicts } = this.#factsOf(object);
    if (chain === undefined) return { row: verdicts };
    const row = new Uint8Array(width).fill(SPOKEN);
    const failing = new Map<number, Places>();
    for (const position of positions) {
      const code = verdicts[position] ?? NOT_APPLICABLE;
      if (code !== FAIL) {
        if (!this.#ownerSpeaks(chain, position, code)) row[position] = code;
        continue;
      }
      const places = this.places(object, position, FAIL).filter((place) => !this.#isOwners(place, chain, position));
      if (places.length === 0) continue;
      failing.set(position, places);
      row[position] = FAIL;
    }
    return { row, failing };
  }

  /** The failing places; for error and notEvaluated those that could not be judged. The object itself where none is known. */
  places(object: ScanObject, position: number, code: number): Places {
    const all = this.#findings(object).get(position) ?? [];
    const found = code === FAIL ? all.filter(({ reason }) => reason === undefined) : all;
    if (found.length === 0) return [{ rule: position, path: '' }];
    return found.length === 1 ? found : uniquePlaces(found);
  }

  /** How many owned objects fail with each topmost failing owner, by rule: an array per owner, in the order of positions. */
  owned(objects: readonly ScanObject[], positions: readonly number[]): ReadonlyMap<ScanObject, Uint32Array> {
    const counts = new Map<ScanObject, Uint32Array>();
    for (const object of objects) {
      const chain = this.#chains.get(object);
      if (chain === undefined) continue;
      const { verdicts } = this.#factsOf(object);
      positions.forEach((position, column) => {
        if (verdicts[position] !== FAIL) return;
        const top = chain.findLast((owner) => this.#code(owner, position) === FAIL);
        if (top === undefined) return;
        const row = counts.get(top) ?? new Uint32Array(positions.length);
        row[column]! += 1;
        counts.set(top, row);
      });
    }
    return counts;
  }

  #code(object: ScanObject, position: number): number {
    return this.#factsOf(object).verdicts[position] ?? NOT_APPLICABLE;
  }

  #findings(object: ScanObject): ReadonlyMap<number, Places> {
    const known = this.#sorted.get(object);
    if (known !== undefined) return known;
    const sorted = new Map<number, FactFinding[]>();
    for (const finding of this.#factsOf(object).findings) {
      const places = sorted.get(finding.rule);
      if (places === undefined) sorted.set(finding.rule, [finding]);
      else places.push(finding);
    }
    this.#sorted.set(object, sorted);
    return sorted;
  }

  /**
   * Whether an owner fails at the same place: `spec.containers[name=web]` of a Pod is `spec.template.spec.containers[name=web]` of
   * its Deployment. What only the Pod has, a container injected at admission, stays the Pod's although its owner fails elsewhere.
   */
  #isOwners(place: FactFinding, chain: readonly ScanObject[], position: number): boolean {
    const inTemplate = `.${place.path}`;
    return chain.some(
      (owner) =>
        this.#code(owner, position) === FAIL &&
        (this.#findings(owner).get(position) ?? []).some(
          ({ path, reason }) => reason === undefined && (path === place.path || path.endsWith(inTemplate)),
        ),
    );
  }

  /** Whether an owner's verdict stands for one that is no failure: the same verdict, or a pass or nothing to judge where the owner was judged. */
  #ownerSpeaks(chain: readonly ScanObject[], position: number, code: number): boolean {
    switch (code) {
      case ERROR:
      case NOT_EVALUATED:
        return chain.some((owner) => this.#code(owner, position) === code);
      case PASS:
        return chain.some((owner) => this.#code(owner, position) !== NOT_APPLICABLE);
      default:
        return true;
    }
  }
}

function uniquePlaces(places: Places): Places {
  const seen = new Set<string>();
  return places.filter(({ path }) => !seen.has(path) && seen.add(path) !== undefined);
}
