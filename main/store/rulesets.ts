import type { RuleSet } from '#core/inventory/model.ts';
import { sha256 } from './blobs.ts';
import type { Connection } from './database.ts';

/** Rule sets: which rule each byte of a verdict vector belongs to. Equal ones are stored once. */
export class RuleSets {
  readonly #db: Connection;
  readonly #loaded = new Map<number, RuleSet>();

  constructor(db: Connection) {
    this.#db = db;
  }

  /** Gives the id. */
  put(ruleset: RuleSet): number {
    const rules = JSON.stringify(ruleset.rules.map((rule) => [rule.id, rule.factKey]));
    const hash = sha256(rules);
    const find = this.#db.prepare<[Uint8Array], number>('SELECT id FROM rulesets WHERE hash = ?').pluck();
    const found = find.get(hash);
    if (found !== undefined) return found;
    this.#db.prepare('INSERT INTO rulesets (hash, rules) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING').run(hash, rules);
    return find.get(hash) ?? 0;
  }

  get(id: number): RuleSet {
    const loaded = this.#loaded.get(id);
    if (loaded !== undefined) return loaded;
    const text = this.#db.prepare<[number], string>('SELECT rules FROM rulesets WHERE id = ?').pluck().get(id) ?? '[]';
    const pairs = JSON.parse(text) as [string, string][];
    const ruleset = { rules: pairs.map(([ruleId, factKey]) => ({ id: ruleId, factKey })) };
    this.#loaded.set(id, ruleset);
    return ruleset;
  }
}
