import { isAbsolute } from 'node:path';
import type { EnforcePreview } from '#core/api/enforce.ts';
import { TARGETS } from '#core/enforce/targets.ts';
import type { AppError } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { writeExport } from '#main/enforce/write.ts';
import { exportText } from '#main/enforce/yaml.ts';
import type { DeepReadonly, Services } from '#main/rpc/services.ts';
import type { ServiceContext } from '#main/services/context.ts';
import { bypassOf } from '#main/services/enforce-bypass.ts';
import { driftView, foreignObjects } from '#main/services/enforce-drift.ts';
import { commandsFor, filesOf, folderFor, judgesBy, Plans, policyMode, targetChoices } from '#main/services/enforce-plan.ts';
import type { EnforceAsked, Planned } from '#main/services/enforce-plan.ts';
import { historyOf, liveFailures, replayOn, rowsOf, summaryOf } from '#main/services/enforce-replay.ts';
import type { Replayed } from '#main/services/enforce-replay.ts';
import { rolloutLimit, rolloutView } from '#main/services/enforce-rollout.ts';
import { ReplayedRuns } from '#main/services/enforce-run.ts';
import type { ReplayedRun } from '#main/services/enforce-run.ts';
import { noFile, notAbsolute, notChosen, notConfirmed, nothingToSave } from '#main/services/enforce-errors.ts';
import { notFound } from '#main/services/errors.ts';
import { VERSION } from '#main/version.ts';

/** A policy as what a cluster enforces, and what that would do. */
export function enforceService(context: ServiceContext): Services['enforce'] {
  const desk = new Desk(context);
  return {
    preview: async (asked) => previewOf(desk, asked),
    objects: async (asked) => {
      const seen = desk.replayed(asked);
      return seen.ok ? ok(rowsOf(seen.value.replay, seen.value.planned, asked)) : seen;
    },
    history: async ({ runs: count, ...asked }, { signal }) => {
      const planned = desk.planned(asked);
      if (!planned.ok) return planned;
      const run = context.store.runs.get(asked.scanId);
      if (run === undefined) return err(notFound(`Run ${asked.scanId}`, 'the database'));
      return ok(await historyOf(context, desk.runs, planned.value, { run, count, signal }));
    },
    file: async ({ name, offset, limit, ...asked }) => {
      const planned = desk.planned(asked);
      if (!planned.ok) return planned;
      const files = filesOf(planned.value);
      if (!files.ok) return files;
      const file = files.value.find((one) => one.name === name);
      if (file === undefined) return err(noFile(name));
      const lines = exportText(file, VERSION).split('\n');
      return ok({ name, text: lines.slice(offset, offset + limit).join('\n'), lines: lines.length });
    },
    save: async (asked) => save(desk, asked),
    rollout: async ({ policy, scanId, start }) => {
      const planned = desk.planned({
        policy,
        others: [],
        helm: false,
        target: TARGETS[0],
        steps: [],
        ...(scanId === undefined ? {} : { scanId }),
      });
      if (!planned.ok) return planned;
      return ok(rolloutView(context, planned.value, desk.run(scanId), { start }));
    },
    drift: async (asked) => {
      const seen = desk.scan(asked);
      return seen.ok ? ok(driftView(context, seen.value.planned, seen.value.run, asked)) : seen;
    },
    foreign: async (asked) => {
      const run = desk.run(asked.scanId);
      return run === undefined ? err(notFound(`Run ${asked.scanId}`, 'the database')) : foreignObjects(context, run, asked);
    },
  };
}

/** Plans and runs as the calls share them. */
class Desk {
  readonly context: ServiceContext;
  readonly runs: ReplayedRuns;
  readonly #plans: Plans;

  constructor(context: ServiceContext) {
    this.context = context;
    this.runs = new ReplayedRuns(context.store, context.library);
    this.#plans = new Plans(context);
  }

  /** No further than the rollout plan goes, where it is to be followed. */
  planned(asked: EnforceAsked): Result<Planned, AppError> {
    const planned = this.#plans.plan(asked);
    if (!planned.ok || asked.rollout === undefined) return planned;
    const run = this.run(asked.scanId);
    return this.#plans.plan(asked, rolloutLimit(this.context, planned.value, run, asked.rollout));
  }

  run(scanId: string | undefined): ReplayedRun | undefined {
    const run = scanId === undefined ? undefined : this.context.store.runs.get(scanId);
    return run === undefined ? undefined : this.runs.open(run);
  }

  /** The plan, and what it does on the run that is asked for. */
  seen(asked: EnforceAsked): Result<{ readonly planned: Planned; readonly replay?: Replayed }, AppError> {
    const planned = this.planned(asked);
    if (!planned.ok) return planned;
    const run = this.run(asked.scanId);
    if (run === undefined) return ok({ planned: planned.value });
    return ok({ planned: planned.value, replay: replayOn(this.context, run, planned.value) });
  }

