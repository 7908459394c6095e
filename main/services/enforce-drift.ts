import type { DriftView } from '#core/api/enforce.ts';
import { driftOf } from '#core/enforce/drift/drift.ts';
import type { Drift } from '#core/enforce/drift/drift.ts';
import { ENGINES, engineOf, isOurs } from '#core/enforce/drift/engines.ts';
import type { EngineKinds } from '#core/enforce/drift/engines.ts';
import { simulation } from '#core/enforce/drift/simulate.ts';
import type { Simulated, Simulation } from '#core/enforce/drift/simulate.ts';
import type { ReplayCounts } from '#core/enforce/replay/words.ts';
import type { ScanObject } from '#core/inventory/model.ts';
import { textAt } from '#core/json.ts';
import type { JsonObject } from '#core/json.ts';
import { groupOf } from '#core/model.ts';
import { viewCoverage } from '#core/policy/coverage.ts';
import { teamsOf } from '#core/policy/finding.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { minorNumber } from '#main/scan/library-facts.ts';
import type { DeepReadonly, Services } from '#main/rpc/services.ts';
import type { ServiceContext } from '#main/services/context.ts';
import { plainFiles } from '#main/services/enforce-plan.ts';
import type { Planned } from '#main/services/enforce-plan.ts';
import type { ReplayedRun } from '#main/services/enforce-run.ts';
import { refOf } from '#main/services/rows.ts';
import { readSettings } from '#main/services/settings.ts';
import { dayOf } from '#main/services/workspace-lenses.ts';
import type { Store } from '#main/store/index.ts';

/** What a scanned cluster enforces, as the scan read it. */
class Enforced {
  readonly run: ReplayedRun;
  /** Policies of all engines. */
  readonly installed: readonly JsonObject[];
  readonly namespaces: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly #resources: ReadonlyMap<string, string>;
  readonly #namespaceObjects = new Map<string, JsonObject | undefined>();

  constructor(run: ReplayedRun, store: Store) {
    this.run = run;
    const bodies: JsonObject[] = [];
    const namespaces = new Map<string, Readonly<Record<string, string>>>();
    run.objects.forEach((object, at) => {
      if (object.kind === 'Namespace' && object.apiVersion === 'v1') {
        namespaces.set(object.name, object.labels);
        this.#namespaceObjects.set(object.name, run.body(at));
      }
      const body = engineOf(object) === undefined ? undefined : run.body(at);
      if (body !== undefined) bodies.push(body);
    });
    this.installed = bodies;
    this.namespaces = namespaces;
    const coverage = store.runs.coverage(run.run.id);
    this.#resources = new Map(coverage.map(({ group, kind, resource }) => [`${group}/${kind}`, resource]));
  }

  /** ValidatingAdmissionPolicies of somebody else, by name. */
  foreign(): readonly JsonObject[] {
    return this.installed.filter((object) => object['kind'] === 'ValidatingAdmissionPolicy' && !isOurs(object));
  }

  simulate(policy: JsonObject): Result<Simulation, string> {
    const name = textAt(policy, 'metadata', 'name');
    const bindings = this.installed.filter(
      (object) => object['kind'] === 'ValidatingAdmissionPolicyBinding' && textAt(object, 'spec', 'policyName') === name,
    );
    const minor = minorNumber(this.run.run.kubernetesMinor);
    return simulation({ policy, bindings }, { minor, namespaces: this.namespaces });
  }

  /** What a policy would say of each object that it does not simply let pass. */
  *on(simulate: Simulation): Generator<{ readonly object: ScanObject; readonly said: Simulated }> {
    for (const [at, object] of this.run.objects.entries()) {
      if (object.idle) continue;
      const { apiVersion, kind, namespace, name, labels } = object;
      const group = groupOf(apiVersion);
      const run = this.run;
      const said = simulate({
        group,
        version: apiVersion.slice(apiVersion.indexOf('/') + 1),
        kind,
        resource: this.#resources.get(`${group}/${kind}`),
        ...(namespace === undefined ? {} : { namespace }),
        name,
        labels,
        namespaceObject: namespace === undefined ? null : this.#namespaceObjects.get(namespace),
        get body() {
          return run.body(at);
        },
      });
      if (said !== undefined) yield { object, said };
    }
  }
}

type Asked = Parameters<Services['enforce']['drift']>[0];

