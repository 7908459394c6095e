import type { EnforcementPlan } from '#core/enforce/model.ts';

/** Where nothing is enforced. */
export const exclusionLine = ({ excludedNamespaces }: EnforcementPlan): string =>
  excludedNamespaces.length === 0
    ? 'Nothing is excluded: kube-system is judged as well.'
    : `Never judged: the namespaces ${excludedNamespaces.join(', ')}.`;

/** What passes unjudged, whatever the engine. */
export const PASS_LINES: readonly string[] = [
  'Let through: objects that are being deleted, updates that change nothing a rule looks at, and what the controllers of',
  'Kubernetes make from an object that is judged itself. Who may change these policies can bypass them.',
];

/** What an export does not carry, for the head of its file; empty where it carries everything. */
export function leftOutLines({ rules, skipped }: EnforcementPlan): readonly string[] {
  const narrowed = rules.filter((rule) => rule.narrowed !== undefined);
  const waivers = rules.flatMap(({ rule, waiversLeftOut }) => waiversLeftOut.map((one) => ({ rule, ...one })));
  return [
    ...section(
      'Not in here:',
      skipped.map(({ rule, why }) => `${rule}: ${why}`),
    ),
    ...section(
      'Narrower here than in a scan:',
      narrowed.map(({ rule, narrowed: how }) => `${rule}: ${how ?? ''}`),
    ),
    ...section(
      'Waivers that are not in here, so that what they let off fails:',
      waivers.map(({ rule, waiver, why }) => `${rule}, ${waiver.id}: ${why}`),
    ),
  ];
}

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
