import { formatIssue } from '#core/cel/index.ts';
import { Evaluator } from '#core/evaluate/evaluate.ts';
import { buildPlan, FLOOR_MINOR } from '#core/evaluate/plan.ts';
import { normaliser } from '#core/inventory/normalise.ts';
import { VERDICT_CODES } from '#core/inventory/model.ts';
import type { FactVerdict } from '#core/inventory/model.ts';
import type { JsonObject } from '#core/json.ts';
import { formatPath, parsePath } from '#core/path.ts';
import type { LibraryIssue } from '#core/rules/load.ts';
import type { Library, Rule } from '#core/rules/model.ts';

const MINIMUM = 2;

/** Expressions compile at the portable floor, and examples give exactly what they state. */
export function exampleIssues(library: Library): readonly LibraryIssue[] {
  const plan = buildPlan(library.rules, library.matchers, { minor: FLOOR_MINOR });
  if (!plan.ok) {
    const files = new Map(library.rules.map((rule) => [rule.id, rule.file]));
    return plan.error.map((issue) => ({
      file: files.get(issue.rule) ?? 'matchers.yaml',
      path: issue.field,
      message: formatIssue(issue),
    }));
  }
  const evaluator = new Evaluator(plan.value);
  const normalise = normaliser(library.defaults, library.matchers);
  return library.rules.flatMap((rule, index) => {
    const judge = (object: JsonObject): Judgement => judgement(evaluator, library, index, normalise(object));
    return [...countIssues(rule), ...verdictIssues(rule, judge)].map((message) => ({
      file: rule.file,
      path: 'examples',
      message,
    }));
  });
}

interface Judgement {
  readonly verdict: FactVerdict;
  readonly paths: readonly string[];
  readonly reasons: readonly string[];
}

function judgement(evaluator: Evaluator, library: Library, index: number, object: JsonObject): Judgement {
  const mask = new Uint8Array(library.rules.length);
  mask[index] = 1;
  const { verdicts, findings } = evaluator.evaluate(object, { mask });
  const own = findings.filter((finding) => finding.rule === index);
  return {
    verdict: VERDICT_CODES[verdicts[index] ?? 0] ?? 'notApplicable',
    paths: own.map(({ path }) => path),
    reasons: own.flatMap(({ reason }) => reason ?? []),
  };
}

function countIssues(rule: Rule): readonly string[] {
  return (['pass', 'fail'] as const)
    .filter((verdict) => rule.scope === 'object' && rule.examples[verdict].length < MINIMUM)
    .map((verdict) => `${rule.id} has fewer than ${MINIMUM} examples under '${verdict}'`);
}

function verdictIssues(rule: Rule, judge: (object: JsonObject) => Judgement): readonly string[] {
  if (rule.scope !== 'object') return [];
  const issues: string[] = [];
  for (const verdict of ['pass', 'notApplicable', 'error'] as const) {
    for (const example of rule.examples[verdict]) {
      const found = judge(example.object);
      if (found.verdict !== verdict) issues.push(mismatch(rule, example.name, verdict, found));
    }
  }
  for (const example of rule.examples.fail) {
    const found = judge(example.object);
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
