import { formatIssue } from '#core/cel/index.ts';
import { Evaluator } from '#core/evaluate/evaluate.ts';
import { buildPlan, FLOOR_MINOR } from '#core/evaluate/plan.ts';
import { normaliser } from '#core/inventory/normalise.ts';
import { VERDICT_CODES } from '#core/inventory/model.ts';
import type { FactVerdict } from '#core/inventory/model.ts';
import { formatPath, parsePath } from '#core/path.ts';
import { exampleMinor, libraryFor } from '#core/rules/kubernetes.ts';
import type { LibraryIssue } from '#core/rules/load.ts';
import type { Library, PassExample, Rule } from '#core/rules/model.ts';

const MINIMUM = 2;

/** Expressions compile at the portable floor, and examples give exactly what they state. */
export function exampleIssues(library: Library): readonly LibraryIssue[] {
  const broken = compileIssues(library);
  if (broken.length > 0) return broken;
  const judges = new Map<number, Judge>();
  const judge: Judge = (index, example) => {
    const minor = exampleMinor(example);
    const known = judges.get(minor) ?? judgeFor(library, minor);
    judges.set(minor, known);
    return known(index, example);
  };
  return library.rules.flatMap((rule, index) =>
    [...countIssues(rule), ...verdictIssues(rule, (example) => judge(index, example))].map((message) => ({
      file: rule.file,
      path: 'examples',
      message,
    })),
  );
}

function compileIssues(library: Library): readonly LibraryIssue[] {
  const plan = buildPlan(library.rules, library.matchers, { minor: FLOOR_MINOR });
  if (plan.ok) return [];
  const files = new Map(library.rules.map((rule) => [rule.id, rule.file]));
  return plan.error.map((issue) => ({
    file: files.get(issue.rule) ?? 'matchers.yaml',
    path: issue.field,
    message: formatIssue(issue),
  }));
}

interface Judgement {
  readonly verdict: FactVerdict;
  readonly paths: readonly string[];
  readonly reasons: readonly string[];
}

/** Judges an example by the rule at a place in the library. */
type Judge = (index: number, example: PassExample) => Judgement;

/** As a server of this minor; with what expressions may use at the floor. */
function judgeFor(library: Library, minor: number): Judge {
  const { rules, matchers, defaults } = libraryFor(library, minor);
  const plan = buildPlan(rules, matchers, { minor: FLOOR_MINOR });
  if (!plan.ok) throw new Error(`the rules compile at the floor, but not for Kubernetes 1.${minor}`);
  const evaluator = new Evaluator(plan.value);
  const normalise = normaliser(defaults, matchers);
  return (index, { object }) => {
    const mask = new Uint8Array(rules.length);
    mask[index] = 1;
    const { verdicts, findings } = evaluator.evaluate(normalise(object), { mask });
    const own = findings.filter((finding) => finding.rule === index);
    return {
      verdict: VERDICT_CODES[verdicts[index] ?? 0] ?? 'notApplicable',
      paths: own.map(({ path }) => path),
      reasons: own.flatMap(({ reason }) => reason ?? []),
    };
  };
}

function countIssues(rule: Rule): readonly string[] {
  return (['pass', 'fail'] as const)
    .filter((verdict) => rule.scope === 'object' && rule.examples[verdict].length < MINIMUM)
    .map((verdict) => `${rule.id} has fewer than ${MINIMUM} examples under '${verdict}'`);
}

function verdictIssues(rule: Rule, judge: (example: PassExample) => Judgement): readonly string[] {
  if (rule.scope !== 'object') return [];
  const issues: string[] = [];
  for (const verdict of ['pass', 'notApplicable', 'error'] as const) {
    for (const example of rule.examples[verdict]) {
      const found = judge(example);
      if (found.verdict !== verdict) issues.push(mismatch(rule, example.name, verdict, found));
    }
  }
  for (const example of rule.examples.fail) {
    const found = judge(example);
    const stated = example.findings.map(canonicalPath);
    if (found.verdict !== 'fail') issues.push(mismatch(rule, example.name, 'fail', found));
    else if (stated.join('\n') !== found.paths.join('\n')) {
      issues.push(`${rule.id}, '${example.name}': states findings ${stated.join(', ')}; gives ${found.paths.join(', ')}`);
    }
  }
  return issues;
}

function mismatch(rule: Rule, name: string, verdict: FactVerdict, found: Judgement): string {
  const details = [...found.paths, ...found.reasons].filter((text) => text !== '');
  return `${rule.id}, '${name}': should give ${verdict}, gives ${found.verdict}${details.length === 0 ? '' : ` (${details.join('; ')})`}`;
}

/** A path as the grammar writes it, or the text itself where it is none. */
function canonicalPath(text: string): string {
  const path = parsePath(text);
  return path.ok ? formatPath(path.value) : text;
}
