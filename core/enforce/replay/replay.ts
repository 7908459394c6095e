import { TEST_ERROR, TEST_FALSE, TEST_TRUE } from '#core/cel/index.ts';
import type { TestResult } from '#core/cel/index.ts';
import type { Condition, PlannedRule } from '#core/enforce/model.ts';
import type { Judges, Test } from '#core/enforce/replay/judge.ts';
import { inOrder, kindsOf } from '#core/enforce/replay/objects.ts';
import type { ScanKind } from '#core/enforce/replay/objects.ts';
import type { Resources } from '#core/enforce/replay/resources.ts';
import { contentOf } from '#core/enforce/replay/subject.ts';
import type { Subject } from '#core/enforce/replay/subject.ts';
import { FAIL, NOT_APPLICABLE, PASS } from '#core/inventory/model.ts';
import type { ScanObject } from '#core/inventory/model.ts';
import type { JsonObject } from '#core/json.ts';
import type { Result } from '#core/result.ts';

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
 * The verdict codes of a rule by position of the object, where it was judged by what is exported: the same rule with the same
 * parameters, its waivers of places aside. NOT_KNOWN: the expression is to be evaluated.
 */
export type KnownVerdicts = Uint8Array;

/** No code of a verdict (core/inventory/model.ts). */
export const NOT_KNOWN = 255;

/** An expression of conditions, and what it says of objects: by position, a TestResult plus 1; 0 where it was not asked yet. */
interface Asked {
  readonly test: Result<Test, string>;
  readonly results: Uint8Array;
}

/** A rule as it is tried on one object after the other. */
interface Tried {
  readonly rule: PlannedRule;
  readonly conditions: readonly (Asked & Pick<Condition, 'name'>)[];
  /** Waivers of places stand in the expression: they let off more than a scan's verdict knows. */
  readonly waivesPlaces: boolean;
}

/** Replays rules on one scan; what conditions say of an object is kept for the rules that share them. */
export class Replayer {
  readonly #scan: ReplayScan;
  readonly #judges: Judges;
  readonly #resources: Resources;
  readonly #kinds: readonly ScanKind[];
  /** By position. */
  readonly #kindOf: Uint16Array;
  /** Positions by namespace, kind and name; idle objects are nobody's to create. */
  readonly #order: Uint32Array;
  readonly #asked = new Map<string, Asked>();

  constructor(scan: ReplayScan, judges: Judges, resources: Resources) {
    this.#scan = scan;
    this.#judges = judges;
    this.#resources = resources;
    const { kinds, kindOf } = kindsOf(scan.objects);
    this.#kinds = kinds;
    this.#kindOf = kindOf;
    this.#order = inOrder(scan.objects);
  }

  rule(rule: PlannedRule, known: KnownVerdicts): RuleReplay {
    const matched = this.#kinds.map(({ apiVersion, kind }) => this.#resources.matches(rule.match, apiVersion, kind));
    const tried = {
      rule,
      conditions: rule.conditions.map(({ name, expression }) => ({ name, ...this.#askedOf(expression) })),
      waivesPlaces: rule.waivers.some(({ container, path = '' }) => container !== undefined || path !== ''),
    };
    const occurrences: Occurrence[] = [];
    for (const at of this.#order) {
      const code = known[at] ?? NOT_KNOWN;
      if (code === PASS || code === NOT_APPLICABLE) continue;
      const looks = matched[this.#kindOf[at] ?? 0] ?? 'no';
      const occurrence = looks === 'no' ? undefined : this.#judge(tried, at, code, looks === 'notServed');
      if (occurrence !== undefined) occurrences.push(occurrence);
    }
    const judged = this.#kinds.reduce((sum, { objects }, kind) => sum + (matched[kind] === 'no' ? 0 : objects), 0);
    return { rule, judged, occurrences };
  }

  #judge(tried: Tried, at: number, code: number, notServed: boolean): Occurrence | undefined {
    // What is held back is told only of objects that the rule would not let pass.
    const verdict = this.#verdict(tried, at, code);
    if (verdict === undefined || !notServed) return verdict && (this.#heldBack(tried.conditions, at) ?? verdict);
    return { at, fact: 'heldBack', why: NOT_SERVED };
  }

  /** A condition that is false decides, whatever the others say; else one that cannot be computed; else one that is unknown. */
  #heldBack(conditions: Tried['conditions'], at: number): Occurrence | undefined {
    let open: Occurrence | undefined;
    for (const condition of conditions) {
      const result = this.#holds(condition, at);
      if (result === TEST_TRUE) continue;
      const { name } = condition;
      if (result === TEST_FALSE) return { at, fact: 'heldBack', why: name };
      if (result === TEST_ERROR) open = { at, fact: 'error', why: `the condition '${name}' cannot be computed` };
      else open ??= { at, fact: 'unknown', why: `the condition '${name}' depends on what was redacted` };
    }
    return open;
  }

  #askedOf(expression: string): Asked {
    const known = this.#asked.get(expression);
    if (known !== undefined) return known;
    const asked = { test: this.#judges.condition(expression), results: new Uint8Array(this.#scan.objects.length) };
    this.#asked.set(expression, asked);
    return asked;
  }

  #holds({ test, results }: Asked, at: number): TestResult {
    const before = results[at] ?? 0;
    if (before > 0) return (before - 1) as TestResult;
    const { head, request } = this.#scan.subject(at);
    const result = test.ok ? test.value.test({ object: head, request }) : TEST_ERROR;
    results[at] = result + 1;
    return result;
  }

  #verdict({ rule, waivesPlaces }: Tried, at: number, code: number): Occurrence | undefined {
    if (code === FAIL && !waivesPlaces) return { at, fact: 'fails' };
    const body = this.#scan.body(at);
    if (body === undefined) return { at, fact: 'unknown', why: 'its content is not stored' };
    const expression = this.#judges.rule(rule);
    if (!expression.ok) return { at, fact: 'error', why: expression.error };
    const result = expression.value.test({ object: contentOf(body), request: this.#scan.subject(at).request });
    if (result === TEST_TRUE) return undefined;
    if (result === TEST_FALSE) return { at, fact: 'fails' };
    return result === TEST_ERROR ? { at, fact: 'error', why: expression.value.why() } : { at, fact: 'unknown', why: REDACTED };
  }

  /** What the developer who creates an object that fails reads; undefined where that depends on what was redacted. */
  message(rule: PlannedRule, at: number): string | undefined {
    const body = this.#scan.body(at);
    if (body === undefined) return rule.messageExpression === undefined ? rule.message : undefined;
    return this.#judges.message(rule, { object: contentOf(body), request: this.#scan.subject(at).request });
  }
}

export const NOT_SERVED = 'not-served';
const REDACTED = 'it depends on what was redacted';
