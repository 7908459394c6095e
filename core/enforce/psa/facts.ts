import type { NamespaceFacts, ControlFacts } from '#core/enforce/psa/standing.ts';
import { PSS_CONTROLS } from '#core/enforce/psa/levels.ts';
import type { PssChecked } from '#core/enforce/psa/levels.ts';
import type { ScanObject } from '#core/inventory/model.ts';
import { groupOf } from '#core/model.ts';
import { lackIn } from '#core/policy/coverage.ts';
import type { CoverageView } from '#core/policy/coverage.ts';
import { kindKey } from '#core/policy/kinds-read.ts';
import type { Judgement, Projection } from '#core/policy/project.ts';
import type { Library, Matchers, Policy, Rule } from '#core/rules/model.ts';

/** A control of the standards that a rule stands for. */
export interface PssControl {
  readonly level: PssChecked;
  readonly control: string;
}

/** The control that a rule stands for; undefined for all other rules. */
export function controlOf({ frameworks }: Pick<Rule, 'frameworks'>): PssControl | undefined {
  const entry = frameworks.find(({ id }) => id === 'PSS');
  if (entry?.control === undefined) return undefined;
  return entry.level === 'baseline' || entry.level === 'restricted' ? { level: entry.level, control: entry.control } : undefined;
}

/** Controls that no rule of the library stands for: without them no level can be told. */
export function missingControls({ rules }: Pick<Library, 'rules'>, wanted = PSS_CONTROLS): readonly string[] {
  const known = new Set(rules.map((rule) => controlOf(rule)?.control));
  return [...wanted.baseline, ...wanted.restricted].filter((control) => !known.has(control));
}

/** Every rule that stands for a control, at its own settings: what a team's policy makes of them changes no level. */
export const pssPolicy = ({ rules }: Pick<Library, 'rules'>): Policy => ({
  name: 'pod-security-standards',
  title: 'Pod Security Standards',
  description: 'Every control.',
  rules: Object.fromEntries(
    rules.flatMap((rule) => (controlOf(rule) === undefined ? [] : [[rule.id, { mode: 'deny' as const }]])),
  ),
});

/** A scan as it was seen through `pssPolicy`. */
export interface PssScan {
  readonly objects: readonly ScanObject[];
  readonly projection: Projection;
  readonly coverage: CoverageView;
}

/** What is known of each namespace, by name: those that have an object of their own, and those that something lies in. */
export function namespaceFacts({ objects, projection, coverage }: PssScan, matchers: Matchers): readonly NamespaceFacts[] {
  const rules = projection.rules.map(({ rule }) => rule.rule);
  const kinds = new Map(
    rules.flatMap(({ match }) => {
      const matched = matchers.matchers[match]?.kinds ?? [];
      return matched === 'any' ? [] : matched.map((kind) => [kindKey(kind), kind] as const);
    }),
  );
  const pods = new Map<string, number>();
  for (const { apiVersion, kind, name, namespace = '' } of objects) {
    if (kind === 'Namespace' && apiVersion === 'v1') pods.set(name, pods.get(name) ?? 0);
    if (namespace === '') continue;
    const counts = kinds.has(kindKey({ group: groupOf(apiVersion), kind })) ? 1 : 0;
    pods.set(namespace, (pods.get(namespace) ?? 0) + counts);
  }
  const judged = Map.groupBy(projection.judgements, ({ object }) => object.namespace ?? '');
  return [...pods.keys()].toSorted().map((name) => {
    const unseen = [...kinds.values()].map((kind) => lackIn(kind, name, coverage)).find((why) => why !== undefined);
    return {
      name,
      pods: pods.get(name) ?? 0,
      ...(unseen === undefined ? {} : { unseen }),
      controls: controlFacts(judged.get(name) ?? []),
    };
  });
}

function controlFacts(judgements: readonly Judgement[]): readonly ControlFacts[] {
  const byRule = Map.groupBy(judgements, ({ rule }) => rule.rule);
  return [...byRule].flatMap(([rule, own]) => {
    const control = controlOf(rule);
    if (control === undefined) return [];
    const open = own.filter(({ verdict }) => verdict === 'error' || verdict === 'notEvaluated');
    return [
      {
        rule: rule.id,
        ...control,
        failing: own
          .filter((one) => !open.includes(one))
          .map(({ object: { kind, name } }) => `${kind}/${name}`)
          .toSorted(),
        open: [
          ...new Set(
            open.map(
              ({ object: { kind, name }, findings }) => `${kind}/${name}: ${findings[0]?.reason ?? 'it could not be judged'}`,
            ),
          ),
        ].toSorted(),
      },
    ];
  });
}
