import { compile, createEnvironment, TEST_ERROR, TEST_FALSE, TEST_TRUE } from '#core/cel/index.ts';
import type { Environment, Frame, Program } from '#core/cel/index.ts';
import { admissionMatch } from '#core/enforce/drift/match.ts';
import type { AdmittedObject, MatchAnswer, NamespaceLabels } from '#core/enforce/drift/match.ts';
import { REPLAY_OUTCOMES } from '#core/enforce/replay/words.ts';
import type { ReplayOutcome } from '#core/enforce/replay/words.ts';
import { at, isArray, Redacted, textAt } from '#core/json.ts';
import type { JsonArray, JsonObject, JsonValue } from '#core/json.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';

/*
 * A ValidatingAdmissionPolicy of somebody else, with its bindings, on objects as if each was created today
 * (k8s.io/apiserver/pkg/admission/plugin/policy/validating). What depends on parameters, on who asks, or on what a scan does not
 * know is not evaluated.
 */

export interface ForeignPolicy {
  readonly policy: JsonObject;
  readonly bindings: readonly JsonObject[];
}

export interface Simulated {
  readonly outcome: ReplayOutcome;
  readonly message?: string;
  readonly why?: string;
}

export interface SimulatedObject extends AdmittedObject {
  readonly body: JsonObject | undefined;
  /** Undefined where it was not read; null for cluster-scoped objects. */
  readonly namespaceObject: JsonObject | null | undefined;
}

/** Undefined: the policy lets the object pass, or does not look at it. */
export type Simulation = (object: SimulatedObject) => Simulated | undefined;

const NAMES = ['object', 'oldObject', 'request', 'namespaceObject', 'params'];

/** Compiles a policy for a server of this minor; the reason where it cannot be simulated at all. */
export function simulation(
  { policy, bindings }: ForeignPolicy,
  { minor, namespaces }: { readonly minor: number; readonly namespaces: NamespaceLabels },
): Result<Simulation, string> {
  const spec = at(policy, 'spec');
  if (at(spec, 'paramKind') !== undefined && at(spec, 'paramKind') !== null)
    return err('it takes parameters, which a scan does not look up');
  if (bindings.length === 0) return err('no binding names it: it enforces nothing');
  const made = compiled(spec, minor);
  if (!made.ok) return made;
  const actions = bindings.map((binding) => ({
    matches: admissionMatch([at(spec, 'matchConstraints'), at(binding, 'spec', 'matchResources')], namespaces),
    outcome: outcomeOfActions(at(binding, 'spec', 'validationActions')),
  }));
  return ok((object) => {
    let hardest: Simulated | undefined;
    let said: Simulated | undefined;
    let asked = false;
    for (const { matches, outcome } of actions) {
      const match: MatchAnswer = matches(object);
      if (match === 'no') continue;
      if (match !== 'yes') hardest = harder(hardest, { outcome: 'notEvaluated', why: match.unknown });
      else {
        if (!asked) said = made.value(object);
        asked = true;
        if (said !== undefined) hardest = harder(hardest, said.outcome === 'denied' ? { ...said, outcome } : said);
      }
    }
    return hardest;
  });
}

const harder = (a: Simulated | undefined, b: Simulated): Simulated =>
  a === undefined || REPLAY_OUTCOMES.indexOf(b.outcome) < REPLAY_OUTCOMES.indexOf(a.outcome) ? b : a;

function outcomeOfActions(actions: JsonValue | undefined): ReplayOutcome {
  const list = isArray(actions) ? actions : [];
  return list.includes('Deny') ? 'denied' : list.includes('Warn') ? 'warned' : 'audited';
}

const listAt = (value: JsonValue | undefined, key: string): JsonArray => {
  const found = at(value, key);
  return isArray(found) ? found : [];
};

interface Validation {
  readonly expression: Program;
  readonly text: string;
  readonly message: string | undefined;
  readonly speaker: Program | undefined;
}

