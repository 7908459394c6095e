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

/** What an export does not carry, or only for one version, for the head of its file; empty where it carries everything. */
export function leftOutLines({ rules, skipped }: EnforcementPlan): readonly string[] {
  const narrowed = rules.filter((rule) => rule.narrowed !== undefined);
  const pinned = rules.filter((rule) => rule.judgedAsMinor !== undefined);
  const waivers = rules.flatMap(({ rule, waiversLeftOut }) => waiversLeftOut.map((one) => ({ rule, ...one })));
  return [
    ...section(
      'Not in here:',
      skipped.map(({ rule, why }) => `${rule}: ${why}`),
    ),
    ...section(
      `Judged as Kubernetes 1.${pinned[0]?.judgedAsMinor} has it, whatever the server:`,
      pinned.map(({ rule }) => rule),
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

/** Whether annotations let objects off, in a sentence. */
export const annotationLine = ({ annotationWaivers }: Pick<EnforcementPlan, 'annotationWaivers'>): string =>
  annotationWaivers.length > 0
    ? `Annotations that waive a rule (plimsoll.dev/waive.<rule>, datree.skip/<KEY>) let objects through, in ${annotationWaivers.join(', ')}.`
    : 'Annotations that waive a rule count in scans alone: their objects are judged.';

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
