import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { NEWEST_MINOR } from '#core/evaluate/floor.ts';
import { own } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';
import { canonicalJson } from '#core/canonical-json.ts';
import type { Collection, FieldDefault, MatchedKind, Matcher, Matchers, Rule } from '#core/rules/model.ts';

/** Raised by hand when the engine or the evaluation may give another verdict for the same expression (decisions.md 9). */
export const ENGINE_VERSION = 2;

/** SHA-256 (hex) of a text in UTF-8. A host that has it in native code passes its own: this one takes 20 ms to warm up. */
export type Sha256 = (text: string) => string;
const portable: Sha256 = (text) => bytesToHex(sha256(utf8ToBytes(text)));

/** SHA-256 (hex) of the canonical text of a value. */
export const hashOf = (value: JsonValue, digest = portable): string => digest(canonicalJson(value));

/**
 * The hash of what decides a rule's verdict: expressions, matcher, the collections it walks, the defaults of its kinds, the engine
 * (decisions.md 9). Texts are not in it; parameter values belong to the context. 64 hex digits.
 */
export function ruleHash(rule: Rule, matchers: Matchers, defaults: readonly FieldDefault[], digest = portable): string {
  const matcher = matchers.matchers[rule.match];
  const parts = {
    engine: ENGINE_VERSION,
    scope: rule.scope,
    when: rule.when ?? null,
    require: rule.require,
    empty: rule.empty,
    field: rule.field,
    forEach: rule.forEach ?? null,
    matcher: matcherParts(matcher),
    collections: collectionsRead(rule, matchers).map(collectionParts),
    defaults: defaultsRead(matcher, defaults).map((entry) => ({ kinds: [...entry.kinds], path: entry.path, value: entry.value })),
  };
  return hashOf(parts, digest);
}

/** The hash of everything in the library that decides a verdict: every rule's hash with its id and parameter values. */
export function libraryHash(rules: readonly Rule[], matchers: Matchers, defaults: readonly FieldDefault[]): string {
  return hashOf(rules.map((rule) => [rule.id, ruleHash(rule, matchers, defaults), rule.params]));
}

/** What else a verdict may depend on (decisions.md 9); a rule's fact takes only the parts that it uses. */
export interface FactContext {
  /** e.g. `1.36`; where it is unknown, rules judge as for the newest. */
  readonly kubernetesMinor?: string;
  /** Names the set of schemas (custom resource definitions) in force. */
  readonly schemaSet?: string;
  /** The parameter values in force, where a policy changes the rule's own. */
  readonly params?: JsonObject;
}

/** The context key of a rule's facts: 64 hex digits. Equal for contexts that differ only in what the rule does not use. */
export function contextKey(rule: Rule, context: FactContext, digest = portable): string {
  const params = context.params ?? rule.params;
  const read = paramsRead(rule);
  const used: Record<string, JsonValue> = {};
  for (const name of read) if (name !== KUBERNETES_PARAM) used[name] = own(params, name) ?? null;
  const { kubernetesMinor: asked = '' } = context;
  const kubernetesMinor = !read.includes(KUBERNETES_PARAM) ? null : asked === '' ? `1.${NEWEST_MINOR}` : asked;
  return hashOf({ params: used, kubernetesMinor }, digest);
}

/** The key of a rule's facts: its hash and its context in one. 64 hex digits. */
export const factKey = (hash: string, rule: Rule, context: FactContext, digest = portable): string =>
  hashOf([hash, contextKey(rule, context, digest)], digest);

/**
 * The parameter that stands for the Kubernetes minor that an object is judged for, a number: 36 for 1.36. Every expression may read
 * it as it reads others (`params.kubernetesMinor >= 25`); no rule declares it and no policy sets it.
 */
export const KUBERNETES_PARAM = 'kubernetesMinor';

const PARAM = /\bparams\s*\.\s*([A-Za-z_]\w*)/g;

/** Names of the parameters that a rule's expressions mention. */
export function paramsRead(rule: Rule): readonly string[] {
  const text = `${rule.when ?? ''} ${rule.require}`;
  return [...new Set([...text.matchAll(PARAM)].map((match) => match[1] ?? ''))].toSorted();
}

const VARIABLE = /\bvariables\s*\.\s*([A-Za-z_]\w*)/g;

/** The collections that decide a verdict: the one walked, those it stands in, those the expressions name as variables. */
function collectionsRead(rule: Rule, matchers: Matchers): readonly Collection[] {
  const names = new Set<string>();
  const add = (name: string | undefined): void => {
    const collection = name === undefined ? undefined : matchers.collections[name];
    if (collection === undefined || names.has(collection.name)) return;
    names.add(collection.name);
    if (collection.type !== 'host') add(collection.in);
  };
  add(rule.forEach);
  for (const match of `${rule.when ?? ''} ${rule.require}`.matchAll(VARIABLE)) add(match[1]);
  return [...names].toSorted().flatMap((name) => matchers.collections[name] ?? []);
}

function collectionParts(collection: Collection): JsonObject {
  if (collection.type === 'host') return { host: collection.host };
  if (collection.type === 'single') return { in: collection.in, path: collection.path ?? '' };
  return {
    in: collection.in,
    as: collection.as ?? '',
    lists: collection.lists.map((list) => ({
      path: list.path,
      where: list.where ?? '',
      values: list.values ?? false,
      select: list.select ?? '',
      ...(list.self === true ? { self: true } : {}),
    })),
  };
}

function matcherParts(matcher: Matcher | undefined): JsonValue {
  if (matcher === undefined || matcher.kinds === 'any') return 'any';
  return matcher.kinds.map((kind) => ({
    group: kind.group,
    versions: [...kind.versions],
    kind: kind.kind,
    podSpec: kind.podSpec ?? '',
    podMetadata: kind.podMetadata ?? '',
  }));
}

/** Defaults of a kind apply before any of its rules reads it, so all defaults of the matched kinds count. */
function defaultsRead(matcher: Matcher | undefined, defaults: readonly FieldDefault[]): readonly FieldDefault[] {
  if (matcher === undefined || matcher.kinds === 'any') return defaults;
  const kinds = new Set(matcher.kinds.map(defaultsKind));
  return defaults.filter((entry) => entry.kinds.some((kind) => kinds.has(kind)));
}

const defaultsKind = (kind: MatchedKind): string => `${kind.group}/${kind.kind}`;