export function driftView(
  context: ServiceContext,
  planned: Planned,
  run: ReplayedRun,
  { states, offset, limit }: Asked,
): DeepReadonly<DriftView> {
  const { store } = context;
  const enforced = new Enforced(run, store);
  const engines = ENGINES.map((engine) => ({ id: engine.id, title: engine.title, ...statusOf(engine, run, store) }));
  const own = engines.find(({ id }) => id === planned.target);
  const rows = driftOf({
    target: planned.target,
    wanted: documentsOf(planned),
    installed: enforced.installed,
    namespaces: enforced.namespaces,
    today: dayOf(context.now()),
    ...(own?.status === 'unread' ? { unread: own.reason ?? 'not read' } : {}),
  });
  const counts = { missing: 0, changed: 0, stale: 0, extra: 0, expired: 0, disabled: 0, foreign: 0, same: 0 };
  for (const { state } of rows) counts[state] += 1;
  const shown = rows.filter(({ state }) => states === undefined || states.includes(state));
  return {
    scanId: run.run.id,
    startedAt: run.run.startedAt,
    engines,
    counts,
    rows: shown.slice(offset, offset + limit).map((row) => ({ ...row, ...simulatedOf(row, enforced) })),
    total: shown.length,
  };
}

/** The policies of the export: no kustomization, and nothing that only takes back. */
const documentsOf = (planned: Planned): readonly JsonObject[] =>
  plainFiles(planned).flatMap((file) => ('documents' in file && !file.name.endsWith('rollback.yaml') ? file.documents : []));

function statusOf(
  { kinds }: EngineKinds,
  { run }: ReplayedRun,
  store: Store,
): Pick<DriftView['engines'][number], 'status' | 'reason'> {
  if (run.source.kind !== 'cluster' && run.source.kind !== 'snapshot')
    return { status: 'unread', reason: 'Files do not say what a cluster has installed.' };
  const coverage = store.runs.coverage(run.id);
  const { missing } = viewCoverage(coverage);
  const isOf = (group: string, kind: string): boolean =>
    kinds.some((one) => one.group === group && (kind === '*' || one.kinds === undefined || one.kinds.includes(kind)));
  for (const [key, reason] of missing) {
    const at = key.indexOf('/');
    if (isOf(key.slice(0, at), key.slice(at + 1))) return { status: 'unread', reason: `${key.slice(at + 1)}: ${reason}` };
  }
  return { status: coverage.some(({ group, kind }) => isOf(group, kind)) ? 'read' : 'absent' };
}

/** Foreign ValidatingAdmissionPolicies are tried on the scan's objects: only those of the page that is asked for. */
function simulatedOf(row: Drift, enforced: Enforced): Pick<DriftView['rows'][number], 'simulated'> {
  if (row.state !== 'foreign' || row.kind !== 'ValidatingAdmissionPolicy') return {};
  const policy = enforced.foreign().find((object) => textAt(object, 'metadata', 'name') === row.name);
  const simulate = policy === undefined ? err('it is not there') : enforced.simulate(policy);
  const counts: ReplayCounts = { denied: 0, warned: 0, audited: 0, notEvaluated: 0, letThrough: 0 };
  if (!simulate.ok) return { simulated: { counts, notEvaluated: simulate.error } };
  let why: string | undefined;
  for (const { said } of enforced.on(simulate.value)) {
    counts[said.outcome] += 1;
    if (said.outcome === 'notEvaluated') why ??= said.why;
  }
  return { simulated: { counts, ...(why === undefined ? {} : { notEvaluated: why }) } };
}

/** Objects that a foreign policy would refuse, warn of, or could not be judged on; refused ones first. */
export function foreignObjects(
  context: ServiceContext,
  run: ReplayedRun,
  { name, offset, limit }: Parameters<Services['enforce']['foreign']>[0],
): ReturnType<Services['enforce']['foreign']> {
  const enforced = new Enforced(run, context.store);
  const policy = enforced.foreign().find((object) => textAt(object, 'metadata', 'name') === name);
  if (policy === undefined) {
    return Promise.resolve(
      err({
        code: 'notFound' as const,
        what: `The scan has no foreign ValidatingAdmissionPolicy '${name}'.`,
        where: `run ${run.run.id}`,
        why: 'It was not installed then, or Plimsoll made it.',
        next: 'The list of drift names those that there are.',
      }),
    );
  }
  const simulate = enforced.simulate(policy);
  const teamOf = teamsOf(run.objects, readSettings(context.store).teamLabel);
  const found = simulate.ok ? [...enforced.on(simulate.value)] : [];
  const order = ['denied', 'warned', 'audited', 'notEvaluated', 'letThrough'];
  const sorted = found.toSorted((a, b) => order.indexOf(a.said.outcome) - order.indexOf(b.said.outcome));
  const rows = sorted.slice(offset, offset + limit).map(({ object, said }) => {
    const team = teamOf(object);
    return { object: refOf(object), ...(team === undefined ? {} : { team }), ...said };
  });
  return Promise.resolve(ok({ rows, total: found.length }));
}