/** What the policy says of an object that it looks at: `denied` stands for a violation, whatever its bindings make of it. */
function compiled(
  spec: JsonValue | undefined,
  minor: number,
): Result<(object: SimulatedObject) => Simulated | undefined, string> {
  const variables = listAt(spec, 'variables').map((one) => ({
    name: textAt(one, 'name') ?? '',
    expression: textAt(one, 'expression') ?? '',
  }));
  const plain = createEnvironment({ minor, variables: NAMES });
  const composed = createEnvironment({ minor, variables: NAMES, composed: variables });
  if (!plain.ok || !composed.ok) return err(`its variables do not compile: ${plain.ok ? message(composed) : message(plain)}`);
  const conditions: Program[] = [];
  for (const one of listAt(spec, 'matchConditions')) {
    const program = compile(plain.value, textAt(one, 'expression') ?? '', { type: 'bool' });
    if (!program.ok) return err(`its condition '${textAt(one, 'name') ?? ''}' does not compile here: ${program.error.message}`);
    conditions.push(program.value);
  }
  const validations: Validation[] = [];
  for (const one of listAt(spec, 'validations')) {
    const text = textAt(one, 'expression') ?? '';
    const program = compile(composed.value, text, { type: 'bool' });
    if (!program.ok) return err(`its expression does not compile here: ${program.error.message}`);
    const said = textAt(one, 'messageExpression');
    const speaker = said === undefined ? undefined : compile(composed.value, said, { type: 'string' });
    validations.push({
      expression: program.value,
      text,
      message: textAt(one, 'message'),
      speaker: speaker?.ok === true ? speaker.value : undefined,
    });
  }
  const judge = new Judge(plain.value, composed.value, {
    conditions,
    validations,
    fails: textAt(spec, 'failurePolicy') !== 'Ignore',
  });
  return ok((object) => judge.judge(object));
}

const message = (result: Result<unknown, { readonly message: string }>): string => (result.ok ? '' : result.error.message);

interface Parts {
  readonly conditions: readonly Program[];
  readonly validations: readonly Validation[];
  /** failurePolicy Fail: what cannot be computed is a violation. */
  readonly fails: boolean;
}

class Judge {
  readonly #plain: Environment;
  readonly #composed: Environment;
  readonly #parts: Parts;
  readonly #bare: Frame;
  readonly #frame: Frame;

  constructor(plain: Environment, composed: Environment, parts: Parts) {
    this.#plain = plain;
    this.#composed = composed;
    this.#parts = parts;
    this.#bare = plain.frame();
    this.#frame = composed.frame();
  }

  judge(object: SimulatedObject): Simulated | undefined {
    if (object.body === undefined) return { outcome: 'notEvaluated', why: 'its content is not stored' };
    fill(this.#plain, this.#bare, object, object.body);
    const held = this.#heldBack();
    if (held !== undefined) return held === 'no' ? undefined : held;
    fill(this.#composed, this.#frame, object, object.body);
    let open: Simulated | undefined;
    for (const validation of this.#parts.validations) {
      const result = validation.expression.test(this.#frame);
      if (result === TEST_TRUE) continue;
      if (result === TEST_FALSE) return { outcome: 'denied', ...this.#said(validation) };
      const why = result === TEST_ERROR ? validation.expression.lastError(this.#frame)?.message : UNKNOWN;
      if (result !== TEST_ERROR) open ??= { outcome: 'notEvaluated', why: UNKNOWN };
      else if (this.#parts.fails) return { outcome: 'denied', why: why ?? ERROR };
    }
    return open;
  }

  /** `no`: a condition is false, so that nothing is asked. Undefined: all hold. */
  #heldBack(): Simulated | 'no' | undefined {
    let open: Simulated | undefined;
    for (const condition of this.#parts.conditions) {
      const result = condition.test(this.#bare);
      if (result === TEST_FALSE) return 'no';
      if (result === TEST_ERROR) open = this.#parts.fails ? { outcome: 'denied', why: ERROR } : (open ?? LET_GO);
      else if (result !== TEST_TRUE) open ??= { outcome: 'notEvaluated', why: UNKNOWN };
    }
    return open === LET_GO ? 'no' : open;
  }

  #said({ message: fixed, speaker, text }: Validation): Pick<Simulated, 'message'> {
    const value = speaker?.evaluate(this.#frame);
    if (value instanceof Redacted) return {};
    return { message: typeof value === 'string' && value.trim() !== '' ? value : (fixed ?? `failed expression: ${text}`) };
  }
}

const LET_GO: Simulated = { outcome: 'letThrough' };
const UNKNOWN = 'it depends on what was redacted, on who asks, or on what the scan did not read';
const ERROR = 'a condition cannot be computed, and its failurePolicy is Fail';

function fill(environment: Environment, frame: Frame, object: SimulatedObject, body: JsonObject): void {
  frame.reset();
  frame.set(environment.slot('object'), body);
  frame.set(environment.slot('oldObject'), null);
  frame.set(environment.slot('params'), null);
  frame.set(environment.slot('namespaceObject'), object.namespaceObject === undefined ? NOT_READ : object.namespaceObject);
  frame.set(environment.slot('request'), {
    operation: 'CREATE',
    name: object.name,
    ...(object.namespace === undefined ? {} : { namespace: object.namespace }),
    userInfo: NOT_READ,
    kind: { group: object.group, version: object.version, kind: object.kind },
    resource: { group: object.group, version: object.version, resource: object.resource ?? '' },
  });
}

const NOT_READ = new Redacted('annotation');
