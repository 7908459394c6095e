import { hash } from 'node:crypto';
import type { FactFinding, RuleSet } from '#core/inventory/model.ts';
import type { Connection } from './database.ts';

/** What a rule set found on one object. Shared by all objects of which the same was found. */
export interface FactSet {
  readonly verdicts: Uint8Array;
  readonly findings: readonly FactFinding[];
}

type FindingTuple = [number, string, (string | null)?, (string | null)?, (string | null)?];

/** Findings as tuples without trailing gaps; null where there are none. */
export function packFindings(findings: readonly FactFinding[]): string | null {
  if (findings.length === 0) return null;
  return JSON.stringify(findings.map(toTuple));
}

function toTuple(finding: FactFinding): FindingTuple {
  const { rule, path, container, value, reason } = finding;
  if (reason !== undefined) return [rule, path, container ?? null, value ?? null, reason];
  if (value !== undefined) return [rule, path, container ?? null, value];
  return container === undefined ? [rule, path] : [rule, path, container];
}

export function unpackFindings(text: string | null): readonly FactFinding[] {
  if (text === null) return NONE;
  return (JSON.parse(text) as FindingTuple[]).map(([rule, path, container, value, reason]) => ({
    rule,
    path,
    ...(container === undefined || container === null ? {} : { container }),
    ...(value === undefined || value === null ? {} : { value }),
    ...(reason === undefined || reason === null ? {} : { reason }),
  }));
}

const NONE: readonly FactFinding[] = [];

const MAX_REMEMBERED = 2000;

/** Fact sets by content and by id. */
export class FactSets {
  readonly #db: Connection;
  /** Ids of the facts last put: most objects of a scan are like some other. */
  readonly #ids = new Map<string, number>();
  readonly #find;
  readonly #insert;
  readonly #load;

  constructor(db: Connection) {
    this.#db = db;
    this.#find = db.prepare<[Uint8Array], number>('SELECT id FROM fact_sets WHERE hash = ?').pluck();
    this.#insert = db.prepare<[Uint8Array, Uint8Array, string | null]>(
      'INSERT INTO fact_sets (hash, verdicts, findings) VALUES (?, ?, ?)',
    );
    this.#load = db.prepare<[number], { verdicts: Buffer; findings: string | null }>(
      'SELECT verdicts, findings FROM fact_sets WHERE id = ?',
    );
  }

  /** Gives the row id. Must run inside a write transaction. */
  put(facts: FactSet): number {
    const findings = packFindings(facts.findings);
    const { buffer, byteOffset, length } = facts.verdicts;
    const text = Buffer.from(buffer, byteOffset, length).toString('latin1') + (findings ?? '');
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    const digest = hash('sha256', text, 'buffer').subarray(0, 16);
    const id = this.#find.get(digest) ?? Number(this.#insert.run(digest, facts.verdicts, findings).lastInsertRowid);
    if (this.#ids.size >= MAX_REMEMBERED) this.#ids.clear();
    this.#ids.set(text, id);
    return id;
  }

  /** Forgets what it put: a transaction was rolled back, or rows may have been freed since. */
  forget(): void {
    this.#ids.clear();
  }

  get(id: number): FactSet {
    const row = this.#load.get(id);
    if (row === undefined) throw new Error(`fact set ${id} of ${this.#db.name} is missing`);
    return { verdicts: new Uint8Array(row.verdicts), findings: unpackFindings(row.findings) };
  }
}

/** Where each rule of one rule set stands in another, while its facts stay true there; -1 where they do not. */
export function carriedRules(from: RuleSet, to: RuleSet): Int32Array {
  const places = new Map(from.rules.map((rule, index) => [`${rule.id} ${rule.factKey}`, index]));
  return Int32Array.from(to.rules, (rule) => places.get(`${rule.id} ${rule.factKey}`) ?? -1);
}

/**
 * Facts of a new rule set from those of an older one and the rules that were evaluated anew.
 * `carried` is `carriedRules(old, new)`; `fresh.mask` has a 1 for every rule evaluated. A rule that neither covers is a bug.
 */
export function mergeFacts(
  old: FactSet,
  carried: Int32Array,
  fresh: (FactSet & { readonly mask: Uint8Array }) | undefined,
): FactSet {
  const verdicts = new Uint8Array(carried.length);
  const newIndex = new Map<number, number>();
  carried.forEach((from, rule) => {
    if (fresh?.mask[rule] === 1) {
      verdicts[rule] = fresh.verdicts[rule] ?? 0;
      return;
    }
    if (from < 0) throw new Error(`rule ${rule} was neither evaluated nor known before`);
    verdicts[rule] = old.verdicts[from] ?? 0;
    newIndex.set(from, rule);
  });
  const kept = old.findings.flatMap((finding) => {
    const rule = newIndex.get(finding.rule);
    return rule === undefined ? [] : [{ ...finding, rule }];
  });
  const findings = [...kept, ...(fresh?.findings ?? []).filter((finding) => fresh?.mask[finding.rule] === 1)];
  return { verdicts, findings: findings.toSorted((a, b) => a.rule - b.rule) };
}
