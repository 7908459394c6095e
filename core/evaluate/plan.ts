import { compile, createEnvironment } from '#core/cel/index.ts';
import type { CelIssue, Environment, Program } from '#core/cel/index.ts';
import { fieldsOf } from '#core/evaluate/cel-text.ts';
import { FLOOR_MINOR } from '#core/evaluate/floor.ts';
import { prefilter } from '#core/evaluate/prefilter.ts';
import { composedVariables } from '#core/evaluate/variables.ts';
import { parsePath } from '#core/path.ts';
import type { Path } from '#core/path.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { forKubernetes, neverApplies } from '#core/rules/kubernetes.ts';
import type { Collection, Matchers, Rule } from '#core/rules/model.ts';

/** A rule ready to run: its programs, and where its findings point. */
export interface PlannedRule {
  /** Position in the rule set: where its verdict is packed. */
  readonly index: number;
  readonly rule: Rule;
  readonly when: Program | undefined;
  readonly require: Program;
  readonly field: Path;
}

/** All rules that judge the elements of one collection: they run in one walk over them. */
export interface Walk {
  readonly collection: Collection;
  readonly rules: readonly PlannedRule[];
  /** Host strings only: which strings are worth judging. */
  readonly worthJudging: ((text: string) => boolean) | undefined;
}

export interface KindPlan {
  readonly podSpec: readonly string[] | undefined;
  readonly direct: readonly PlannedRule[];
  readonly walks: readonly Walk[];
}

/** A collection's lists with their compiled filters. */
export interface PlannedList {
  readonly fields: readonly string[];
  readonly where: Program | undefined;
  /** The elements are the values of a map. */
  readonly values: boolean;
  /** The element is this field of each item that has it. */
  readonly select: string | undefined;
  /** The one element is what the list stands in. */
  readonly self: boolean;
}

export interface Plan {
  readonly rules: readonly Rule[];
  readonly environment: Environment;
  readonly matchers: Matchers;
  readonly lists: ReadonlyMap<string, readonly PlannedList[]>;
  forKind(group: string, kind: string): KindPlan;
}

export interface PlanIssue extends CelIssue {
  /** Rule id, or `matchers` for a fault in a collection. */
  readonly rule: string;
  readonly field: 'when' | 'require' | 'field' | 'forEach' | 'where' | 'variables';
}

export { FLOOR_MINOR } from '#core/evaluate/floor.ts';

/**
 * Compiles a library once, for one Kubernetes minor; the plan is then used for every object. Reports every rule that does not
 * compile. Shipped expressions need what the floor has, so that an older server has its objects judged all the same.
 */
export function buildPlan(
  rules: readonly Rule[],
  matchers: Matchers,
  options: { readonly minor: number },
): Result<Plan, readonly PlanIssue[]> {
  const names = Object.values(matchers.collections).flatMap((collection) =>
    collection.type === 'lists' && collection.as ? [collection.as] : [],
  );
  const environment = createEnvironment({
    minor: Math.max(options.minor, FLOOR_MINOR),
    variables: [...new Set(['object', 'it', 'params', ...names])],
    composed: composedVariables(matchers),
  });
  if (!environment.ok) return err([{ ...environment.error, rule: 'matchers', field: 'variables' }]);
  const issues: PlanIssue[] = [];
  const planned: PlannedRule[] = [];
  rules.forEach((written, index) => {
    const rule = forKubernetes(written, options.minor);
    const compiled = planRule(rule, index, environment.value);
    if (!compiled.ok) issues.push(compiled.error);
    else if (!neverApplies(rule)) planned.push(compiled.value);
    if (rule.forEach !== undefined && matchers.collections[rule.forEach] === undefined) issues.push(unknownCollection(rule));
  });
  const lists = planLists(matchers, environment.value, issues);
  return issues.length > 0 ? err(issues) : ok(assemble(rules, planned, matchers, environment.value, lists));
}

