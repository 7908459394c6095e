import type { Run } from '#core/api/common.ts';
import type { Source } from '#core/api/scans.ts';
import type { Store } from '#main/store/index.ts';
import type { StoredRun } from '#main/store/run-model.ts';
import type { StoredSource } from '#main/store/sources.ts';

/** A stored run as payloads carry it. */
export function toRun(run: StoredRun): Run {
  const durationMs = run.finishedAt === undefined ? undefined : Date.parse(run.finishedAt) - Date.parse(run.startedAt);
  return {
    id: run.id,
    number: run.number,
    origin: run.origin,
    status: run.status,
    startedAt: run.startedAt,
    ...(run.finishedAt === undefined ? {} : { finishedAt: run.finishedAt }),
    ...(durationMs === undefined ? {} : { durationMs }),
    source: run.source,
    policy: run.policy,
    labels: { ...run.labels },
    ...(run.git === undefined ? {} : { git: run.git }),
    ...(run.ci === undefined ? {} : { ci: run.ci }),
    ...(run.token === undefined ? {} : { token: run.token }),
    toolVersion: run.toolVersion,
    ...(run.kubernetesMinor === undefined ? {} : { kubernetesMinor: run.kubernetesMinor }),
    ...(run.server === undefined ? {} : { server: run.server }),
    ...(run.user === undefined ? {} : { user: run.user }),
    objects: run.objects,
    evaluated: run.evaluated,
    requests: run.requests,
    covered: run.covered,
    failing: run.failing,
    posture: run.posture,
    ...(run.error === undefined ? {} : { error: run.error }),
  };
}

export function toSource(source: StoredSource, store: Store): Source {
  const latest = store.runs.latest(source.id);
  return { ...source, ...(latest === undefined ? {} : { latest: toRun(latest) }) };
}
