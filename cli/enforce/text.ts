import type { Action, EnforcementPlan, PlannedRule } from '#core/enforce/model.ts';
import { ON_UPDATE_TITLES } from '#core/enforce/update-guards.ts';
import { annotationLine } from '#core/enforce/headers.ts';
import { columns } from '#cli/columns.ts';

/** A plan as JSON: what a person decides on, without the expressions, which are in the exported files. */
export const planValue = ({
  policy,
  minor,
  excludedNamespaces,
  onUpdate,
  annotationWaivers,
  rules,
  skipped,
}: EnforcementPlan) => ({
  policy,
  kubernetes: `1.${minor}`,
  excludedNamespaces,
  onUpdate,
  annotationWaivers,
  rules: rules.map(
    ({
      rule,
      variant,
      policies,
      title,
      severity,
      actions,
      message,
      match,
      waivers,
      waiversLeftOut,
      minimumMinor,
      judgedAsMinor,
      narrowed,
      failurePolicy,
    }) => ({
      rule,
      ...(variant === undefined ? {} : { variant }),
      ...(policies === undefined ? {} : { policies }),
      title,
      severity,
      actions,
      message,
      operations: match.operations,
      failurePolicy,
      minimumKubernetes: `1.${minimumMinor}`,
      ...(judgedAsMinor === undefined ? {} : { judgedAsKubernetes: `1.${judgedAsMinor}` }),
      waivers: waivers.map(({ id }) => id),
      waiversLeftOut: waiversLeftOut.map(({ waiver, why }) => ({ waiver: waiver.id, why })),
      ...(narrowed === undefined ? {} : { narrowed }),
    }),
  ),
  skipped,
});

export function planText(plan: EnforcementPlan): string {
  const { policy, minor, excludedNamespaces, onUpdate, rules, skipped } = plan;
  const leftOut = rules.flatMap(({ rule, waiversLeftOut }) => waiversLeftOut.map(({ waiver, why }) => [rule, waiver.id, why]));
  return [
    `${policy}: ${rules.length} rules for Kubernetes 1.${minor} and later; `,
    excludedNamespaces.length === 0 ? 'every namespace.\n' : `not in ${excludedNamespaces.join(', ')}.\n`,
    `On updates (${onUpdate}): ${ON_UPDATE_TITLES[onUpdate]}.\n`,
    `${annotationLine(plan)}\n`,
    '\n',
    columns([['rule', 'mode', 'waivers', 'on', 'title'], ...rules.map(rowOf)]),
    ...section(
      'Judged as one version of Kubernetes has it, whatever the server',
      rules.flatMap(({ rule, judgedAsMinor }) => (judgedAsMinor === undefined ? [] : [[rule, `1.${judgedAsMinor}`]])),
    ),
    ...section(
      'Not enforced',
      skipped.map(({ rule, why }) => [rule, why]),
    ),
    ...section('Waivers that the export does not carry: what they let off fails', leftOut),
  ].join('');
}

const rowOf = (rule: PlannedRule): readonly string[] => [
  rule.variant === undefined
    ? rule.rule
    : `${rule.rule} (${[rule.collection, rule.policies?.join(', ')].filter((part) => part !== undefined).join(' ')})`,
  rule.actions.map(actionText).join(', '),
  rule.waivers.length === 0 ? '-' : String(rule.waivers.length),
  rule.match.operations.map((operation) => operation.toLowerCase()).join(', '),
  rule.narrowed === undefined ? rule.title : `${rule.title} (${rule.narrowed})`,
];

const actionText = ({ mode, namespaces }: Action): string =>
  namespaces === undefined ? mode : `${mode} in ${namespaces.join(', ')}`;

const section = (title: string, rows: readonly (readonly string[])[]): readonly string[] =>
  rows.length === 0 ? [] : [`\n${title}\n`, columns(rows.map((row) => ['', ...row]))];
