/** Writes stored bodies as YAML for people: one fixed order, exact numbers, what was taken away shown as such. */
import { DUMP_SCHEMA, NOT_RESOLVED, defineScalarTag, dump, mapTag, type ScalarTagDefinition } from 'js-yaml';
import { Double, Redacted, type JsonObject, type JsonValue, type RedactedKind } from '#core/json.ts';
import { unreachable } from '#core/result.ts';
import type { Path } from '#core/path.ts';
import { splitDocuments } from './documents.ts';
import { writeDouble } from './json.ts';
import { locatorFor } from './locate.ts';
import { resolvePlain } from './scalar.ts';

/** First and last line of a place, both from 1. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

export interface RenderedYaml {
  readonly lines: readonly string[];
  /** The lines of the value at a path with its key; of the deepest ancestor that is there, only the line of its key. */
  locate(path: Path): LineRange;
}

const FIRST_KEYS = ['apiVersion', 'kind', 'metadata', 'name', 'generateName', 'namespace'];
const LAST_KEYS = ['status'];

function rank(key: string): number {
  const first = FIRST_KEYS.indexOf(key);
  if (first !== -1) return first;
  return LAST_KEYS.includes(key) ? FIRST_KEYS.length + 1 : FIRST_KEYS.length;
}

function compareKeys(a: string, b: string): number {
  const byRank = rank(a) - rank(b);
  if (byRank !== 0) return byRank;
  return a < b ? -1 : 1;
}

function describe(kind: RedactedKind): string {
  switch (kind) {
    case 'secret':
      return 'secret value';
    case 'configMap':
      return 'ConfigMap value';
    case 'env':
      return 'environment value';
    case 'argument':
      return 'argument';
    case 'annotation':
      return 'annotation';
    case 'lastApplied':
      return 'last applied configuration';
    default:
      return unreachable(kind);
  }
}

const scalarTag = (name: string): ScalarTagDefinition => {
  const tag = DUMP_SCHEMA.tags.find((one) => one.nodeKind === 'scalar' && one.tagName === `tag:yaml.org,2002:${name}`);
  if (tag?.nodeKind !== 'scalar') throw new Error(`js-yaml has no tag ${name}`);
  return tag;
};

const SCHEMA = DUMP_SCHEMA.withTags(
  {
    ...scalarTag('int'),
    identify: (value) => typeof value === 'bigint' || Number.isInteger(value),
    represent: (value: number | bigint) => String(value),
  },
  {
    ...scalarTag('float'),
    identify: (value) => value instanceof Double || typeof value === 'number',
    represent: (value: number | Double) => (value instanceof Double ? writeDouble(value.value) : String(value)),
  },
  // Never written: it makes the writer quote the strings that the API server would read as something else.
  defineScalarTag('tag:plimsoll.dev,2026:plain', {
    implicit: true,
    resolve: (text) => (typeof resolvePlain(text) === 'string' ? NOT_RESOLVED : text),
    identify: () => false,
  }),
  defineScalarTag('!redacted', {
    resolve: () => NOT_RESOLVED,
    identify: (value) => value instanceof Redacted,
    represent: (value: Redacted) => describe(value.kind),
  }),
  {
    ...mapTag,
    represent: (value: JsonObject) =>
      new Map(
        Object.keys(value)
          .sort(compareKeys)
          .map((key) => [key, value[key]]),
      ),
  },
);

/** Renders an object. The same value gives the same lines; reading them gives the value again (integral floats as integers). */
export function renderYaml(value: JsonValue): RenderedYaml {
  const text = dump(value, { schema: SCHEMA, lineWidth: -1, noRefs: true });
  const lines = text.replace(/\n$/, '').split('\n');
  const [document] = splitDocuments(text);
  if (document === undefined) return { lines, locate: () => ({ first: 1, last: 1 }) };
  const locator = locatorFor(document);
  return {
    lines,
    locate: (path) => {
      const { line, column } = locator.locate(path);
      if (!locator.has(path)) return { first: line, last: line };
      // An item's other keys stand below its first one; a key's value stands deeper than the key.
      const inside = typeof path.at(-1) === 'string' ? column : column - 1;
      return { first: line, last: path.length === 0 ? lines.length : lastLine(lines, line, inside) };
    },
  };
}

function lastLine(lines: readonly string[], first: number, inside: number): number {
  let last = first;
  for (let number = first + 1; number <= lines.length; number += 1) {
    const text = lines[number - 1] ?? '';
    const indentation = text.search(/\S/);
    if (indentation !== -1 && indentation < inside) break;
    if (indentation !== -1) last = number;
  }
  return last;
}