  scan(asked: EnforceAsked): Result<{ readonly planned: Planned; readonly run: ReplayedRun }, AppError> {
    const planned = this.planned(asked);
    if (!planned.ok) return planned;
    const run = this.run(asked.scanId);
    return run === undefined ? err(notFound(`Run ${asked.scanId ?? ''}`, 'the database')) : ok({ planned: planned.value, run });
  }

  replayed(asked: EnforceAsked): Result<{ readonly planned: Planned; readonly replay: Replayed }, AppError> {
    const seen = this.seen(asked);
    if (!seen.ok) return seen;
    const { planned, replay } = seen.value;
    return replay === undefined ? err(notFound(`Run ${asked.scanId ?? ''}`, 'the database')) : ok({ planned, replay });
  }
}

function previewOf(desk: Desk, asked: EnforceAsked): Result<DeepReadonly<EnforcePreview>, AppError> {
  const seen = desk.seen(asked);
  if (!seen.ok) return seen;
  const { planned, replay } = seen.value;
  const { made, bundle, minorFrom, defaultExcluded } = planned;
  const files = filesOf(planned);
  if (!files.ok) return files;
  const folder = folderFor(desk.context, planned);
  const live = replay === undefined ? [] : liveFailures(replay);
  return ok({
    targets: targetChoices,
    policy: made.policy,
    kubernetes: `1.${made.minor}`,
    kubernetesFrom: minorFrom,
    bundle,
    onUpdate: made.onUpdate,
    annotationWaivers: made.annotationWaivers,
    excludedNamespaces: made.excludedNamespaces,
    defaultExcluded,
    rules: rulesOf(planned, replay),
    skipped: made.skipped,
    ...(replay === undefined ? {} : { replay: summaryOf(replay) }),
    liveFailures: live,
    needs: needsOf(planned, asked, live.length > 0),
    bypass: bypassOf(desk.context.store, planned, replay?.replayed),
    files: files.value.map(({ name }) => name),
    commands: commandsFor(planned, files.value, folder),
    folder,
  });
}

const denies = ({ made }: Planned): boolean => made.rules.some(({ actions }) => actions.some(({ mode }) => mode === 'deny'));

const needsOf = (planned: Planned, { failurePolicy }: EnforceAsked, live: boolean): EnforcePreview['needs'] => [
  ...(failurePolicy === undefined && denies(planned) ? (['failurePolicy'] as const) : []),
  ...(live ? (['confirmation'] as const) : []),
];

const rulesOf = (planned: Planned, replay: Replayed | undefined): DeepReadonly<EnforcePreview['rules']> =>
  planned.made.rules.map((rule, at) => {
    const counts = replay?.outcomes.rules[at]?.counts;
    return {
      rule: rule.rule,
      ...(rule.variant === undefined ? {} : { variant: rule.variant }),
      ...(rule.collection === undefined ? {} : { collection: rule.collection }),
      ...(rule.policies === undefined ? {} : { policies: rule.policies }),
      title: rule.title,
      severity: rule.severity,
      mode: policyMode(judgesBy(planned, rule), rule.rule),
      actions: rule.actions,
      operations: rule.match.operations,
      failurePolicy: rule.failurePolicy,
      message: rule.message,
      minimumKubernetes: `1.${rule.minimumMinor}`,
      ...(rule.judgedAsMinor === undefined ? {} : { judgedAsKubernetes: `1.${rule.judgedAsMinor}` }),
      ...(rule.narrowed === undefined ? {} : { narrowed: rule.narrowed }),
      waivers: rule.waivers.map(({ id, reason, expires }) => ({ id, reason, ...(expires === undefined ? {} : { expires }) })),
      waiversLeftOut: rule.waiversLeftOut.map(({ waiver, why }) => ({ id: waiver.id, reason: waiver.reason, why })),
      ...(counts === undefined ? {} : { counts }),
    };
  });

type SaveAsked = Parameters<Services['enforce']['save']>[0];

async function save(desk: Desk, { folder, confirmed, ...asked }: SaveAsked): ReturnType<Services['enforce']['save']> {
  if (!isAbsolute(folder)) return err(notAbsolute(folder));
  const seen = desk.seen(asked);
  if (!seen.ok) return seen;
  const { planned, replay } = seen.value;
  if (planned.made.rules.length === 0) return err(nothingToSave(planned));
  if (asked.failurePolicy === undefined && denies(planned)) return err(notChosen());
  const live = replay === undefined ? [] : liveFailures(replay).filter(({ rule }) => !confirmed.includes(rule));
  if (live.length > 0) return err(notConfirmed(live));
  const files = filesOf(planned);
  if (!files.ok) return files;
  const written = writeExport(files.value, folder, VERSION);
  return written.ok ? ok({ files: written.value, commands: commandsFor(planned, files.value, folder) }) : written;
}
