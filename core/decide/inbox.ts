import type { InboxPage } from '#core/api/inbox.ts';
import type { RuleDecision } from '#core/decide/decisions.ts';
import { SEVERITIES } from '#core/model.ts';
import type { ObjectRef, Severity } from '#core/model.ts';
import type { Stage } from '#core/policy/model.ts';
import { counted } from '#core/ratchet/counts.ts';
import { failingFigures, refOf } from '#core/ratchet/failing.ts';
import type { Place, TeamOf } from '#core/ratchet/failing.ts';
import type { Decision, Waiver } from '#core/workspace/model.ts';

export type InboxKind = InboxPage['items'][number]['kind'];

/** What waits for somebody. The host adds an example row and fingerprints from `open` for the contract. */
export interface InboxEntry<P extends Place = Place> {
  readonly id: string;
  readonly kind: InboxKind;
  readonly rule: string;
  readonly title: string;
  readonly severity: Severity;
  readonly policy: string;
  /** Since when it waits; ISO 8601. */
  readonly since?: string;
  readonly detail: string;
  readonly objects: number;
  readonly namespaces: readonly string[];
  readonly teams: readonly string[];
  readonly open: readonly P[];
  readonly broke: readonly ObjectRef[];
  readonly waiver?: string;
}

/** A waiver that needs a look. Annotations have no id and are known by `key`, which must be unique. */
export interface WaiverNotice {
  readonly key: string;
  readonly id?: string;
  readonly rule: string;
  readonly title: string;
  readonly severity: Severity;
  readonly state: 'live' | 'expiring' | 'expired' | 'stale';
  readonly expires?: string;
  readonly created?: string;
  readonly reason: string;
  readonly owner?: string;
  readonly objects: number;
  readonly namespaces: readonly string[];
  readonly teams: readonly string[];
}

export interface InboxInput<P extends Place> {
  readonly policy: string;
  readonly stage: Stage | undefined;
  readonly decisions: readonly RuleDecision<P>[];
  readonly waivers: readonly WaiverNotice[];
  readonly teamOf: TeamOf;
  /** Since when a rule fails; ISO 8601. */
  readonly since: (rule: string) => string | undefined;
}

/** Objects that are named as what broke a rule. */
const SHOWN = 20;

/** What waits, the oldest first, of the same age the worst; what waits since nobody knows when comes last. */
export function inboxOf<P extends Place>(input: InboxInput<P>): readonly InboxEntry<P>[] {
  const items = [
    ...input.decisions.flatMap((decision) => decisionItem(decision, input)),
    ...input.waivers.flatMap((waiver) => waiverItem<P>(waiver, input.policy)),
  ];
  return items.toSorted(
    (left, right) =>
      compare(left.since ?? '9999', right.since ?? '9999') ||
      SEVERITIES.indexOf(left.severity) - SEVERITIES.indexOf(right.severity) ||
      compare(left.id, right.id),
  );
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** In a baseline an undecided failure is a regression: it proposes to take the rule out again. */
function decisionItem<P extends Place>(decision: RuleDecision<P>, input: InboxInput<P>): readonly InboxEntry<P>[] {
  const { state, overdue, rule, open, fix } = decision;
  const kind = state === 'undecided' ? (input.stage === 'baseline' ? 'demotion' : 'undecided') : overdue ? 'overdue' : undefined;
  if (kind === undefined) return [];
  const { objects, namespaces, teams } = failingFigures(open, input.teamOf);
  const since = kind === 'overdue' ? fix?.due : input.since(rule.rule.id);
  return [
    {
      id: `${kind}:${input.policy}:${rule.rule.id}`,
      kind,
      rule: rule.rule.id,
      title: rule.rule.title,
      severity: rule.severity,
      policy: input.policy,
      ...(since === undefined ? {} : { since }),
      detail: decisionText(decision, objects.length, namespaces.length),
      objects: objects.length,
      namespaces,
      teams,
      open,
      broke: kind === 'demotion' ? objects.slice(0, SHOWN).map(refOf) : [],
    },
  ];
}

function decisionText<P extends Place>(
  { waived, debt, fix, overdue }: RuleDecision<P>,
  objects: number,
  namespaces: number,
): string {
  const where = namespaces === 0 ? '' : ` in ${counted(namespaces, 'namespace')}`;
  const aside = [waived > 0 ? `${waived} waived` : '', debt > 0 ? `${debt} known` : ''].filter((part) => part !== '');
  const beside = aside.length === 0 ? '' : ` (besides ${aside.join(', ')})`;
  const whose = fix?.assignee === undefined ? '' : `, assigned to ${fix.assignee}`;
  const due = overdue ? `; its fix was due on ${fix?.due ?? ''}${whose}` : '';
  return `Fails on ${counted(objects, 'object')}${where}${beside}${due}`;
}

function waiverItem<P extends Place>(waiver: WaiverNotice, policy: string): readonly InboxEntry<P>[] {
  const { state, rule, title, severity, objects, namespaces, teams, id, key } = waiver;
  if (state === 'live') return [];
  const since = state === 'expired' ? waiver.expires : waiver.created;
  return [
    {
      id: `${state}:${key}`,
      kind: state,
      rule,
      title,
      severity,
      policy,
      ...(since === undefined ? {} : { since }),
      detail: waiverText(waiver),
      objects,
      namespaces,
      teams,
      open: [],
      broke: [],
      ...(id === undefined ? {} : { waiver: id }),
    },
  ];
}

function waiverText({ state, expires = '', reason, owner, objects }: WaiverNotice): string {
  const whose = owner === undefined ? '' : `, owned by ${owner}`;
  switch (state) {
    case 'expired':
      return `Waiver ended on ${expires}${whose}: ${reason}`;
    case 'expiring':
      return `Waiver of ${counted(objects, 'object')} ends on ${expires}${whose}: ${reason}`;
    default:
      return `Nothing left to waive${whose}: ${reason}`;
  }
}

export function inboxCounts(items: readonly Pick<InboxEntry, 'kind'>[]): InboxPage['counts'] {
  const of = (...kinds: readonly InboxKind[]): number => items.filter(({ kind }) => kinds.includes(kind)).length;
  return {
    undecided: of('undecided'),
    waivers: of('expiring', 'expired', 'stale'),
    demotions: of('demotion'),
    overdue: of('overdue'),
  };
}

const MONTH = 30 * 86_400_000;

/** Decisions of the last 30 days. Disabled rules are in no file of decisions: the times at which they were switched off are given. */
export function decidedLately(
  {
    decisions,
    waivers,
    disabled,
  }: {
    readonly decisions: readonly Pick<Decision, 'decision' | 'decided'>[];
    readonly waivers: readonly Pick<Waiver, 'created'>[];
    readonly disabled: readonly string[];
  },
  now: string,
): InboxPage['decided'] {
  const since = Date.parse(now) - MONTH;
  const isLate = (at: string | undefined): boolean => at !== undefined && Date.parse(at) >= since;
  const of = (kind: Decision['decision']): number =>
    decisions.filter(({ decision, decided }) => decision === kind && isLate(decided)).length;
  return {
    fix: of('fix'),
    disable: disabled.filter(isLate).length,
    waive: waivers.filter(({ created }) => isLate(created)).length,
    debt: of('debt'),
  };
}
