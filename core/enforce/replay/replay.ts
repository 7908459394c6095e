import { TEST_ERROR, TEST_FALSE, TEST_TRUE } from '#core/cel/index.ts';
import type { TestResult } from '#core/cel/index.ts';
import type { Condition, PlannedRule } from '#core/enforce/model.ts';
import type { Judges } from '#core/enforce/replay/judge.ts';
import type { Resources } from '#core/enforce/replay/resources.ts';
import { contentOf } from '#core/enforce/replay/subject.ts';
import type { Subject } from '#core/enforce/replay/subject.ts';
import { FAIL, NOT_APPLICABLE, PASS } from '#core/inventory/model.ts';
import type { ScanObject } from '#core/inventory/model.ts';
import type { JsonObject } from '#core/json.ts';

/*
 * The rules of a plan on the objects of a scan, as if each was created today: what the exported expressions say, not what a report
 * says. Nothing here depends on modes and namespaces of actions, so that another mode is counted without judging anything anew
 * (core/enforce/replay/outcomes.ts).
 */

/** `fails`: a condition does not hold it back, and the expression is false. `error`: one of them cannot be computed. */
export type FactOfReplay = 'fails' | 'error' | 'unknown' | 'heldBack';

/** One object that a rule does not simply let pass. */
export interface Occurrence {
  /** Position of the object. */
  readonly at: number;
  readonly fact: FactOfReplay;
  /** `heldBack`: the name of the condition. Else why it could not be worked out. */
  readonly why?: string;
}

export interface RuleReplay {
  readonly rule: PlannedRule;
  /** Objects that it looks at. */
  readonly judged: number;
  /** By namespace, kind and name. */
  readonly occurrences: readonly Occurrence[];
}

/** A scan as replay reads it. Bodies are asked for only where facts do not tell. */
export interface ReplayScan {
  readonly objects: readonly ScanObject[];
  /** Normalised, and redacted; undefined where it is not stored. */
  readonly body: (at: number) => JsonObject | undefined;
  readonly subject: (at: number) => Subject;
}

/**
 * The verdict code of a rule on an object, where the scan judged it by what is exported: the same rule with the same parameters, its
 * waivers of places aside. Undefined: the expression is to be evaluated.
 */
export type KnownVerdict = (object: ScanObject, at: number) => number | undefined;

/** Positions by apiVersion and kind; idle objects are nobody's to create. */
export type ByKind = ReadonlyMap<string, { readonly apiVersion: string; readonly kind: string; readonly at: readonly number[] }>;

export function byKind(objects: readonly ScanObject[]): ByKind {
  const groups = new Map<string, { readonly apiVersion: string; readonly kind: string; readonly at: number[] }>();
  objects.forEach(({ apiVersion, kind, idle }, at) => {
    if (idle) return;
    const key = `${apiVersion} ${kind}`;
    const group = groups.get(key) ?? { apiVersion, kind, at: [] };
    group.at.push(at);
    groups.set(key, group);
  });
  return groups;
}

/** The place of each object among all, by namespace, kind and name. */
function ranksOf(objects: readonly ScanObject[]): Uint32Array {
  const keys = objects.map(({ namespace = '', kind, name }) => `${namespace}\u0000${kind}\u0000${name}`);
  const order = objects.map((_, at) => at).toSorted((a, b) => ((keys[a] ?? '') < (keys[b] ?? '') ? -1 : 1));
  const ranks = new Uint32Array(objects.length);
  order.forEach((at, rank) => void (ranks[at] = rank));
  return ranks;
}

/** Replays rules on one scan; what conditions say of an object is kept for the rules that share them. */
export class Replayer {
  readonly #scan: ReplayScan;
  readonly #kinds: ByKind;
  readonly #judges: Judges;
  readonly #resources: Resources;
  readonly #conditions = new Map<string, Uint8Array>();
  readonly #ranks: Uint32Array;

  constructor(scan: ReplayScan, judges: Judges, resources: Resources) {
    this.#scan = scan;
    this.#kinds = byKind(scan.objects);
    this.#judges = judges;
    this.#resources = resources;
    this.#ranks = ranksOf(scan.objects);
  }

