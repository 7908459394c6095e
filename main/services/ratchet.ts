import type { RatchetView } from '#core/api/ratchet.ts';
import { isOn, isReserved } from '#core/policy/effective.ts';
import type { EffectivePolicy } from '#core/policy/effective.ts';
import { movesOf } from '#core/ratchet/moves.ts';
import { accepted, promote, switchOff } from '#core/ratchet/promotion.ts';
import type { PolicyEdit } from '#core/ratchet/promotion.ts';
import { counted } from '#core/ratchet/counts.ts';
import { proposalRows } from '#core/ratchet/proposal.ts';
import { heldRows } from '#core/ratchet/regressions.ts';
import type { HeldHistory } from '#core/ratchet/regressions.ts';
import { streakOf } from '#core/ratchet/streak.ts';
import { promotedAt, rulesHeld, ticksOf } from '#core/ratchet/ticks.ts';
import type { AppError, Mode } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { Policy } from '#core/rules/model.ts';
import { closeness, isBound } from '#core/workspace/bindings.ts';
import type { Binding, Workspace } from '#core/workspace/model.ts';
import type { DeepReadonly, Services } from '#main/rpc/services.ts';
import type { ServiceContext } from '#main/services/context.ts';
import { freezeDebt } from '#main/services/debt.ts';
import { KEY_NOW } from '#main/services/evidence.ts';
import { documentOf, newPolicy, ownPolicy, reservedName, saved } from '#main/services/policies.ts';
import { policyPath, putRules, rulesText } from '#main/services/policy-edits.ts';
import { baselineBeside, eligibilityOf, gapOn, looksBack, policyOn } from '#main/services/ratchet-parts.ts';
import type { RunView } from '#main/services/run-view.ts';
import { putBindings } from '#main/services/workspace.ts';
import type { StoredRevision } from '#main/store/index.ts';
import type { DocumentEdit } from '#main/workspace/edit.ts';

/** Baseline beside strict: what holds, what is ready, what is missing; and the moves between them. */
export function ratchetService(context: ServiceContext): Services['ratchet'] {
  const { views } = context;
  return {
    get: async (input) => ratchetOf(context, input),
    propose: async ({ scanIds, strict }) => {
      const scans: RunView[] = [];
      for (const scanId of scanIds) {
        const view = views.open(scanId, strict);
        if (!view.ok) return view;
        scans.push(view.value);
      }
      const newestFirst = scans.toSorted((left, right) => (left.run.startedAt < right.run.startedAt ? 1 : -1));
      const rows = newestFirst.map((view) => ({
        rules: view.projection.rules,
        coverage: view.coverage,
        source: view.run.source.name,
        findings: view.findings,
        teamOf: view.teamOf,
      }));
      return ok({ rows: proposalRows(rows, context.library.matchers) });
    },
    accept: async (input) => accept(context, input),
    promote: async ({ rules, to, strict, scanId, mode, reason, force }) => {
      const held = ownPolicy(context, to);
      if (!held.ok) return held;
      const wanted = policyOn(context, strict, scanId);
      if (!wanted.ok) return wanted;
      const edit = promote({
        rules,
        to: held.value,
        strict: wanted.value.policy,
        eligibility: eligibilityOf(context, wanted.value.policy),
        ...(mode === undefined ? {} : { mode }),
        reason,
        force,
      });
      if (!edit.ok) return edit;
      const what = `Promoted ${named(rules)} to ${to}`;
      return saved(
        context,
        to,
        what,
        'promotion',
        [putRules(to, edit.value.rules)],
        reasonOf(reason, edit.value),
        edit.value.evidence,
      );
    },
    demote: async ({ rules, from, scanId, reason }) => {
      const held = ownPolicy(context, from);
      if (!held.ok) return held;
      const edit = switchOff(held.value, rules, reason);
      if (!edit.ok) return edit;
      const evidence = scanId === undefined ? [] : [scanId];
      const what = `Took ${named(rules)} out of ${from}`;
      return saved(context, from, what, 'demotion', [putRules(from, edit.value.rules)], reason, evidence);
    },
  };
}

const named = (rules: readonly string[]): string => (rules.length === 1 ? (rules[0] ?? '') : counted(rules.length, 'rule'));

/** A forced promotion says so for ever. */
const reasonOf = (reason: string, { forced }: PolicyEdit): string =>
  forced.length === 0 ? reason : `${reason} (not ready, taken all the same: ${forced.join(', ')})`;

function ratchetOf(
  context: ServiceContext,
  input: { readonly baseline?: string | undefined; readonly strict: string; readonly scanId: string },
): Result<DeepReadonly<RatchetView>, AppError> {
  const { workspace, store } = context;
  const { content } = workspace.now().read;
  const strict = policyOn(context, input.strict, input.scanId);
  if (!strict.ok) return strict;
  const baselineName = input.baseline ?? baselineBeside(content, input.strict);
  const baseline = baselineName === undefined ? ok(undefined) : policyOn(context, baselineName, input.scanId);
  if (!baseline.ok) return baseline;
  const latest = store.revisions.latest(workspace.folder);
  const head = (policy: EffectivePolicy) => {
    const revision = latest.get(policy.name)?.number;
    return { name: policy.name, ...(revision === undefined ? {} : { revision }), rules: rulesHeld(policy) };
  };
  const { ready, gap } = gapOn(context, strict.value, baseline.value?.policy);
  const { view } = strict.value;
  const { criteria } = content.workspace;
  const governed = context.history.sources(input.strict, content.workspace).map(({ name }) => name);
  const revisions = baseline.value === undefined ? [] : store.revisions.of(workspace.folder, baseline.value.policy.name);
  return ok({
    ...(baseline.value === undefined ? {} : { baseline: head(baseline.value.policy) }),
    strict: head(strict.value.policy),
    criteria: { runs: criteria.runs, days: criteria.days, sources: criteria.sources ?? governed },
    held: baseline.value === undefined ? [] : heldOn(context, baseline.value.view, revisions),
    ready,
    gap,
    ticks: ticksOf(past(revisions)),
    moves: movesOf(
      gap.map(({ rule }) => rule),
      view.findings,
      view.teamOf,
    ),
  });
}

