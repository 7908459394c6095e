import { addressOf, engineOf, isOurs } from '#core/enforce/drift/engines.ts';
import { differences } from '#core/enforce/drift/compare.ts';
import { withoutFilled } from '#core/enforce/drift/filled.ts';
import { whyIdle } from '#core/enforce/drift/idle.ts';
import { isObject, own, textAt } from '#core/json.ts';
import type { JsonObject } from '#core/json.ts';
import { hashOf } from '#core/rules/hash.ts';

/** What a cluster has installed against what would be exported now. */

export type DriftState = 'missing' | 'changed' | 'stale' | 'extra' | 'expired' | 'disabled' | 'foreign' | 'same';

export interface Drift {
  readonly state: DriftState;
  readonly engine: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly rule?: string;
  readonly detail: string;
}

export interface DriftInput {
  readonly target: string;
  /** Documents of the export that would be made now. */
  readonly wanted: readonly JsonObject[];
  /** Policies of all engines as the cluster has them. */
  readonly installed: readonly JsonObject[];
  /** Why policies of the target could not be read, or their bindings; then nothing is said to be missing or without effect. */
  readonly unread?: string;
  /** Names and labels of the namespaces that were read. */
  readonly namespaces: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** `YYYY-MM-DD`, in UTC. */
  readonly today: string;
}

const ANNOTATION = { bundle: 'plimsoll.dev/bundle', digest: 'plimsoll.dev/digest', expires: 'plimsoll.dev/waiver-expires' };

/** In the order of the states that ask for most, each by engine, kind and name. */
const ORDER: readonly DriftState[] = ['changed', 'missing', 'disabled', 'expired', 'stale', 'extra', 'foreign', 'same'];

export function driftOf(input: DriftInput): readonly Drift[] {
  const wanted = new Map(input.wanted.filter(isPolicy).map((object) => [addressOf(object), object]));
  const installed = new Map(input.installed.map((object) => [addressOf(object), object]));
  const missing =
    input.unread === undefined
      ? [...wanted].flatMap(([address, object]) =>
          installed.has(address) ? [] : [row('missing', object, 'is to be exported, and the cluster does not have it')],
        )
      : [];
  const present = [...installed].map(([address, object]) => presentRow(object, wanted.get(address), input));
  return [...missing, ...present, ...ignoredNamespaces(input)].toSorted(
    (a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || (keyOf(a) < keyOf(b) ? -1 : 1),
  );
}

const keyOf = ({ engine, kind, namespace = '', name }: Drift): string => [engine, kind, namespace, name].join('\u0000');

const isPolicy = (object: JsonObject): boolean => engineOf(typeOf(object)) !== undefined;

const typeOf = (object: JsonObject) => ({
  apiVersion: textAt(object, 'apiVersion') ?? '',
  kind: textAt(object, 'kind') ?? '',
});

const annotation = (object: JsonObject, name: string): string | undefined => textAt(object, 'metadata', 'annotations', name);

function row(state: DriftState, object: JsonObject, detail: string): Drift {
  const rule = textAt(object, 'metadata', 'labels', 'plimsoll.dev/rule');
  const namespace = textAt(object, 'metadata', 'namespace');
  const { kind } = typeOf(object);
  return {
    state,
    engine: engineOf(typeOf(object))?.id ?? '',
    kind,
    ...(namespace === undefined ? {} : { namespace }),
    name: textAt(object, 'metadata', 'name') ?? '',
    ...(rule === undefined ? {} : { rule }),
    detail,
  };
}

function presentRow(object: JsonObject, wanted: JsonObject | undefined, input: DriftInput): Drift {
  if (!isOurs(object)) {
    if (wanted === undefined) return row('foreign', object, 'was not made by Plimsoll');
    return row('changed', object, 'has the name of what would be exported, and not the labels that Plimsoll gives it');
  }
  const expires = annotation(object, ANNOTATION.expires);
  if (wanted === undefined) return extraRow(object, expires, input);
  const differ = differences({ spec: specOf(wanted) }, { spec: withoutFilled(typeOf(object).kind, specOf(object)) });
  if (differ.length > 0) return differentRow(object, differ, expires, input.today);
  // What it needs besides may be there, and could not be read.
  const idle = input.unread === undefined ? whyIdle(object, input) : undefined;
  if (idle !== undefined) return row('disabled', object, idle);
  if (expires !== undefined && expires < input.today) return expiredRow(object, expires);
  const stale = annotation(object, ANNOTATION.bundle) !== annotation(wanted, ANNOTATION.bundle);
  if (stale) return row('stale', object, 'enforces the same, and says it is of an earlier bundle: export again');
  return row('same', object, 'is as it would be exported');
}

/** Untouched since it was exported, and out of date; or somebody's hand was in it. */
function differentRow(object: JsonObject, places: readonly string[], expires: string | undefined, today: string): Drift {
  const where = `${places.slice(0, 3).join(', ')}${places.length > 3 ? ` and ${places.length - 3} more places` : ''}`;
  if (!isUntouched(object)) return row('changed', object, `was changed after it was exported: ${where}`);
  if (expires !== undefined && expires < today) return expiredRow(object, expires);
  return row('stale', object, `is of an earlier export: ${where} differ`);
}

const expiredRow = (object: JsonObject, expires: string): Drift =>
  row('expired', object, `carries a waiver that ended on ${expires}: export again`);

/** An exception for one waiver is not exported any more once that has ended. */
function extraRow(object: JsonObject, expires: string | undefined, { target, today }: DriftInput): Drift {
  const engine = engineOf(typeOf(object))?.id;
  if (engine === target && typeOf(object).kind === 'PolicyException' && expires !== undefined && expires < today)
    return row('expired', object, `is a waiver that ended on ${expires}: take it back`);
  const why = engine === target ? 'the export has it no more' : `the export is for another engine`;
  const touched = isUntouched(object) ? '' : ', and was changed by hand';
  return row('extra', object, `was made by Plimsoll; ${why}${touched}: take it back`);
}

/** Whether the content has the digest that it was exported with, what the server filled in aside. */
export function isUntouched(object: JsonObject): boolean {
  const digest = annotation(object, ANNOTATION.digest);
  const spec = specOf(object);
  return digest !== undefined && [spec, withoutFilled(typeOf(object).kind, spec)].some((one) => hashOf(one) === digest);
}

function specOf(object: JsonObject): JsonObject {
  const spec = own(object, 'spec');
  return isObject(spec) ? spec : {};
}

/** The label by which Gatekeeper leaves a namespace alone, whatever its constraints say. */
const IGNORE = 'admission.gatekeeper.sh/ignore';

function ignoredNamespaces({ target, wanted, installed, namespaces }: DriftInput): readonly Drift[] {
  const installedHere = installed.some((object) => isObject(object) && engineOf(typeOf(object))?.id === 'gatekeeper');
  if (target !== 'gatekeeper' && !installedHere) return [];
  if (wanted.length === 0 && !installedHere) return [];
  return [...namespaces].flatMap(([name, labels]): readonly Drift[] =>
    labels[IGNORE] === undefined
      ? []
      : [
          {
            state: 'disabled',
            engine: 'gatekeeper',
            kind: 'Namespace',
            name,
            detail: `its label ${IGNORE} switches Gatekeeper off in it`,
          },
        ],
  );
}