const unknownCollection = (rule: Rule): PlanIssue => ({
  rule: rule.id,
  field: 'forEach',
  message: `there is no collection '${rule.forEach}' in resources/matchers.yaml`,
  line: 1,
  column: 1,
  snippet: rule.forEach ?? '',
});

function planRule(rule: Rule, index: number, environment: Environment): Result<PlannedRule, PlanIssue> {
  const options = { constants: rule.params };
  const require = compile(environment, rule.require, options);
  if (!require.ok) return err({ ...require.error, rule: rule.id, field: 'require' });
  const when = rule.when === undefined ? undefined : compile(environment, rule.when, options);
  if (when !== undefined && !when.ok) return err({ ...when.error, rule: rule.id, field: 'when' });
  const field = parsePath(rule.field);
  if (!field.ok) {
    const { position, expected } = field.error;
    return err({
      rule: rule.id,
      field: 'field',
      message: `expected ${expected}`,
      line: 1,
      column: position + 1,
      snippet: rule.field,
    });
  }
  return ok({ index, rule, when: when?.value, require: require.value, field: field.value });
}

function planLists(
  matchers: Matchers,
  environment: Environment,
  issues: PlanIssue[],
): ReadonlyMap<string, readonly PlannedList[]> {
  const lists = new Map<string, readonly PlannedList[]>();
  for (const collection of Object.values(matchers.collections)) {
    if (collection.type !== 'lists') continue;
    const planned: PlannedList[] = [];
    for (const list of collection.lists) {
      const where = list.where === undefined ? undefined : compile(environment, list.where);
      if (where !== undefined && !where.ok) issues.push({ ...where.error, rule: 'matchers', field: 'where' });
      planned.push({
        fields: fieldsOf(list.path),
        where: where?.ok === true ? where.value : undefined,
        values: list.values === true,
        select: list.select,
        self: list.self === true,
      });
    }
    lists.set(collection.name, planned);
  }
  return lists;
}

function assemble(
  rules: readonly Rule[],
  planned: readonly PlannedRule[],
  matchers: Matchers,
  environment: Environment,
  lists: ReadonlyMap<string, readonly PlannedList[]>,
): Plan {
  const plans = new Map<string, KindPlan>();
  return {
    rules,
    environment,
    matchers,
    lists,
    forKind(group, kind) {
      const key = `${group}/${kind}`;
      const known = plans.get(key);
      if (known !== undefined) return known;
      const made = planKind(planned, matchers, group, kind);
      plans.set(key, made);
      return made;
    },
  };
}

function planKind(planned: readonly PlannedRule[], matchers: Matchers, group: string, kind: string): KindPlan {
  let podSpec: readonly string[] | undefined;
  const direct: PlannedRule[] = [];
  const byCollection = new Map<string, PlannedRule[]>();
  for (const rule of planned) {
    const matcher = matchers.matchers[rule.rule.match];
    if (matcher === undefined || rule.rule.scope !== 'object') continue;
    if (matcher.kinds !== 'any') {
      const matched = matcher.kinds.find((candidate) => candidate.group === group && candidate.kind === kind);
      if (matched === undefined) continue;
      if (matched.podSpec !== undefined) podSpec = fieldsOf(matched.podSpec);
    }
    if (rule.rule.forEach === undefined) direct.push(rule);
    else byCollection.set(rule.rule.forEach, [...(byCollection.get(rule.rule.forEach) ?? []), rule]);
  }
  const walks: Walk[] = [];
  for (const [name, rulesOfWalk] of byCollection) {
    const collection = matchers.collections[name];
    if (collection === undefined) continue;
    const strings = collection.type === 'host' && collection.host === 'strings';
    walks.push({
      collection,
      rules: rulesOfWalk,
      worthJudging: strings ? prefilter(rulesOfWalk.map((rule) => rule.require.ast)) : undefined,
    });
  }
  return { podSpec, direct, walks };
}
