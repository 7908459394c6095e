import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { EnforceInput } from '#core/api/enforce.ts';
import type { Drift } from '#core/enforce/drift/drift.ts';
import { textAt } from '#core/json.ts';
import type { JsonObject } from '#core/json.ts';
import { constraintDefinition, ENGINE_DEFINITIONS, REPORT_DEFINITIONS } from '#test/engine-crds.ts';
import { startApiServer } from '#test/apiserver.ts';
import type { ApiServer } from '#test/apiserver.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { openTestApp, scanCluster, temporaryFolder, unwrap } from '#test/scan-app.ts';
import type { TestApp } from '#test/scan-app.ts';
import { deployment, namespace } from '#test/scan-objects.ts';
import { ServedKinds } from '#test/served-kinds.ts';
import { policyText, writeFiles, yaml } from '#test/workspace.ts';

/*
 * What is exported for Gatekeeper, Kyverno and Kubewarden, on a real API server that has their kinds with the defaults and demands of
 * theirs: it is taken, found again as it was applied whatever server and controllers wrote into it, and what people do to it shows.
 * No engine runs here: the test does what their controllers do to these objects.
 */

const POLICY = policyText(
  'shop',
  'rules:',
  '  memory-limit: deny',
  '  no-privileged: deny',
  '  no-private-key: deny',
  '  replicas-min-two: warn',
  '  image-tag-explicit: deny',
);
const LAST_DAY = '2026-12-31';
const WAIVER = yaml(
  'Waiver',
  'id: batch',
  'rule: memory-limit',
  'object: {group: apps, kind: Deployment, namespace: shop, name: batch}',
  'reason: measured first',
  `expires: '${LAST_DAY}'`,
);

const FORMS = ['gatekeeper', 'kyverno', 'legacy', 'kubewarden'] as const;
type Form = (typeof FORMS)[number];
const common = {
  policy: 'shop',
  failurePolicy: 'Ignore' as const,
  steps: [{ mode: 'warn' as const }, { mode: 'deny' as const, namespaces: ['pay'] }],
};
const ASKED: Readonly<Record<Form, EnforceInput>> = {
  gatekeeper: { ...common, target: 'gatekeeper' },
  kyverno: { ...common, target: 'kyverno', kyverno: { exceptionsIn: 'exceptions' } },
  legacy: { ...common, target: 'kyverno', kyverno: { api: 'legacy' } },
  kubewarden: { ...common, target: 'kubewarden' },
};

/** What somebody changes of `memory-limit` where it denies, how drift says where that is, and what is deleted. */
const HANDS: Readonly<Record<Form, { readonly change: JsonObject; readonly place: string; readonly gone: RegExp }>> = {
  gatekeeper: { change: { enforcementAction: 'dryrun' }, place: 'spec.enforcementAction', gone: /replicas-min-two-warn$/ },
  kyverno: {
    change: { evaluation: { admission: { enabled: false } } },
    place: 'spec.evaluation.admission.enabled',
    gone: /memory-limit-[0-9a-f]{8}$/,
  },
  legacy: { change: { admission: false }, place: 'spec.admission', gone: /replicas-min-two-warn$/ },
  kubewarden: { change: { policyServer: 'idle' }, place: 'spec.policyServer', gone: /replicas-min-two-warn$/ },
};
const MANAGED = { labels: { 'app.kubernetes.io/managed-by': 'plimsoll' } };

const nameOf = (object: JsonObject): string => textAt(object, 'metadata', 'name') ?? '';
const MERGE = { contentType: 'application/merge-patch+json' };

