import { hash } from 'node:crypto';
import type { EnforcementPlan, PlannedRule } from '#core/enforce/model.ts';
import { JudgedAnew } from '#core/enforce/replay/anew.ts';
import { Judges } from '#core/enforce/replay/judge.ts';
import { ScanVerdicts, seeingLess } from '#core/enforce/replay/known.ts';
import { NOT_KNOWN, Replayer } from '#core/enforce/replay/replay.ts';
import type { KnownVerdicts, RuleReplay } from '#core/enforce/replay/replay.ts';
import { Resources } from '#core/enforce/replay/resources.ts';
import { contentOf, subjectOf } from '#core/enforce/replay/subject.ts';
import type { Subject } from '#core/enforce/replay/subject.ts';
import { FAIL } from '#core/inventory/model.ts';
import type { ScanObject } from '#core/inventory/model.ts';
import { normaliser } from '#core/inventory/normalise.ts';
import { isObject } from '#core/json.ts';
import type { JsonObject } from '#core/json.ts';
import type { Sha256 } from '#core/rules/hash.ts';
import type { Library, Policy, Rule } from '#core/rules/model.ts';
import { generatedAfter } from '#main/scan/generated-code.ts';
import { minorNumber } from '#main/scan/library-facts.ts';
import { StoreFailure } from '#main/store/errors.ts';
import type { Store } from '#main/store/index.ts';
import type { StoredRun } from '#main/store/run-model.ts';

const sha256: Sha256 = (text) => hash('sha256', text);

/** So often rules are run by closures before code is made of them. */
const WARM = 300;

/** Bodies that are kept parsed: what one rule asks about, the next one asks about too. */
const KEPT_BODIES = 4000;

/** A stored run as replay reads it. What a plan says of it is kept by the plan. */
export class ReplayedRun {
  readonly run: StoredRun;
  readonly objects: readonly ScanObject[];
  readonly #store: Store;
  readonly #library: Library;
  readonly #normalise: (object: JsonObject) => JsonObject;
  readonly #resources: Resources;
  readonly #verdicts: ScanVerdicts;
  readonly #subjects = new Map<number, Subject>();
  readonly #bodies = new Map<number, JsonObject | undefined>();
  readonly #replayers = new Map<number, Replayer>();
  readonly #replays = new WeakMap<PlannedRule, RuleReplay>();

  constructor(store: Store, library: Library, run: StoredRun, objects: readonly ScanObject[]) {
    this.run = run;
    this.objects = objects;
    this.#store = store;
    this.#library = library;
    this.#normalise = normaliser(library.defaults, library.matchers);
    this.#resources = new Resources(library.matchers);
    const ruleSet = run.rulesetId === undefined ? { rules: [] } : store.rulesets.get(run.rulesetId);
    const { kubernetesMinor } = run;
    const judgedBy = {
      ruleSet,
      minor: minorNumber(kubernetesMinor),
      ...(kubernetesMinor === undefined ? {} : { kubernetesMinor }),
    };
    this.#verdicts = new ScanVerdicts(library, judgedBy, sha256);
  }

