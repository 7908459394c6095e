import { STAGES } from '#core/policy/model.ts';
import type { Stage } from '#core/policy/model.ts';
import type { LintContext } from '#core/workspace/lint-context.ts';
import { undefinedName } from '#core/workspace/lint-roster.ts';
import { emptyScope } from '#core/workspace/lint-scope.ts';
import type { Binding } from '#core/workspace/model.ts';
import { coversPattern, patternsMeet } from '#core/workspace/patterns.ts';
import { WORKSPACE } from '#core/workspace/problem.ts';
import type { Problem } from '#core/workspace/problem.ts';

/** Bindings: names that lead nowhere, scopes that match nothing, and two that are equally close to the same objects. */
export function bindingProblems(context: LintContext): readonly Problem[] {
  const { bindings } = context.content.workspace;
  return bindings.flatMap((binding, index) => [
    ...nameProblems(binding, `bindings.${index}`, context),
    ...emptyScope(WORKSPACE, `bindings.${index}`, binding, context.facts),
    ...rivalProblems(bindings, index),
  ]);
}

function nameProblems(binding: Binding, path: string, { content, book, facts }: LintContext): readonly Problem[] {
  const { products, environments, sources } = content.workspace;
  const problems: Problem[] = [];
  const check = (what: string, name: string | undefined, at: string, known: readonly string[]): void => {
    if (name !== undefined && !known.includes(name)) problems.push(undefinedName(what, name, `${path}.${at}`, known));
  };
  for (const stage of STAGES) check('policy', binding.policies[stage], `policies.${stage}`, book.names);
  check('product', binding.product, 'product', names(products));
  check('environment', binding.environment, 'environment', names(environments));
  const known = [...new Set([...names(sources), ...(facts.sources ?? [])])];
  binding.sources?.forEach((name, index) => check('source', name, `sources.${index}`, known));
  return problems;
}

const names = (list: readonly { readonly name: string }[]): readonly string[] => list.map(({ name }) => name);

/** The later of two rivals is told. */
function rivalProblems(bindings: readonly Binding[], index: number): readonly Problem[] {
  const binding = bindings[index];
  if (binding === undefined) return [];
  return bindings.slice(0, index).flatMap((earlier, at) =>
    contested(earlier, binding).map((stage) => ({
      document: WORKSPACE,
      path: `bindings.${index}.policies.${stage}`,
      severity: 'error' as const,
      message: `'${binding.policies[stage] ?? ''}' and '${earlier.policies[stage] ?? ''}' of bindings.${at} are equally close to the same objects`,
      next: 'Narrow one of them by namespaces, labels or sources, or bind both cells to one policy.',
    })),
  );
}

/** Stages in which two bindings of the same cell name different policies for what both may match. */
function contested(left: Binding, right: Binding): readonly Stage[] {
  if (left.product !== right.product || left.environment !== right.environment || !mayMeet(left, right)) return [];
  return STAGES.filter((stage) => {
    const [one, other] = [left.policies[stage], right.policies[stage]];
    return one !== undefined && other !== undefined && one !== other;
  });
}

const mayMeet = (left: Binding, right: Binding): boolean =>
  sourcesMeet(left.sources, right.sources) &&
  labelsMeet(left.sourceLabels, right.sourceLabels) &&
  labelsMeet(left.labels, right.labels) &&
  namespacesMeet(left, right);

const sourcesMeet = (left: Binding['sources'], right: Binding['sources']): boolean =>
  left === undefined || right === undefined || left.some((name) => right.includes(name));

/** Two selectors exclude each other only where they ask one label for different values. */
const labelsMeet = (left: Binding['labels'] = {}, right: Binding['labels'] = {}): boolean =>
  Object.entries(left).every(([name, value]) => !Object.hasOwn(right, name) || right[name] === value);

function namespacesMeet(left: Binding, right: Binding): boolean {
  const [ones, others] = [open(left, right), open(right, left)];
  if (ones === undefined || others === undefined) return (ones ?? others)?.length !== 0;
  return ones.some((one) => others.some((other) => patternsMeet(one, other)));
}

/** The namespaces of a binding that the other does not leave out; undefined for all. */
const open = ({ namespaces }: Binding, { exceptNamespaces = [] }: Binding): readonly string[] | undefined =>
  namespaces?.filter((pattern) => !exceptNamespaces.some((except) => coversPattern(except, pattern)));
