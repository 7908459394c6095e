import type { EnforcePreview, EnforceRule } from '#core/api/enforce.ts';
import { annotationLine } from '#core/enforce/headers.ts';
import { ON_UPDATE_TITLES } from '#core/enforce/update-guards.ts';
import { columns } from '#cli/columns.ts';

/** A plan as JSON: what a person decides on, without the expressions, which are in the exported files. */
export const planValue = ({
  policy,
  kubernetes,
  excludedNamespaces,
  onUpdate,
  annotationWaivers,
  rules,
  skipped,
}: EnforcePreview) => ({
  policy,
  kubernetes,
  excludedNamespaces,
  onUpdate,
  annotationWaivers,
  rules: rules.map(({ mode: _, counts: __, collection: ___, waivers, waiversLeftOut, ...rule }) => ({
    ...rule,
    waivers: waivers.map(({ id }) => id),
    waiversLeftOut: waiversLeftOut.map(({ id, why }) => ({ waiver: id, why })),
  })),
  skipped,
});

export function planText(plan: EnforcePreview): string {
  const { policy, kubernetes, excludedNamespaces, onUpdate, rules, skipped } = plan;
  const leftOut = rules.flatMap(({ rule, waiversLeftOut }) => waiversLeftOut.map(({ id, why }) => [rule, id, why]));
  return [
    `${policy}: ${rules.length} rules for Kubernetes ${kubernetes} and later; `,
    excludedNamespaces.length === 0 ? 'every namespace.\n' : `not in ${excludedNamespaces.join(', ')}.\n`,
    `On updates (${onUpdate}): ${ON_UPDATE_TITLES[onUpdate]}.\n`,
    `${annotationLine(plan)}\n`,
    '\n',
    columns([['rule', 'mode', 'waivers', 'on', 'title'], ...rules.map(rowOf)]),
    ...section(
      'Judged as one version of Kubernetes has it, whatever the server',
      rules.flatMap(({ rule, judgedAsKubernetes }) => (judgedAsKubernetes === undefined ? [] : [[rule, judgedAsKubernetes]])),
    ),
    ...section(
      'Not enforced',
      skipped.map(({ rule, why }) => [rule, why]),
    ),
    ...section('Waivers that the export does not carry: what they let off fails', leftOut),
  ].join('');
}

const rowOf = (rule: EnforceRule): readonly string[] => [
  rule.variant === undefined
    ? rule.rule
    : `${rule.rule} (${[rule.collection, rule.policies?.join(', ')].filter((part) => part !== undefined).join(' ')})`,
  rule.actions.map(actionText).join(', '),
  rule.waivers.length === 0 ? '-' : String(rule.waivers.length),
  rule.operations.map((operation) => operation.toLowerCase()).join(', '),
  rule.narrowed === undefined ? rule.title : `${rule.title} (${rule.narrowed})`,
];

const actionText = ({ mode, namespaces }: EnforceRule['actions'][number]): string =>
  namespaces === undefined ? mode : `${mode} in ${namespaces.join(', ')}`;

const section = (title: string, rows: readonly (readonly string[])[]): readonly string[] =>
  rows.length === 0 ? [] : [`\n${title}\n`, columns(rows.map((row) => ['', ...row]))];
