import { hash } from 'node:crypto';
import type { EnforcementPlan, PlannedRule } from '#core/enforce/model.ts';
import { Judges } from '#core/enforce/replay/judge.ts';
import { Replayer } from '#core/enforce/replay/replay.ts';
import type { KnownVerdict, RuleReplay } from '#core/enforce/replay/replay.ts';
import { Resources } from '#core/enforce/replay/resources.ts';
import { subjectOf } from '#core/enforce/replay/subject.ts';
import type { Subject } from '#core/enforce/replay/subject.ts';
import { FAIL, NOT_APPLICABLE, PASS } from '#core/inventory/model.ts';
import type { ScanObject } from '#core/inventory/model.ts';
import { normaliser } from '#core/inventory/normalise.ts';
import { isObject } from '#core/json.ts';
import type { JsonObject } from '#core/json.ts';
import { factKey, ruleHash } from '#core/rules/hash.ts';
import type { Sha256 } from '#core/rules/hash.ts';
import type { Library, Policy } from '#core/rules/model.ts';
import { StoreFailure } from '#main/store/errors.ts';
import type { Store } from '#main/store/index.ts';
import type { StoredRun } from '#main/store/run-model.ts';

const sha256: Sha256 = (text) => hash('sha256', text);
const nothing: KnownVerdict = () => undefined;

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
  readonly #positions: ReadonlyMap<string, number>;
  readonly #subjects = new Map<number, Subject>();
  readonly #bodies = new Map<number, JsonObject | undefined>();
  readonly #replayers = new Map<number, Replayer>();
  readonly #replays = new WeakMap<PlannedRule, RuleReplay>();
  readonly #hashes = new Map<string, string>();

  constructor(store: Store, library: Library, run: StoredRun, objects: readonly ScanObject[]) {
    this.run = run;
    this.objects = objects;
    this.#store = store;
    this.#library = library;
    this.#normalise = normaliser(library.defaults, library.matchers);
    this.#resources = new Resources(library.matchers);
    const ruleSet = run.rulesetId === undefined ? { rules: [] } : store.rulesets.get(run.rulesetId);
    this.#positions = new Map(ruleSet.rules.map((rule, position) => [`${rule.id} ${rule.factKey}`, position]));
  }

  /** Of every rule of the plan, in its order. */
  replay(plan: EnforcementPlan, policy: Policy): readonly RuleReplay[] {
    const replayer = this.#replayer(plan.minor);
    this.#meet();
    return plan.rules.map((rule) => {
      const known = this.#replays.get(rule) ?? replayer.rule(rule, this.#known(rule, policy));
      this.#replays.set(rule, known);
      return known;
    });
  }

  /**
   * Looks at everything that some rule does not pass, once, in the order in which it is stored: bodies lie in blocks, and rule by
   * rule each block would be opened again and again.
   */
  #meet(): void {
    if (this.#subjects.size > 0) return;
    this.objects.forEach(({ idle, verdicts }, at) => {
      if (!idle && verdicts.some((code) => code >= FAIL)) this.#subject(at);
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

  /** The scan judged the very same rule, with these parameters (decisions.md 9): its verdict is that of the exported expression. */
  #known({ rule: id, narrowed }: PlannedRule, { rules }: Policy): KnownVerdict {
    const rule = this.#library.rules.find((one) => one.id === id);
    if (rule === undefined) return nothing;
    const { matchers, defaults } = this.#library;
    const ownHash = this.#hashes.get(id) ?? ruleHash(rule, matchers, defaults, sha256);
    this.#hashes.set(id, ownHash);
    const { kubernetesMinor } = this.run;
    const key = factKey(
      ownHash,
      rule,
      {
        params: { ...rule.params, ...rules[id]?.params },
        ...(kubernetesMinor === undefined ? {} : { kubernetesMinor }),
      },
      sha256,
    );
    const position = this.#positions.get(`${id} ${key}`);
    if (position === undefined) return nothing;
    const seesLess = narrowed !== undefined || this.#isHostRule(rule.forEach);
    return (object) => {
      const code = object.verdicts[position];
      return seesLess && code !== PASS && code !== NOT_APPLICABLE ? undefined : code;
    };
  }

  /** What a host finds (declared API versions, all texts) is more than an expression sees: where all of it passes, less does too. */
  #isHostRule(collection: string | undefined): boolean {
    return collection !== undefined && this.#library.matchers.collections[collection]?.type === 'host';
  }
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