/** Revisions as the load line's ticks are read from; a removal has no rules. */
const past = (revisions: readonly StoredRevision[]) =>
  revisions.map(({ at, number, content }) => ({ at: new Date(at).toISOString(), number, policy: content }));

function heldOn(context: ServiceContext, view: RunView, revisions: readonly StoredRevision[]) {
  const { runs, inReach, since } = looksBack(context, view);
  const policies = past(revisions);
  const history = (rule: string): HeldHistory => {
    const heldSince = streakOf({ rule, factKey: KEY_NOW, runs, inReach }).clean.at(-1)?.startedAt;
    const promoted = promotedAt(policies, rule);
    const change = revisions.find(({ number }) => number === promoted?.number)?.change;
    const known = change === undefined ? undefined : context.store.changes.get(context.workspace.folder, change);
    const taken =
      known === undefined ? {} : { change: { id: known.id, what: known.what, files: known.files.map(({ file }) => file) } };
    return {
      ...(heldSince === undefined ? {} : { heldSince }),
      ...(promoted === undefined ? {} : { promoted: { at: promoted.at, revision: promoted.number, ...taken } }),
    };
  };
  return heldRows({ rules: view.projection.rules, findings: view.findings, teamOf: view.teamOf, since, history });
}

type Accept = Parameters<Services['ratchet']['accept']>[0];

/** Makes or replaces a baseline, binds it beside the strict policy where nothing binds it yet, and freezes debt where asked. */
async function accept(context: ServiceContext, input: Accept) {
  const { workspace, views, now, library } = context;
  if (isReserved(library, input.name)) return err(reservedName(input.name));
  const strict = workspace.find(input.strict);
  if (!strict.ok) return strict;
  const absent = input.rules.find((rule) => !isOn(strict.value, rule));
  if (absent !== undefined) return err(notStrict(absent, input.strict));
  const rules = accepted(input.rules, strict.value, input.mode);
  const document = documentOf(context, input.name);
  if (document?.stage === 'strict' || (document !== undefined && input.name === input.strict)) return err(isStrict(input.name));
  const edit: DocumentEdit =
    document === undefined
      ? newPolicy(input.name, { title: 'Baseline', stage: 'baseline', rules })
      : {
          type: 'put',
          kind: 'Policy',
          name: input.name,
          file: policyPath(input.name),
          next: (raw) => ({ ...raw, ...rulesText(raw, replacing(document.rules, rules)) }),
        };
  const edits = [edit, ...bindingEdits(workspace.now().read.content.workspace, input)];
  if (input.freeze) {
    const draft = { ...strict.value, name: input.name, rules: settled(rules, input.mode) };
    const sources = new Set<string>();
    for (const scanId of input.scanIds) {
      const view = views.openDraft(scanId, draft, input.name);
      if (!view.ok) return view;
      if (sources.has(view.value.run.source.name)) continue;
      sources.add(view.value.run.source.name);
      edits.push(freezeDebt(view.value, input.name, input.rules, new Date(now()).toISOString()));
    }
  }
  const what = `Accepted a baseline of ${counted(input.rules.length, 'rule')}: ${input.name}`;
  return saved(context, input.name, what, 'baseline', edits, input.reason, input.scanIds);
}

const settled = (rules: ReturnType<typeof accepted>, mode: Mode): Policy['rules'] =>
  Object.fromEntries(Object.entries(rules).map(([id, setting]) => [id, { ...setting, mode }]));

/** The rules of the proposal in place of those that were there. */
const replacing = (before: Readonly<Record<string, object>>, after: ReturnType<typeof accepted>) => ({
  ...Object.fromEntries(Object.keys(before).map((rule) => [rule, null])),
  ...after,
});

/** A baseline stands beside its strict policy wherever that is bound alone; where nothing is bound, both govern everything. */
function bindingEdits(roster: Workspace, { name, strict }: Accept): readonly DocumentEdit[] {
  const { bindings } = roster;
  if (isBound(bindings, name)) return [];
  const isBeside = (binding: Binding): boolean => binding.policies.strict === strict && binding.policies.baseline === undefined;
  if (bindings.some(isBeside)) {
    const next = bindings.map((binding) =>
      isBeside(binding) ? { ...binding, policies: { ...binding.policies, baseline: name } } : binding,
    );
    return [putBindings(roster, next)];
  }
  if (bindings.some((binding) => closeness(binding) === 0)) return [];
  return [putBindings(roster, [...bindings, { policies: { baseline: name, strict } }])];
}

const isStrict = (name: string): AppError => ({
  code: 'invalidInput',
  what: `'${name}' is a strict policy and does not become the baseline.`,
  where: `policy ${name}`,
  why: 'Its rules would be replaced by those that hold today.',
  next: 'Choose another name for the baseline. Nothing was saved.',
});

const notStrict = (rule: string, strict: string): AppError => ({
  code: 'invalidInput',
  what: `The policy '${strict}' does not judge '${rule}'.`,
  where: `policy ${strict}, rules`,
  why: 'A baseline takes its rules from the strict policy.',
  next: 'Leave the rule out, or switch it on in the strict policy first.',
});
