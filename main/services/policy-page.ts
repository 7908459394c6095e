import type { PolicyPage, PolicyPreview, PolicyRuleRow, PolicySummary } from '#core/api/policies.ts';
import type { AppError } from '#core/model.ts';
import { comparePolicies } from '#core/policy/compare.ts';
import { isOn, policyBook, settingOf } from '#core/policy/effective.ts';
import type { EffectivePolicy } from '#core/policy/effective.ts';
import type { OwnSetting, PolicyDocument } from '#core/policy/model.ts';
import { plainObject } from '#core/plain-json.ts';
import { byRule, failingFigures, objectKey, refOf } from '#core/ratchet/failing.ts';
import { rulesHeld } from '#core/ratchet/ticks.ts';
import { ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { isEnforceable } from '#core/rules/enforceable.ts';
import type { Policy, Rule, RuleSetting } from '#core/rules/model.ts';
import type { DeepReadonly } from '#main/rpc/services.ts';
import type { ServiceContext } from '#main/services/context.ts';
import { problemsIn, workspaceProblems } from '#main/services/problems.ts';
import type { RunView } from '#main/services/run-view.ts';
import { dayOf } from '#main/services/workspace-lenses.ts';

/** A policy in lists. */
export function summaryOf(
  policy: EffectivePolicy,
  { workspace, store }: Pick<ServiceContext, 'workspace' | 'store'>,
  latest = store.revisions.latest(workspace.folder),
): PolicySummary {
  const { read } = workspace.now();
  const document = read.content.policies.find(({ name }) => name === policy.name);
  const place = read.places.find(({ kind, name }) => kind === 'Policy' && name === policy.name);
  const revision = place === undefined ? undefined : latest.get(policy.name)?.number;
  return {
    name: policy.name,
    title: policy.title,
    description: policy.description,
    origin: policy.origin,
    ...(policy.stage === undefined ? {} : { stage: policy.stage }),
    ...(document?.extends === undefined ? {} : { extends: document.extends }),
    rules: rulesHeld(policy),
    ...(revision === undefined ? {} : { revision }),
    ...(place === undefined ? {} : { file: place.file }),
  };
}

/** A policy with every rule there is: what is set, from where, and what each does on a scan, switched on or not. */
export function policyPage(context: ServiceContext, name: string, scanId?: string): Result<DeepReadonly<PolicyPage>, AppError> {
  const { workspace, library, views, now } = context;
  const policy = workspace.find(name);
  if (!policy.ok) return policy;
  const view = scanId === undefined ? ok(undefined) : views.open(scanId, name);
  if (!view.ok) return view;
  const everything =
    scanId === undefined ? ok(undefined) : views.openDraft(scanId, switchedOn(policy.value, library.rules), name);
  if (!everything.ok) return everything;
  const { read } = workspace.now();
  const place = read.places.find((one) => one.kind === 'Policy' && one.name === name);
  const problems = workspaceProblems(read, library, { today: dayOf(now()) });
  return ok({
    policy: summaryOf(policy.value, context),
    chain: [...policy.value.chain],
    hash: place?.hash ?? '',
    exportAnnotationWaivers: annotationWaivers(policy.value, context),
    rules: ruleRows(policy.value, context, everything.value),
    ...(view.value === undefined ? {} : { objects: view.value.projection.objects, clean: cleanIn(view.value) }),
    problems: place === undefined ? [] : problemsIn(problems, place.file),
  });
}

function annotationWaivers(policy: EffectivePolicy, { workspace }: ServiceContext): PolicyPage['exportAnnotationWaivers'] {
  const own = workspace.now().read.content.policies.find(({ name }) => name === policy.name)?.exportAnnotationWaivers;
  return {
    value: policy.exportAnnotationWaivers ?? false,
    ...(own === undefined ? {} : { own }),
    inherited: parentOf(policy, workspace)?.exportAnnotationWaivers ?? false,
  };
}

/** The same policy with every rule on: what a rule would do if it was switched on. */
const switchedOn = (policy: Policy, rules: readonly Rule[]): Policy => ({
  ...policy,
  rules: Object.fromEntries(
    rules.map(({ id }): [string, RuleSetting] => {
      const setting = settingOf(policy, id);
      return [id, setting === undefined || setting.mode === 'off' ? { ...setting, mode: 'deny' } : setting];
    }),
  ),
});

function ruleRows(
  policy: EffectivePolicy,
  { library, workspace }: ServiceContext,
  view: RunView | undefined,
): DeepReadonly<PolicyRuleRow>[] {
  const counts = new Map(view?.projection.rules.map((row) => [row.rule.rule.id, row.counts]));
  const failing = byRule(view?.findings.filter(({ verdict }) => verdict === 'fail') ?? []);
  const parent = parentOf(policy, workspace);
  return library.rules.map((rule) => {
    const setting = settingOf(policy, rule.id);
    const own = Object.hasOwn(policy.own, rule.id) ? policy.own[rule.id] : undefined;
    const found = counts.get(rule.id);
    const scope = setting?.scope;
    return {
      rule: rule.id,
      title: rule.title,
      category: rule.category,
      effort: rule.effort,
      enforceable: isEnforceable(rule),
      mode: setting?.mode ?? 'off',
      severity: setting?.severity ?? rule.severity,
      message: setting?.message ?? rule.message,
      params: plainObject({ ...rule.params, ...setting?.params }),
      paramsSchema: plainObject(rule.paramsSchema),
      ...(scope === undefined ? {} : { scope }),
      ...(setting?.reason === undefined ? {} : { reason: setting.reason }),
      ...(own === undefined ? {} : { own: ownRow(own), inheritedMode: settingOf(parent, rule.id)?.mode ?? 'off' }),
      origins: { ...(Object.hasOwn(policy.origins, rule.id) ? policy.origins[rule.id] : {}) },
      ...(view === undefined || found === undefined
        ? {}
        : { counts: found, failing: figuresOf(view, failing.get(rule.id) ?? []) }),
    };
  });
}

/** An own setting as the contract carries it. */
const ownRow = ({ params, ...rest }: OwnSetting) => ({
  ...rest,
  ...(params === undefined ? {} : { params: plainObject(params) }),
});

function parentOf(policy: EffectivePolicy, workspace: ServiceContext['workspace']): Policy | undefined {
  const [, above] = policy.chain;
  const found = above === undefined ? undefined : workspace.find(above);
  return found?.ok === true ? found.value : undefined;
}

function figuresOf(view: RunView, places: RunView['findings']): NonNullable<PolicyRuleRow['failing']> {
  const { objects, findings, namespaces, teams, unowned } = failingFigures(places, view.teamOf);
  return { objects: objects.length, findings, namespaces: namespaces.length, teams: teams.length + (unowned > 0 ? 1 : 0) };
}

const failingObjects = (view: RunView) =>
  new Map(view.projection.judgements.flatMap(({ verdict, object }) => (verdict === 'fail' ? [[objectKey(object), object]] : [])));

/** Objects that fail no rule of the policy. */
const cleanIn = (view: RunView): number => view.projection.objects - failingObjects(view).size;

/** Objects that start to fail, of which this many are named. */
const SHOWN = 100;

/** What saving a document would do on a scan. */
export function previewOf(
  context: ServiceContext,
  document: PolicyDocument,
  before: EffectivePolicy | undefined,
  scanId: string,
): Result<PolicyPreview, AppError> {
  const { workspace, library, views } = context;
  const others = workspace.now().read.content.policies.filter(({ name }) => name !== document.name);
  const after = policyBook(library, [...others, document]).find(document.name);
  if (!after.ok) return after;
  const now = before === undefined ? undefined : views.open(scanId, document.name);
  if (now?.ok === false) return now;
  const then = views.openDraft(scanId, after.value, document.name);
  if (!then.ok) return then;
  const rows = comparePolicies(library, before, after.value);
  const failedBefore = now === undefined ? new Map<string, never>() : failingObjects(now.value);
  const starting = [...failingObjects(then.value)].flatMap(([key, object]) => (failedBefore.has(key) ? [] : [object]));
  const failing = byRule(then.value.findings.filter(({ verdict }) => verdict === 'fail'));
  return ok({
    changes: rows.length,
    turnsOn: rows.filter(({ rule }) => !isOn(before, rule) && isOn(after.value, rule)).map(({ rule }) => rule),
    turnsOff: rows.filter(({ rule }) => isOn(before, rule) && !isOn(after.value, rule)).map(({ rule }) => rule),
    before: now === undefined ? { objects: 0, clean: 0, findings: 0 } : figures(now.value),
    after: figures(then.value),
    startFailing: starting.slice(0, SHOWN).map(refOf),
    startFailingTotal: starting.length,
    namespaces: [...new Set(starting.flatMap(({ namespace }) => (namespace === undefined ? [] : [namespace])))].toSorted(),
    rules: rows.flatMap(({ rule }) => {
      const places = failing.get(rule);
      return places === undefined
        ? []
        : [{ rule, objects: failingFigures(places, then.value.teamOf).objects.length, findings: places.length }];
    }),
  });
}

const figures = (view: RunView): PolicyPreview['after'] => ({
  objects: view.projection.objects,
  clean: cleanIn(view),
  findings: view.findings.filter(({ verdict }) => verdict === 'fail').length,
});
