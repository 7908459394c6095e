import { hash } from 'node:crypto';
import { Evaluator } from '#core/evaluate/evaluate.ts';
import type { Evaluation } from '#core/evaluate/evaluate.ts';
import { buildPlan } from '#core/evaluate/plan.ts';
import type { Plan } from '#core/evaluate/plan.ts';
import { declaredVersions } from '#core/inventory/declared.ts';
import { describeObject } from '#core/inventory/describe.ts';
import { evaluationKey, stripForKey, versionKey } from '#core/inventory/key.ts';
import type { DeclaredVersion, EvaluatedObject, FactFinding, Place, Position } from '#core/inventory/model.ts';
import { normaliser } from '#core/inventory/normalise.ts';
import type { JsonObject } from '#core/json.ts';
import { textAt } from '#core/json.ts';
import { redactObject, redactText } from '#core/redact/redact.ts';
import { KeyedHash } from '#main/scan/keyed-hash.ts';
import { generatedCode } from '#main/scan/generated-code.ts';
import type { Judged, JudgeSetup, KnownSetup } from '#main/scan/messages.ts';
import { encodeBody } from '#main/store/body.ts';
import { KnownIndex } from '#main/store/known.ts';

export interface JudgeInput {
  readonly object: JsonObject;
  readonly place?: Place;
  readonly assumedNamespace?: boolean;
  /** Finds the line and column of a finding's path; files only. */
  readonly locate?: (path: string) => Position | undefined;
}

const NO_BYTES = new Uint8Array();

/** No object is to blame: nothing can be judged at all, and the scan must not go on as if single objects could not be read. */
export class BrokenLibrary extends Error {
  override readonly name = 'BrokenLibrary';
}