  /** Of every rule of the plan, in its order. `policyOf`: the policy whose parameters the rule has. */
  replay(plan: EnforcementPlan, policyOf: (rule: PlannedRule) => Policy | undefined): readonly RuleReplay[] {
    const rules = plan.rules.filter((rule) => !this.#replays.has(rule)).map((rule) => this.#asJudged(rule, policyOf(rule)));
    const anew = this.#anew(plan, rules);
    this.#meet(anew);
    const replayer = this.#replayer(plan.minor);
    for (const one of rules) this.#replays.set(one.planned, replayer.rule(one.planned, this.#known(one, anew)));
    return plan.rules.flatMap((rule) => this.#replays.get(rule) ?? []);
  }

  /** Of rules that the scan did not judge like this. Those that a plan has depend on the version all in the same way. */
  #anew(plan: EnforcementPlan, rules: readonly AsJudged[]): JudgedAnew | undefined {
    const open = rules.flatMap(({ rule, position }) => (rule === undefined || position !== undefined ? [] : [rule]));
    const minor = plan.rules.find(({ judgedAsMinor }) => judgedAsMinor !== undefined)?.judgedAsMinor ?? plan.minor;
    return JudgedAnew.of(new Map(open.map((rule) => [this.#verdicts.key(rule), rule])), this.#library.matchers, {
      minor,
      objects: this.objects.length,
      makeSet: generatedAfter(WARM),
    });
  }

  /**
   * Looks at everything that some rule does not pass, and at all that is to be judged anew, once, in the order in which it is stored:
   * bodies lie in blocks, and rule by rule each block would be opened again and again.
   */
  #meet(anew: JudgedAnew | undefined): void {
    if (anew === undefined && this.#subjects.size > 0) return;
    this.objects.forEach((object, at) => {
      if (object.idle) return;
      const body = anew?.looksAt(object) === true ? this.body(at) : undefined;
      if (body !== undefined) anew?.judge(at, contentOf(body));
      if (body !== undefined || object.verdicts.some((code) => code >= FAIL)) this.#subject(at);
    });
  }

  message(plan: EnforcementPlan, rule: PlannedRule, at: number): string | undefined {
    return this.#replayer(plan.minor).message(rule, at);
  }

  /** Normalised; undefined where it is not stored. */
  body(at: number): JsonObject | undefined {
    const body = this.#stored(at);
    return body === undefined ? undefined : this.#normalise(body);
  }

  #stored(at: number): JsonObject | undefined {
    const id = this.objects[at]?.id;
    if (id === undefined) return undefined;
    if (this.#bodies.has(id)) return this.#bodies.get(id);
    const body = storedBody(this.#store, id);
    this.#bodies.set(id, body);
    if (this.#bodies.size > KEPT_BODIES) this.#bodies.delete(this.#bodies.keys().next().value ?? id);
    return body;
  }

  #replayer(minor: number): Replayer {
    const known = this.#replayers.get(minor);
    if (known !== undefined) return known;
    const scan = {
      objects: this.objects,
      body: (at: number) => this.body(at),
      subject: (at: number) => this.#subject(at),
    };
    const made = new Replayer(scan, new Judges(minor), this.#resources);
    this.#replayers.set(minor, made);
    return made;
  }

  #subject(at: number): Subject {
    const known = this.#subjects.get(at);
    if (known !== undefined) return known;
    const object = this.objects[at];
    if (object === undefined) throw new RangeError(`the run has no object ${at}`);
    const made = subjectOf(object, this.#stored(at));
    this.#subjects.set(at, made);
    return made;
  }

  #asJudged(planned: PlannedRule, policy: Policy | undefined): AsJudged {
    const own = this.#library.rules.find(({ id }) => id === planned.rule);
    if (own === undefined || policy === undefined) return { planned };
    const rule = { ...own, params: { ...own.params, ...policy.rules[own.id]?.params } };
    const position = this.#verdicts.position(rule, planned.judgedAsMinor);
    return { planned, rule, ...(position === undefined ? {} : { position }) };
  }

  /** The verdicts that the scan has, or would have: those of the exported expression. */
  #known({ planned, rule, position }: AsJudged, anew: JudgedAnew | undefined): KnownVerdicts {
    const nothing = new Uint8Array(this.objects.length).fill(NOT_KNOWN);
    if (rule === undefined) return nothing;
    const judged =
      position === undefined
        ? (anew?.verdicts(this.#verdicts.key(rule)) ?? nothing)
        : Uint8Array.from(this.objects, ({ verdicts }) => verdicts[position] ?? NOT_KNOWN);
    return seeingLess(planned, rule, this.#library, judged);
  }
}

/** A rule of a plan, as it is in the library but for its parameters, and where its verdicts are if the scan has them. */
interface AsJudged {
  readonly planned: PlannedRule;
  readonly rule?: Rule;
  readonly position?: number;
}

function storedBody(store: Store, id: number): JsonObject | undefined {
  try {
    const body = store.scans.body(id);
    return isObject(body) ? body : undefined;
  } catch (cause) {
    if (cause instanceof StoreFailure && cause.error.code === 'notFound') return undefined;
    throw cause;
  }
}

/** Runs that are kept: the one on screen and one beside it. They hold the memory. */
const KEPT_RUNS = 2;

/** Stored runs by id, some of them kept. */
export class ReplayedRuns {
  readonly #store: Store;
  readonly #library: Library;
  readonly #kept = new Map<string, ReplayedRun>();

  constructor(store: Store, library: Library) {
    this.#store = store;
    this.#library = library;
  }

  open(run: StoredRun): ReplayedRun {
    const key = `${run.id} ${run.status}`;
    const found = this.#kept.get(key) ?? this.once(run);
    this.#kept.delete(key);
    if (run.status !== 'running') this.#kept.set(key, found);
    for (const oldest of [...this.#kept.keys()].slice(0, Math.max(0, this.#kept.size - KEPT_RUNS))) this.#kept.delete(oldest);
    return found;
  }

  /** Not kept: for a look at many runs. */
  once(run: StoredRun): ReplayedRun {
    return new ReplayedRun(this.#store, this.#library, run, [...this.#store.scans.objects(run.id)]);
  }
}
