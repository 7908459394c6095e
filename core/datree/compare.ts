import type { ScanObject } from '#core/inventory/model.ts';
import { NOT_APPLICABLE, VERDICT_CODES } from '#core/inventory/model.ts';
import type { Verdict } from '#core/model.ts';
import { annotationFor } from '#core/decide/waivers.ts';
import type { Rule } from '#core/rules/model.ts';

/** What Datree says of files: its JSON, as far as a comparison reads it. */
export interface DatreeVerdicts {
  readonly failures: readonly DatreeFailure[];
  /** Files that it could not read, and so says nothing of. */
  readonly unread: readonly { readonly file: string; readonly message: string }[];
}

/** One object that fails one rule. Datree gives neither namespace nor apiVersion, and takes a `List` for one object without a name. */
export interface DatreeFailure {
  readonly identifier: string;
  readonly file: string;
  readonly kind: string;
  readonly name: string;
  readonly skipped: boolean;
}

export interface VerdictDifference {
  readonly file: string;
  readonly kind: string;
  readonly name: string;
  readonly datree: 'pass' | 'fail' | 'skipped';
  /** `unread`: there is no such object here. */
  readonly ours: Verdict | 'unread';
}

export interface ComparedRule {
  readonly rule: Rule;
  readonly identifier: string;
  /** Objects on which both say the same. */
  readonly same: number;
  /** Explained by the rule's `differs`, where it has one. */
  readonly differences: readonly VerdictDifference[];
}

interface Pair {
  readonly file: string;
  readonly kind: string;
  readonly name: string;
  datree: VerdictDifference['datree'];
  ours: VerdictDifference['ours'];
}

/** The worst first: what stands for several objects of one kind and name, which Datree does not tell apart. */
const ORDER: readonly VerdictDifference['ours'][] = [
  'fail',
  'waived',
  'error',
  'notEvaluated',
  'pass',
  'notApplicable',
  'unread',
];

/** Datree's verdicts beside ours, rule by rule and object by object; `rules` as verdicts are packed. */
export function compareVerdicts(
  rules: readonly Rule[],
  objects: readonly ScanObject[],
  { failures, unread }: DatreeVerdicts,
): readonly ComparedRule[] {
  const silent = new Set(unread.map(({ file }) => file));
  const heard = objects.filter(({ place }) => place !== undefined && !silent.has(place.file));
  // A file with a List is compared as a whole.
  const lists = new Set(failures.filter(({ kind, name }) => kind === 'List' && name === '').map(({ file }) => file));
  return rules.flatMap((rule, index) => {
    const identifier = rule.aliases['datree']?.[0];
    if (identifier === undefined) return [];
    const pairs = new Map<string, Pair>();
    const pairOf = (file: string, kind: string, name: string): Pair => {
      const whole = lists.has(file);
      const key = whole ? file : [file, kind, name].join('\u0000');
      const known = pairs.get(key);
      if (known !== undefined) return known;
      const made: Pair = { file, kind: whole ? 'List' : kind, name: whole ? '' : name, datree: 'pass', ours: 'unread' };
      pairs.set(key, made);
      return made;
    };
    for (const object of heard) {
      const pair = pairOf(object.place?.file ?? '', object.kind, object.name);
      const verdict = verdictOf(object, rule, index);
      if (ORDER.indexOf(verdict) < ORDER.indexOf(pair.ours)) pair.ours = verdict;
    }
    for (const failure of failures) {
      if (failure.identifier !== identifier) continue;
      const pair = pairOf(failure.file, failure.kind, failure.name);
      if (!failure.skipped) pair.datree = 'fail';
      else if (pair.datree === 'pass') pair.datree = 'skipped';
    }
    const differences = [...pairs.values()].filter((pair) => !agree(pair));
    return [{ rule, identifier, same: pairs.size - differences.length, differences }];
  });
}

function verdictOf(object: ScanObject, rule: Rule, index: number): Verdict {
  const fact = VERDICT_CODES[object.verdicts[index] ?? NOT_APPLICABLE] ?? 'notEvaluated';
  return fact === 'fail' && annotationFor(object, rule) !== undefined ? 'waived' : fact;
}

/** Datree shows a skip whether the rule would fail or not; it has neither `notApplicable` nor anything left open. */
function agree({ datree, ours }: Pair): boolean {
  if (ours === 'error' || ours === 'notEvaluated' || ours === 'unread') return false;
  return (datree === 'fail') === (ours === 'fail');
}