describe.skipIf(!requireEnvtest(['etcd', 'kube-apiserver']).available)('policies of other engines, as a server has them', () => {
  using folder = temporaryFolder();
  const documents = new Map<Form, readonly JsonObject[]>();
  let today = Date.parse('2026-12-01T08:00:00Z');
  let server: ApiServer;
  let served: ServedKinds;
  let app: TestApp & AsyncDisposable;
  let scanId: string;

  const of = (form: Form): readonly JsonObject[] => documents.get(form) ?? [];
  const one = (form: Form, name: RegExp): JsonObject => {
    const found = of(form).find((object) => name.test(nameOf(object)));
    if (found === undefined) throw new Error(`${form} has no ${name.source}: ${of(form).map(nameOf).join(' ')}`);
    return found;
  };
  const renamed = (object: JsonObject, name: string, more: JsonObject = {}): JsonObject => ({
    ...object,
    metadata: { name, ...more },
  });

  async function exported(asked: EnforceInput, name: string): Promise<readonly JsonObject[]> {
    const out = join(folder.path, name);
    unwrap(await app.client.enforce.save({ ...asked, folder: out }));
    return readdirSync(out)
      .filter((file) => file.endsWith('.yaml') && !['kustomization.yaml', 'rollback.yaml'].includes(file))
      .flatMap((file) => [...parseAllDocuments(readFileSync(join(out, file), 'utf8'))])
      .map((document) => document.toJS() as JsonObject);
  }
  async function send(method: string, object: JsonObject, body?: object, below = ''): Promise<void> {
    const collection = await served.collection(object, textAt(object, 'metadata', 'namespace') ?? '');
    const { status, body: answer } = await server.request(method, `${collection}/${nameOf(object)}${below}`, body, MERGE);
    if (status >= 300) throw new Error(`${method} ${nameOf(object)}${below}: ${status} ${JSON.stringify(answer)}`);
  }
  const patch = (object: JsonObject, body: object): Promise<void> => send('PATCH', object, body);
  const remove = async (object: JsonObject): Promise<void> => {
    await patch(object, { metadata: { finalizers: null } });
    await send('DELETE', object);
  };
  const scan = async (): Promise<void> => {
    scanId = (await scanCluster(app, server.kubeconfig, { policy: 'shop' })).run.id;
  };
  /** Of the kinds that a form is made of: every engine's are installed at once. */
  async function rowsOf(form: Form): Promise<readonly Drift[]> {
    const view = unwrap(await app.client.enforce.drift({ ...ASKED[form], scanId, offset: 0, limit: 500 }));
    const kinds = new Set([...of(form).map(({ kind }) => kind), 'Namespace']);
    return view.rows.filter(({ kind }) => kinds.has(kind)) as readonly Drift[];
  }
  const states = async (form: Form): Promise<readonly string[]> =>
    (await rowsOf(form))
      .filter(({ state, engine }) => state !== 'same' && engine === ASKED[form].target)
      .map(({ state, kind, name, detail }) => `${state} ${kind} ${name}: ${detail}`);

  beforeAll(async () => {
    server = await startApiServer();
    served = new ServedKinds(server);
    writeFiles(join(folder.path, 'workspace'), { 'policies/shop.yaml': POLICY, 'waivers/batch.yaml': WAIVER });
    app = openTestApp({ workspace: join(folder.path, 'workspace'), now: () => today });
    for (const form of FORMS) documents.set(form, await exported(ASKED[form], form));
    await server.apply([
      namespace('shop', { team: 'checkout' }),
      namespace('pay'),
      namespace('exceptions'),
      deployment('web', { replicas: 1 }),
      deployment('batch'),
      deployment('sound', { sound: true }),
      ...ENGINE_DEFINITIONS,
      ...REPORT_DEFINITIONS,
    ]);
    await scan();
  }, 90_000);
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await server.stop();
  });

  it.each(FORMS)('%s: are missing before they are applied', async (form) => {
    const rows = await rowsOf(form);
    expect(rows.map(({ state }) => state)).toEqual(of(form).map(() => 'missing'));
  });

  it('are taken as they are exported, the templates of Gatekeeper before the constraints', { timeout: 60_000 }, async () => {
    const templates = of('gatekeeper').filter(({ kind }) => kind === 'ConstraintTemplate');
    await server.apply(templates);
    const others = FORMS.flatMap(of).filter((object) => !templates.includes(object));
    await server.apply([...templates.map(constraintDefinition), ...others]);
    await scan();
    for (const form of FORMS) expect([form, await states(form)]).toEqual([form, []]);
    for (const form of FORMS) expect((await rowsOf(form)).length).toBe(of(form).length);
  });

  it('are the same whatever controllers and kubectl write beside the spec', { timeout: 60_000 }, async () => {
    for (const object of FORMS.flatMap(of)) {
      const finalizers = object['kind'] === 'ClusterAdmissionPolicy' ? { finalizers: ['kubewarden.io/finalizer'] } : {};
      const applied = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(object) };
      await patch(object, { metadata: { ...finalizers, annotations: applied } });
      await send('PATCH', object, { status: { created: true, policyStatus: 'active', ready: true } }, '/status');
    }
    await scan();
    for (const form of FORMS) expect([form, await states(form)]).toEqual([form, []]);
  });

  it.each(FORMS)('%s: are changed, missing, stale, left over or of others', { timeout: 60_000 }, async (form) => {
    const { change, place, gone } = HANDS[form];
    const changed = one(form, /memory-limit-deny$/);
    await patch(changed, { spec: change });
    const relabelled = one(form, /no-privileged-warn$/);
    await patch(relabelled, { metadata: { labels: { 'app.kubernetes.io/managed-by': null } } });
    const deleted = one(form, gone);
    await remove(deleted);
    const before = await exported({ ...ASKED[form], onUpdate: 'create-only' }, `${form}-before`);
    const stale = before.filter((object) => /no-?private-?key/.test(nameOf(object)) && object['kind'] !== 'PlimsollNoPrivateKey');
    const left = renamed(one(form, /image-tag-explicit-deny$/), 'plimsoll-of-old', MANAGED);
    const foreign = renamed(one(form, /image-tag-explicit-warn$/), 'theirs');
    await server.apply([...stale, left, foreign]);
    await scan();
    const where = (object: JsonObject): string => `${textAt(object, 'kind') ?? ''} ${nameOf(object)}`;
    const idle = form === 'gatekeeper' ? [`disabled ConstraintTemplate plimsollreplicasmintwo`] : [];
    const rows = await states(form);
    expect(rows.map((row) => row.split(':')[0]).toSorted()).toEqual(
      [
        `changed ${where(changed)}`,
        `changed ${where(relabelled)}`,
        `missing ${where(deleted)}`,
        ...stale.map((object) => `stale ${where(object)}`),
        `extra ${where(left)}`,
        `foreign ${where(foreign)}`,
        ...idle,
      ].toSorted(),
    );
    expect(rows.find((row) => row.startsWith(`changed ${where(changed)}`))).toMatch(new RegExp(`: ${place}$`));
    expect(rows.find((row) => row.startsWith('stale'))).toContain('is of an earlier export');
    // An apply takes no field back that it never wrote.
    for (const object of [left, foreign, changed]) await remove(object);
  });

  it('are switched off by the label of a namespace that Gatekeeper leaves alone', { timeout: 60_000 }, async () => {
    const space = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'pay' } };
    await patch(space, { metadata: { labels: { 'admission.gatekeeper.sh/ignore': 'yes' } } });
    await scan();
    const ignored = (await states('gatekeeper')).filter((row) => row.includes(' Namespace '));
    expect(ignored).toEqual([expect.stringContaining('disabled Namespace pay: its label admission.gatekeeper.sh/ignore')]);
  });

  it('carry a waiver that has ended, from the day after its last on', { timeout: 60_000 }, async () => {
    await server.apply(FORMS.flatMap(of));
    await scan();
    for (const form of FORMS)
      expect([form, (await states(form)).filter((row) => !row.includes(' Namespace '))]).toEqual([form, []]);
    today = Date.parse('2027-01-01T08:00:00Z');
    const expired = async (form: Form) => (await states(form)).filter((row) => row.startsWith('expired'));
    expect(await expired('gatekeeper')).toEqual([
      `expired ConstraintTemplate plimsollmemorylimit: carries a waiver that ended on ${LAST_DAY}: export again`,
    ]);
    expect(await expired('kyverno')).toEqual([
      `expired PolicyException ${nameOf(one('kyverno', HANDS.kyverno.gone))}: is a waiver that ended on ${LAST_DAY}: take it back`,
      ...['deny', 'warn'].map(
        (mode) =>
          `expired ValidatingPolicy plimsoll-memory-limit-${mode}: carries a waiver that ended on ${LAST_DAY}: export again`,
      ),
    ]);
    for (const form of ['legacy', 'kubewarden'] as const) {
      const kind = textAt(of(form)[0], 'kind') ?? '';
      expect(await expired(form)).toEqual(
        ['deny', 'warn'].map(
          (mode) => `expired ${kind} plimsoll-memory-limit-${mode}: carries a waiver that ended on ${LAST_DAY}: export again`,
        ),
      );
    }
  });

  it.each(['policyreport', 'openreports'] as const)('reports as %s are taken, with all their fields', async (format) => {
    const { text } = unwrap(await app.client.exports.file({ scanId, policy: 'all', format }));
    const reports = [...parseAllDocuments(text)].map((document) => document.toJS() as JsonObject);
    const kinds = new Set(reports.map(({ kind }) => kind));
    expect(kinds.size).toBe(2);
    for (const { object, body } of await server.apply(reports)) {
      const { scope, summary, results, source } = body as JsonObject;
      const { metadata: _, apiVersion: __, kind: ___, ...sent } = object as JsonObject;
      expect({ scope, summary, results, ...(source === undefined ? {} : { source }) }).toEqual(sent);
    }
  });
});