function planOf(library: JudgeSetup['library'], minor: number): Plan {
  try {
    const plan = buildPlan(library.rules, library.matchers, { minor });
    if (plan.ok) return plan.value;
    throw new Error(plan.error.map((issue) => `${issue.rule}.${issue.field}: ${issue.message}`).join('; '));
  } catch (cause) {
    throw new BrokenLibrary(`the rule library does not compile: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

/**
 * Judges one object after another: key, lookup, evaluation, redaction. Synchronous and pure but for hashing, so that it runs
 * in a worker thread or, for a few files, in place.
 */
export class ObjectJudge {
  readonly #setup: JudgeSetup;
  /** Made for the first object that is judged: a scan of an unchanged cluster compiles nothing. */
  #evaluator: Evaluator | undefined;
  readonly #normalise: (object: JsonObject) => JsonObject;
  readonly #known: KnownIndex | undefined;
  readonly #mask: Uint8Array | undefined;
  readonly #keyed: KeyedHash | undefined;

  constructor(setup: JudgeSetup, known?: KnownSetup) {
    this.#setup = setup;
    this.#keyed = setup.store === undefined ? undefined : new KeyedHash(setup.store.hmacKey);
    this.#normalise = normaliser(setup.library.defaults, setup.library.matchers);
    this.#known = known === undefined ? undefined : new KnownIndex(known.index);
    this.#mask = known?.mask;
  }

  /** Compiles the rules now, where nothing is known and every object must be judged. @throws {BrokenLibrary} */
  prepare(): void {
    if (this.#known === undefined) this.#compiled();
  }

  /** The uid and resourceVersion of a live object are trusted; a file's are not. */
  judge(input: JudgeInput, live: boolean): Judged {
    const uid = live ? textAt(input.object, 'metadata', 'uid') : undefined;
    const resourceVersion = live ? this.#version(input.object) : undefined;
    if (uid !== undefined && resourceVersion !== undefined && this.#mask === undefined) {
      const id = this.#known?.byUid(uid, resourceVersion);
      if (id !== undefined) return { id };
    }
    const declared = declaredVersions(input.object);
    const key = this.#key(input, declared);
    const version = resourceVersion === undefined ? {} : { resourceVersion };
    const place = input.place === undefined ? {} : { place: input.place };
    const id = this.#known?.byKey(key);
    // A file's positions move without its content: they are computed anew each time.
    if (id !== undefined && input.place === undefined) {
      if (this.#mask === undefined) return { id, ...version, ...place };
      const { verdicts, findings } = this.#evaluate(input.object, declared, this.#mask);
      return { id, ...version, ...place, verdicts, findings, mask: this.#mask };
    }
    return { ...this.#judged(input, declared, key), ...version };
  }

  #version(object: JsonObject): string | undefined {
    const version = textAt(object, 'metadata', 'resourceVersion');
    return version === undefined ? undefined : versionKey(version, { dropEnvValues: this.#setup.store?.dropEnvValues ?? false });
  }

  /** @throws {BrokenLibrary} where the library does not compile: `rules:check` keeps that from being shipped. */
  #compiled(): Evaluator {
    if (this.#evaluator !== undefined) return this.#evaluator;
    const { library, minor } = this.#setup;
    const plan = planOf(library, minor);
    this.#evaluator = new Evaluator(plan, generatedCode);
    return this.#evaluator;
  }

  #key(input: JudgeInput, declared: readonly DeclaredVersion[]): Uint8Array {
    const { store } = this.#setup;
    const keyed = this.#keyed;
    if (store === undefined || keyed === undefined) return NO_BYTES;
    return evaluationKey(input.object, declared, (text) => keyed.digest(text), {
      assumedNamespace: input.assumedNamespace ?? false,
      dropEnvValues: store.dropEnvValues,
    });
  }

  #evaluate(object: JsonObject, declared: readonly DeclaredVersion[], mask?: Uint8Array): Evaluation {
    const { verdicts, findings } = this.#compiled().evaluate(this.#normalise(object), {
      declared,
      ...(mask === undefined ? {} : { mask }),
    });
    return { verdicts, findings: findings.map((finding) => this.#redacted(finding)) };
  }

  /** What a message may show of the value: the same that is stored of it. */
  #redacted(finding: FactFinding): FactFinding {
    if (finding.value === undefined) return finding;
    return {
      ...finding,
      value: redactText(finding.value, finding.path, { dropEnvValues: this.#setup.store?.dropEnvValues ?? false }),
    };
  }

  #judged(input: JudgeInput, declared: readonly DeclaredVersion[], key: Uint8Array): EvaluatedObject {
    const evaluation = this.#evaluate(input.object, declared);
    const { body, bodyHash } = this.#body(input.object);
    return {
      ...describeObject(input.object),
      assumedNamespace: input.assumedNamespace ?? false,
      key,
      verdicts: evaluation.verdicts,
      findings: evaluation.findings,
      body,
      bodyHash,
      declared,
      ...(input.place === undefined ? {} : { place: input.place }),
      ...(input.locate === undefined ? {} : { positions: this.#positions(input.locate, evaluation, input.place) }),
    };
  }

  #body(object: JsonObject): { readonly body: string; readonly bodyHash: Uint8Array } {
    const { store } = this.#setup;
    if (store === undefined) return { body: '', bodyHash: NO_BYTES };
    const body = encodeBody(redactObject(stripForKey(object), { dropEnvValues: store.dropEnvValues }));
    return { body, bodyHash: hash('sha256', body, 'buffer') };
  }

  #positions(locate: NonNullable<JudgeInput['locate']>, evaluation: Evaluation, place: Place | undefined): readonly Position[] {
    const fallback: Position = { line: place?.line ?? 1, column: 1 };
    // Rules that look at the same fields find at the same places.
    const found = new Map<string, Position>();
    return evaluation.findings.map(({ rule, path }) => {
      if (this.#setup.located[rule] !== 1) return fallback;
      const position = found.get(path) ?? locate(path) ?? fallback;
      found.set(path, position);
      return position;
    });
  }
}
