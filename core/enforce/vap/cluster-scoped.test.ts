import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EnforcementPlan } from '#core/enforce/model.ts';
import { replayOutcomes } from '#core/enforce/replay/outcomes.ts';
import { OPTIONS } from '#core/enforce/request.fixture.ts';
import { planSeveral } from '#core/enforce/several.ts';
import { vapObjects } from '#core/enforce/vap/objects.ts';
import { describeObject } from '#core/inventory/describe.ts';
import { textAt } from '#core/json.ts';
import type { JsonObject } from '#core/json.ts';
import type { Library, MatchedKind, Rule } from '#core/rules/model.ts';
import { loadShippedLibrary } from '#main/library.ts';
import { startApiServer } from '#test/apiserver.ts';
import type { ApiResponse, ApiServer, ServerVersion } from '#test/apiserver.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { ServedKinds } from '#test/served-kinds.ts';

/*
 * A rule of one's own on kinds in and out of namespaces, in modes by namespace: a real API server does to each object what replay
 * says. To it a cluster-scoped object fits every selector of namespaces, and a Namespace is selected by its own name.
 */

const RBAC = 'rbac.authorization.k8s.io';
const KINDS: readonly MatchedKind[] = [
  { group: RBAC, versions: ['v1'], kind: 'Role', resource: 'roles' },
  { group: RBAC, versions: ['v1'], kind: 'ClusterRole', resource: 'clusterroles' },
  { group: '', versions: ['v1'], kind: 'Namespace', resource: 'namespaces' },
];

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load: npm run rules:check says why');
const { matchers } = shipped.value;
const library: Library = {
  ...shipped.value,
  matchers: { ...matchers, matchers: { ...matchers.matchers, rights: { name: 'rights', kinds: KINDS } } },
};
const [first] = library.rules;
if (first === undefined) throw new Error('no rule to begin with');

const ruleNamed = (id: string): Rule => {
  const { forEach: _forEach, when: _when, ...rest } = first;
  const require = `has(object.metadata.labels) && '${id}' in object.metadata.labels`;
  return {
    ...rest,
    id,
    aliases: {},
    match: 'rights',
    require,
    params: {},
    exportAs: [],
    field: '',
    message: `has no label ${id}`,
  };
};

const HERE = ['shop', 'billing'];
/** By rule: how it is enforced. */
const CASES = {
  'deny-here': { steps: [{ mode: 'audit' }, { mode: 'deny', namespaces: HERE }] },
  'deny-only-here': { steps: [], namespaces: HERE },
  'deny-elsewhere': { steps: [{ mode: 'deny' }, { mode: 'audit', namespaces: HERE }] },
} as const;
type Case = keyof typeof CASES;
const cases = Object.keys(CASES) as readonly Case[];

function planned(id: Case): EnforcementPlan {
  const policy = { name: id, title: '', description: '', rules: { [id]: { mode: 'deny' as const } } };
  const { steps, ...where } = CASES[id];
  const options = { ...OPTIONS, excludedNamespaces: ['kube-system'], steps };
  return planSeveral([{ policy, ...where }], { ...library, rules: [ruleNamed(id)] }, options);
}

const object = (apiVersion: string, kind: string, name: string, namespace?: string): JsonObject => ({
  apiVersion,
  kind,
  metadata: { name, labels: {}, ...(namespace === undefined ? {} : { namespace }) },
  ...(kind === 'Namespace' ? {} : { rules: [] }),
});

/** None is there yet; each is tried by a dry run. */
const OBJECTS: readonly JsonObject[] = [
  object(`${RBAC}/v1`, 'Role', 'reader', 'shop'),
  object(`${RBAC}/v1`, 'Role', 'reader', 'other'),
  object(`${RBAC}/v1`, 'Role', 'reader', 'kube-system'),
  object(`${RBAC}/v1`, 'ClusterRole', 'reader'),
  // Named like a namespace, and in none.
  object(`${RBAC}/v1`, 'ClusterRole', 'shop'),
  object('v1', 'Namespace', 'billing'),
  object('v1', 'Namespace', 'else'),
];
const nameOf = (one: JsonObject): string =>
  [textAt(one, 'kind'), textAt(one, 'metadata', 'namespace'), textAt(one, 'metadata', 'name')].filter(Boolean).join(' ');

/** What replay says is denied, where nothing has the label. */
function deniedByReplay(id: Case): readonly string[] {
  const made = planned(id);
  const scan = OBJECTS.map((one, at) => ({ ...describeObject(one), id: at, verdicts: new Uint8Array(), findings: [] }));
  const replays = made.rules.map((rule) => ({
    rule,
    judged: scan.length,
    occurrences: scan.map((_, at) => ({ at, fact: 'fails' as const })),
  }));
  const met = replayOutcomes(made, replays, scan).rules.flatMap((rule) => rule.met);
  return met.flatMap(({ at, outcome }) => (outcome === 'denied' ? [nameOf(OBJECTS[at] ?? {})] : []));
}

it('a rule on some kinds says in which namespaces it is enforced, and that it means none else', () => {
  expect(deniedByReplay('deny-here')).toEqual(['Role shop reader']);
  expect(deniedByReplay('deny-only-here')).toEqual(['Role shop reader']);
  expect(deniedByReplay('deny-elsewhere')).toEqual([
    'Role other reader',
    'ClusterRole reader',
    'ClusterRole shop',
    'Namespace else',
  ]);
});

const SERVERS: readonly { readonly version: ServerVersion }[] = [{ version: '1.30' }, { version: '1.36' }];

describe.each(SERVERS)('on a real API server $version', ({ version }) => {
  const { available } = requireEnvtest(['etcd', `kube-apiserver-${version}`]);
  let server: ApiServer;
  let served: ServedKinds;

  beforeAll(async () => {
    if (!available) return;
    server = await startApiServer({ version });
    served = new ServedKinds(server);
    await server.apply(['shop', 'other'].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })));
    await server.apply(cases.flatMap((id) => planned(id).rules.flatMap((rule) => vapObjects(planned(id), rule, 'test'))));
    for (const id of cases) await active(id);
  }, 120_000);
  afterAll(async () => server?.stop());

  const create = async (one: JsonObject, id: Case): Promise<ApiResponse> => {
    const others = Object.fromEntries(cases.filter((other) => other !== id).map((other) => [other, 'yes']));
    const path = await served.collection(one, textAt(one, 'metadata', 'namespace') ?? '');
    const labelled = { ...one, metadata: { ...(one['metadata'] as JsonObject), labels: others } };
    return server.request('POST', `${path ?? ''}?dryRun=All`, labelled);
  };

  async function active(id: Case): Promise<void> {
    const surely = object(`${RBAC}/v1`, 'Role', 'reader', id === 'deny-elsewhere' ? 'other' : 'shop');
    for (let turn = 0; (await create(surely, id)).status !== 422; turn += 1) {
      if (turn > 200) throw new Error(`${id} is never active`);
      await new Promise((resume) => setTimeout(resume, 200));
    }
  }

  it.skipIf(!available).each(cases)('%s refuses what replay says, and nothing else', async (id) => {
    const refused: string[] = [];
    for (const one of OBJECTS) {
      const { status } = await create(one, id);
      expect([nameOf(one), status]).toEqual([nameOf(one), status === 422 ? 422 : 201]);
      if (status === 422) refused.push(nameOf(one));
    }
    expect(refused.toSorted()).toEqual([...deniedByReplay(id)].toSorted());
  });
});
