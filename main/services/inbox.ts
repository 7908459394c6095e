import type { DecideInput, InboxPage } from '#core/api/inbox.ts';
import { ruleDecisions } from '#core/decide/decisions.ts';
import { decidedLately, inboxCounts, inboxOf } from '#core/decide/inbox.ts';
import type { InboxEntry } from '#core/decide/inbox.ts';
import { countsIn } from '#core/decide/waivers.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';
import { comparePolicies } from '#core/policy/compare.ts';
import { isOn } from '#core/policy/effective.ts';
import type { Finding } from '#core/policy/finding.ts';
import { notJudged, switchOff } from '#core/ratchet/promotion.ts';
import type { AppError } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import type { DeepReadonly, Services } from '#main/rpc/services.ts';
import type { ServiceContext } from '#main/services/context.ts';
import { freezeDebt } from '#main/services/debt.ts';
import { invalidInput } from '#main/services/errors.ts';
import { ownPolicy } from '#main/services/policies.ts';
import { putRules } from '#main/services/policy-edits.ts';
import { looksBack, policyOn } from '#main/services/ratchet-parts.ts';
import { toRow } from '#main/services/rows.ts';
import type { RunView } from '#main/services/run-view.ts';
import { foundWaivers, noticeOf } from '#main/services/waiver-rows.ts';
import { newWaiver } from '#main/services/waivers.ts';
import { dayOf } from '#main/services/workspace-lenses.ts';
import type { DocumentEdit } from '#main/workspace/edit.ts';

/** Fingerprints named with an item. */
const MOST_FINGERPRINTS = 100;

/** What waits for a decision, and deciding. */
export function inboxService(context: ServiceContext): Services['inbox'] {
  return {
    list: async ({ policy, scanId }) => {
      const found = policyOn(context, policy, scanId);
      return found.ok ? ok(inboxPage(context, found.value)) : found;
    },
    decide: async (input) => {
      const decided = decisionEdits(context, input);
      if (!decided.ok) return decided;
      const change = await context.workspace.change({ ...decided.value, cause: { kind: 'decision', ...reasonOf(input) } });
      return change.ok ? ok({ change: change.value }) : change;
    },
  };
}

const reasonOf = (input: DecideInput): { readonly reason?: string } => {
  const reason = input.decision === 'waive' ? input.waiver.reason : input.reason;
  return reason === undefined ? {} : { reason };
};

function inboxPage(
  context: ServiceContext,
  {
    policy,
    view,
  }: { readonly policy: { readonly name: string; readonly stage?: 'baseline' | 'strict' }; readonly view: RunView },
): DeepReadonly<InboxPage> {
  const { workspace, library, now } = context;
  const { content } = workspace.now().read;
  const today = dayOf(now());
  const { since } = looksBack(context, view);
  const decisions = ruleDecisions({
    policy: policy.name,
    rules: view.projection.rules,
    findings: view.findings,
    decisions: content.decisions,
    today,
    since,
  });
  const waivers = content.waivers.filter((waiver) => countsIn(waiver, policy.name));
  const found = foundWaivers({ view, library, waivers, today, expiringDays: content.workspace.expiringDays });
  const entries = inboxOf({
    policy: policy.name,
    stage: policy.stage,
    decisions,
    waivers: found.map((one) => noticeOf(one, view)),
    teamOf: view.teamOf,
    since,
  });
  return {
    items: entries.map((entry) => itemOf(entry, view)),
    counts: inboxCounts(entries),
    decided: decidedLately(
      {
        decisions: content.decisions.filter((decision) => decision.policy === policy.name),
        waivers,
        disabled: disabledIn(context, policy.name),
      },
      new Date(now()).toISOString(),
    ),
  };
}

function itemOf({ open, ...entry }: InboxEntry<Finding>, view: RunView): DeepReadonly<InboxPage['items'][number]> {
  const [example] = open;
  return {
    ...entry,
    ...(example === undefined ? {} : { example: toRow(view, example) }),
    fingerprints: open.slice(0, MOST_FINGERPRINTS).map(({ fingerprint }) => fingerprint),
  };
}

