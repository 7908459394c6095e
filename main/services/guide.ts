import type { GuideStep } from '#core/api/workspace.ts';
import { ruleDecisions } from '#core/decide/decisions.ts';
import { feedbackDue } from '#core/decide/feedback.ts';
import { closeness } from '#core/workspace/bindings.ts';
import { guideSteps } from '#core/workspace/guide.ts';
import type { GuideFacts } from '#core/workspace/guide.ts';
import { rulesHeld } from '#core/ratchet/ticks.ts';
import { exportsIn } from '#main/enforce/exports.ts';
import type { ServiceContext } from '#main/services/context.ts';
import { looksBack, gapOn, pairOf, policyOn } from '#main/services/ratchet-parts.ts';
import { dayOf } from '#main/services/workspace-lenses.ts';

/** The guide's steps, each ticked off by what was really done. With a scan, gap and decisions are counted on it. */
export function guideOf(context: ServiceContext, scanId: string | undefined): readonly GuideStep[] {
  const { content } = context.workspace.now().read;
  const { teams, products, environments, bindings } = content.workspace;
  return guideSteps({
    teams: teams.length,
    products: products.length,
    environments: environments.length,
    needs: teams.filter(({ needs }) => needs.length > 0).length,
    ...latestScan(context),
    ...policyFacts(context),
    ...(scanId === undefined ? {} : scanFacts(context, scanId)),
    enforced: exportsIn(context.workspace.folder),
    cells: bindings.filter((binding) => closeness(binding) > 0).length,
    feedback: { rounds: content.feedback.length, ...dueFeedback(context) },
  });
}

export function dueFeedback({ workspace, store, now }: ServiceContext) {
  const { feedback, workspace: roster } = workspace.now().read.content;
  const begun = store.revisions.begun(workspace.folder);
  return feedbackDue(feedback, roster.feedbackDays, begun === undefined ? undefined : iso(begun), iso(now()));
}

const iso = (time: number): string => new Date(time).toISOString();

function latestScan({ store }: ServiceContext): Pick<GuideFacts, 'scan'> {
  const [run] = store.runs.list({ limit: 1, statuses: ['complete', 'incomplete'] }).runs;
  if (run === undefined) return {};
  return { scan: { source: run.source.name, objects: run.objects, complete: run.status === 'complete' } };
}

function policyFacts({ workspace, store }: ServiceContext): Pick<GuideFacts, 'baseline' | 'strict'> {
  const pair = pairOf(workspace.now().read.content);
  const held = (name: string | undefined) => {
    const policy = name === undefined ? undefined : workspace.find(name);
    return policy?.ok === true ? { name: policy.value.name, rules: rulesHeld(policy.value) } : undefined;
  };
  const [baseline, strict] = [held(pair.baseline), held(pair.strict)];
  const evidence = (name: string): number =>
    new Set(
      store.revisions.of(workspace.folder, name).flatMap((revision) => (revision.kind === 'baseline' ? revision.evidence : [])),
    ).size;
  return {
    ...(baseline === undefined ? {} : { baseline: { ...baseline, evidence: evidence(baseline.name) } }),
    ...(strict === undefined ? {} : { strict }),
  };
}

function scanFacts(context: ServiceContext, scanId: string): Pick<GuideFacts, 'gap' | 'decisions'> {
  const { content } = context.workspace.now().read;
  const pair = pairOf(content);
  const strict = pair.strict === undefined ? undefined : policyOn(context, pair.strict, scanId);
  if (strict?.ok !== true) return {};
  const { view, policy } = strict.value;
  const baseline = pair.baseline === undefined ? undefined : context.workspace.find(pair.baseline);
  const found = baseline?.ok === true ? gapOn(context, strict.value, baseline.value) : undefined;
  const decided = ruleDecisions({
    policy: policy.name,
    rules: view.projection.rules,
    findings: view.findings,
    decisions: content.decisions,
    today: dayOf(context.now()),
    since: looksBack(context, view).since,
  });
  return {
    ...(found === undefined ? {} : { gap: { missing: found.ready.length + found.gap.length, ready: found.ready.length } }),
    decisions: { failing: decided.length, undecided: decided.filter(({ state }) => state === 'undecided').length },
  };
}