  #rank(at: number): number {
    return this.#ranks[at] ?? 0;
  }

  rule(rule: PlannedRule, known: KnownVerdict): RuleReplay {
    const occurrences: Occurrence[] = [];
    let judged = 0;
    for (const { apiVersion, kind, at: positions } of this.#kinds.values()) {
      const matched = this.#resources.matches(rule.match, apiVersion, kind);
      if (matched === 'no') continue;
      judged += positions.length;
      for (const at of positions) {
        const object = this.#scan.objects[at];
        const code = object === undefined ? undefined : known(object, at);
        if (code === PASS || code === NOT_APPLICABLE) continue;
        const occurrence = this.#judge(rule, at, code, matched === 'notServed');
        if (occurrence !== undefined) occurrences.push(occurrence);
      }
    }
    return { rule, judged, occurrences: occurrences.toSorted((a, b) => this.#rank(a.at) - this.#rank(b.at)) };
  }

  #judge(rule: PlannedRule, at: number, code: number | undefined, notServed: boolean): Occurrence | undefined {
    // What is held back is told only of objects that the rule would not let pass.
    const verdict = this.#verdict(rule, at, code);
    if (verdict === undefined || !notServed) return verdict && (this.#heldBack(rule.conditions, at) ?? verdict);
    return { at, fact: 'heldBack', why: NOT_SERVED };
  }

  /** A condition that is false decides, whatever the others say; else one that cannot be computed; else one that is unknown. */
  #heldBack(conditions: readonly Condition[], at: number): Occurrence | undefined {
    let open: Occurrence | undefined;
    for (const { name, expression } of conditions) {
      const result = this.#condition(expression, at);
      if (result === TEST_TRUE) continue;
      if (result === TEST_FALSE) return { at, fact: 'heldBack', why: name };
      if (result === TEST_ERROR) open = { at, fact: 'error', why: `the condition '${name}' cannot be computed` };
      else open ??= { at, fact: 'unknown', why: `the condition '${name}' depends on what was redacted` };
    }
    return open;
  }

  #condition(expression: string, at: number): TestResult {
    const known = this.#conditions.get(expression) ?? new Uint8Array(this.#scan.objects.length);
    this.#conditions.set(expression, known);
    const before = known[at] ?? 0;
    if (before > 0) return (before - 1) as TestResult;
    const test = this.#judges.condition(expression);
    const { head, user } = this.#scan.subject(at);
    const result = test.ok ? test.value.test({ object: head, user }) : TEST_ERROR;
    known[at] = result + 1;
    return result;
  }

  #verdict(rule: PlannedRule, at: number, code: number | undefined): Occurrence | undefined {
    // Waivers of places stand in the expression: they let off more than the scan's verdict knows.
    if (code === FAIL && rule.waivers.every(({ container, path = '' }) => container === undefined && path === ''))
      return { at, fact: 'fails' };
    const body = this.#scan.body(at);
    if (body === undefined) return { at, fact: 'unknown', why: 'its content is not stored' };
    const expression = this.#judges.rule(rule);
    if (!expression.ok) return { at, fact: 'error', why: expression.error };
    const result = expression.value.test({ object: contentOf(body), user: this.#scan.subject(at).user });
    if (result === TEST_TRUE) return undefined;
    if (result === TEST_FALSE) return { at, fact: 'fails' };
    return result === TEST_ERROR ? { at, fact: 'error', why: expression.value.why() } : { at, fact: 'unknown', why: REDACTED };
  }

  /** What the developer who creates an object that fails reads; undefined where that depends on what was redacted. */
  message(rule: PlannedRule, at: number): string | undefined {
    const body = this.#scan.body(at);
    if (body === undefined) return rule.messageExpression === undefined ? rule.message : undefined;
    return this.#judges.message(rule, { object: contentOf(body), user: this.#scan.subject(at).user });
  }
}

export const NOT_SERVED = 'not-served';
const REDACTED = 'it depends on what was redacted';