/** When rules were switched off by decision: once for each rule. */
function disabledIn({ workspace, store, library }: ServiceContext, policy: string): readonly string[] {
  const revisions = store.revisions.of(workspace.folder, policy);
  return revisions.flatMap((revision, index) =>
    revision.kind !== 'decision'
      ? []
      : comparePolicies(library, revisions[index + 1]?.content, revision.content)
          .filter(({ change }) => change === 'removed')
          .map(() => new Date(revision.at).toISOString()),
  );
}

function decisionEdits(context: ServiceContext, input: DecideInput) {
  switch (input.decision) {
    case 'fix': {
      const policy = context.workspace.find(input.policy);
      if (!policy.ok) return policy;
      if (!isOn(policy.value, input.rule)) return err(notJudged(input.rule, policy.value));
      const { assignee, due, reason } = input;
      if (isPast(context, due)) return err(pastDay(due, 'due'));
      const edit = putDecision(context, input.policy, {
        rule: input.rule,
        decision: 'fix',
        ...(assignee === undefined ? {} : { assignee }),
        ...(due === undefined ? {} : { due }),
        ...(reason === undefined ? {} : { reason }),
      });
      const whose = assignee === undefined ? '' : ` by ${assignee}`;
      return ok({ what: `${input.rule} is to be fixed${whose}`, edits: [edit] });
    }
    case 'disable': {
      const policy = ownPolicy(context, input.policy);
      if (!policy.ok) return policy;
      const off = switchOff(policy.value, [input.rule], input.reason);
      return off.ok
        ? ok({ what: `Switched ${input.rule} off in ${input.policy}`, edits: [putRules(input.policy, off.value.rules)] })
        : off;
    }
    case 'waive': {
      const { expires, policies = [] } = input.waiver;
      if (isPast(context, expires)) return err(pastDay(expires, 'expires'));
      for (const name of policies) {
        const policy = context.workspace.find(name);
        if (!policy.ok) return policy;
      }
      const made = newWaiver(context, input.waiver);
      return 'error' in made ? err(made.error) : ok({ what: `Waived ${input.waiver.rule}`, edits: [made.edit] });
    }
    case 'debt': {
      const found = policyOn(context, input.policy, input.scanId);
      if (!found.ok) return found;
      if (!isOn(found.value.policy, input.rule)) return err(notJudged(input.rule, found.value.policy));
      const frozen = new Date(context.now()).toISOString();
      const edits = [
        freezeDebt(found.value.view, input.policy, [input.rule], frozen),
        putDecision(context, input.policy, {
          rule: input.rule,
          decision: 'debt',
          ...(input.reason === undefined ? {} : { reason: input.reason }),
        }),
      ];
      return ok({ what: `Accepted the failures of ${input.rule} as debt`, edits });
    }
  }
}

const isPast = ({ now }: ServiceContext, day: string | undefined): day is string => day !== undefined && day < dayOf(now());

const pastDay = (day: string, where: string): AppError =>
  invalidInput(
    `${day} is over.`,
    where,
    'It would have ended before it began.',
    'Choose today or a later day. Nothing was saved.',
  );

/** A decision takes the place of an earlier one of the same rule. */
function putDecision({ now }: ServiceContext, policy: string, decision: JsonObject): DocumentEdit {
  return {
    type: 'put',
    kind: 'Decisions',
    name: policy,
    file: `decisions/${policy}.yaml`,
    next: (raw) => {
      const before: readonly JsonValue[] = Array.isArray(raw['decisions']) ? raw['decisions'] : [];
      const others = before.filter((entry) => ruleOf(entry) !== decision['rule']);
      return { ...raw, policy, decisions: [...others, { ...decision, decided: new Date(now()).toISOString() }] };
    },
  };
}

const ruleOf = (entry: JsonValue): unknown =>
  typeof entry === 'object' && entry !== null ? Reflect.get(entry, 'rule') : undefined;
