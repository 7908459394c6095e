import type { EvaluationFrame } from '../frame.ts';
import { define, type Library } from '../library.ts';
import { parseSemver, parseTolerantly, Semver } from '../semver.ts';
import { makeInt, type CelValue, type Val } from '../values.ts';

const SINCE = 33;

const isSemverValue = (value: CelValue): boolean => value instanceof Semver;

const read = (text: string, tolerant: boolean): Semver | undefined => (tolerant ? parseTolerantly(text) : parseSemver(text));

function parse(f: EvaluationFrame, text: CelValue, tolerant: CelValue): Val {
  if (typeof text !== 'string' || typeof tolerant !== 'boolean') return f.noOverload(text, tolerant);
  if (!f.spendOn(text.length)) return f.overBudget();
  return read(text, tolerant) ?? f.fail('not a semantic version, such as 1.2.3', text);
}

function isSemver(f: EvaluationFrame, text: CelValue, tolerant: CelValue): Val {
  if (typeof text !== 'string' || typeof tolerant !== 'boolean') return f.noOverload(text, tolerant);
  return f.spendOn(text.length) ? read(text, tolerant) !== undefined : f.overBudget();
}

/** Numbers are unsigned in a version and signed in CEL: the large ones turn negative, as in the API server. */
const part =
  (index: 0 | 1 | 2) =>
  (f: EvaluationFrame, version: CelValue): Val =>
    version instanceof Semver ? makeInt(BigInt.asIntN(64, version.versionCore[index])) : f.noOverload(version);

const compared =
  (call: (order: number) => CelValue) =>
  (f: EvaluationFrame, a: CelValue, b: CelValue): Val =>
    a instanceof Semver && b instanceof Semver ? call(a.precedence(b)) : f.noOverload(a, b);

/** Semantic versions: k8s.io/apiserver/pkg/cel/library/semverlib.go. */
export const semvers: Library = {
  name: 'semver',
  functions: [
    define('semver', SINCE, ['(string) semver'], (f, text) => parse(f, text as CelValue, false)),
    define('semver', SINCE, ['(string, bool) semver'], parse),
    define('isSemver', SINCE, ['(string) bool'], (f, text) => isSemver(f, text as CelValue, false)),
    define('isSemver', SINCE, ['(string, bool) bool'], isSemver),
    define('major', SINCE, ['semver.() int'], part(0)),
    define('minor', SINCE, ['semver.() int'], part(1)),
    define('patch', SINCE, ['semver.() int'], part(2)),
    define(
      'compareTo',
      SINCE,
      ['semver.(semver) int'],
      compared((order) => order),
      { accepts: isSemverValue },
    ),
    define(
      'isGreaterThan',
      SINCE,
      ['semver.(semver) bool'],
      compared((order) => order > 0),
      { accepts: isSemverValue },
    ),
    define(
      'isLessThan',
      SINCE,
      ['semver.(semver) bool'],
      compared((order) => order < 0),
      { accepts: isSemverValue },
    ),
  ],
};
