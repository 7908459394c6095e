import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DecideInput } from '#core/api/inbox.ts';
import { openTestApp, temporaryFolder, tryScan, unwrap } from '#test/scan-app.ts';
import type { TestApp } from '#test/scan-app.ts';
import { deployment, service } from '#test/scan-objects.ts';
import type { Manifest } from '#test/scan-objects.ts';
import { writeFiles } from '#test/workspace.ts';

/** The loop over a folder of manifests: a real database, a real workspace folder, days that pass as the test says. */

const DAY = 86_400_000;
const START = Date.parse('2027-01-04T08:00:00Z');
const STRICT = ['apiVersion: plimsoll.dev/v1', 'kind: Policy', 'name: shop-strict', 'title: Strict', 'stage: strict', 'rules:'];
const strictOf = (...rules: readonly string[]): string => [...STRICT, ...rules.map((rule) => `  ${rule}: deny`), ''].join('\n');

const CUSTOM = `apiVersion: v1
policies:
  - name: till_prod
    isDefault: true
    rules:
      - identifier: CONTAINERS_MISSING_MEMORY_LIMIT_KEY
        messageOnFailure: set it
      - identifier: CUSTOM_TILL
        messageOnFailure: name the till
customRules:
  - identifier: CUSTOM_TILL
    name: Has a till
    defaultMessageOnFailure: name the till
    schema:
      required: [till]
`;

interface Loop {
  readonly app: TestApp & AsyncDisposable;
  readonly folder: string;
  day: number;
  /** Scans these objects on a day (from the start), as the source `shop`; gives the run's id. */
  scan(day: number, objects: readonly Manifest[], policy?: string): Promise<string>;
  write(files: Readonly<Record<string, string>>): void;
  read(file: string): string;
}

function openLoop(): Loop & { close(): Promise<void> } {
  const root = temporaryFolder();
  const [folder, manifests] = [join(root.path, 'workspace'), join(root.path, 'shop')];
  const loop = { day: 0 };
  const app = openTestApp({ database: join(root.path, 'plimsoll.db'), workspace: folder, now: () => START + loop.day * DAY });
  return {
    app,
    folder,
    get day() {
      return loop.day;
    },
    set day(day) {
      loop.day = day;
    },
    scan: async (day, objects, policy = 'default') => {
      loop.day = day;
      rmSync(manifests, { recursive: true, force: true });
      mkdirSync(manifests);
      objects.forEach((object, index) => writeFileSync(join(manifests, `${index}.yaml`), JSON.stringify(object)));
      return unwrap(await tryScan(app, { type: 'folder', path: manifests }, { name: 'shop', policy })).run.id;
    },
    write: (files) => writeFiles(folder, files),
    read: (file) => readFileSync(join(folder, file), 'utf8'),
    close: async () => {
      await app[Symbol.asyncDispose]();
      root[Symbol.dispose]();
    },
  };
}

const web = (replicas: number) => deployment('web', { replicas });
const api = (replicas: number) => deployment('api', { replicas, sound: true });
const RULES = ['replicas-min-two', 'service-no-node-port'];

describe('the workspace as services', () => {
  let loop: Loop & { close(): Promise<void> };
  let client: TestApp['client'];
  beforeEach(() => {
    loop = openLoop();
    client = loop.app.client;
  });
  afterEach(() => loop.close());

  const ratchet = async (scanId: string) =>
    unwrap(await client.ratchet.get({ baseline: 'shop-base', strict: 'shop-strict', scanId }));
  const acceptBaseline = async (scanId: string, rules: string[], freeze = false) =>
    unwrap(
      await client.ratchet.accept({
        name: 'shop-base',
        strict: 'shop-strict',
        rules,
        scanIds: [scanId],
        mode: 'warn',
        freeze,
        reason: 'it holds',
      }),
    );
  const inbox = async (scanId: string, policy = 'shop-strict') => unwrap(await client.inbox.list({ policy, scanId }));

  it('from the first scan to a baseline: proposed, accepted, bound beside the strict policy, ticked off, undone', async () => {
    const fresh = unwrap(await client.workspace.get({}));
    expect(fresh).toMatchObject({ exists: false, hash: '', pair: {}, problems: [] });
    expect(fresh.steps.filter(({ done }) => done)).toEqual([]);
    const scanId = await loop.scan(0, [web(1), api(3), service('web', 'ClusterIP')]);
    const proposal = unwrap(await client.ratchet.propose({ scanIds: [scanId], strict: 'all' }));
    const holds = proposal.rows.filter(({ place }) => place === 'holds').map(({ rule }) => rule);
    expect(holds).toContain('service-no-node-port');
    expect(proposal.rows.find(({ rule }) => rule === 'replicas-min-two')).toMatchObject({
      place: 'fails',
      failing: 1,
      namespaces: ['shop'],
    });
    const { page, change } = unwrap(
      await client.ratchet.accept({
        name: 'shop-base',
        strict: 'all',
        rules: holds,
        scanIds: [scanId],
        mode: 'warn',
        freeze: false,
        reason: 'first look',
      }),
    );
    expect(page.policy).toMatchObject({
      name: 'shop-base',
      stage: 'baseline',
      revision: 1,
      rules: holds.length,
      file: 'policies/shop-base.yaml',
    });
    expect(unwrap(await client.policies.revisions({ name: 'shop-base' }))).toMatchObject([
      { number: 1, kind: 'baseline', reason: 'first look', evidence: [scanId] },
    ]);
    const view = unwrap(await client.workspace.get({ scanId }));
    expect(view).toMatchObject({ exists: true, pair: { baseline: 'shop-base', strict: 'all' } });
    expect(view.problems).toEqual([]);
    const done = view.steps.filter((step) => step.done).map(({ id }) => id);
    expect(done).toEqual(expect.arrayContaining(['scan', 'baseline', 'strict']));
    unwrap(await client.workspace.undo({ change: change.id }));
    expect(unwrap(await client.workspace.get({}))).toMatchObject({ exists: true, pair: {} });
    expect(await client.policies.get({ name: 'shop-base' })).toMatchObject({ ok: false, error: { code: 'notFound' } });
  });

  it('a rule that passes consistently is ready, promoted with its evidence, proposed for demotion when it breaks, demoted', async () => {
    loop.write({ 'policies/strict.yaml': strictOf(...RULES) });
    const first = await loop.scan(0, [web(1), api(3), service('web', 'ClusterIP')]);
    await acceptBaseline(first, ['service-no-node-port']);
    expect((await ratchet(first)).gap).toMatchObject([{ rule: 'replicas-min-two', failing: 1 }]);
    const clean: string[] = [];
    for (let day = 1; day <= 8; day += 1) clean.push(await loop.scan(day, [web(2), api(3), service('web', 'ClusterIP')]));
    const last = clean.at(-1) ?? '';
    expect((await ratchet(clean[4] ?? '')).gap.map(({ rule }) => rule)).toEqual([]);
    const { ready, gap, held } = await ratchet(last);
    expect(gap).toEqual([]);
    expect(held).toMatchObject([{ rule: 'service-no-node-port', debt: 0 }]);
    expect(ready).toMatchObject([
      { rule: 'replicas-min-two', applicable: 2, streaks: [{ source: 'shop', runs: 8, days: 7, enough: true }] },
    ]);

    const promoted = unwrap(
      await client.ratchet.promote({
        rules: ['replicas-min-two'],
        to: 'shop-base',
        strict: 'shop-strict',
        scanId: last,
        reason: 'it holds',
        force: false,
      }),
    );
    expect(loop.read('policies/shop-base.yaml')).toContain('  replicas-min-two:\n    mode: warn\n    reason: it holds\n');
    const [revision] = unwrap(await client.policies.revisions({ name: 'shop-base' }));
    expect(revision).toMatchObject({
      number: 2,
      kind: 'promotion',
      changes: ['+ replicas-min-two (warn)'],
      evidence: clean.toReversed(),
    });
    expect((await ratchet(last)).held.find(({ rule }) => rule === 'replicas-min-two')?.promoted).toMatchObject({
      revision: 2,
      change: { id: promoted.change.id },
    });
    expect((await ratchet(last)).ticks.map(({ rules }) => rules)).toEqual([1, 2]);

    const broken = await loop.scan(9, [web(1), api(3), service('web', 'ClusterIP')]);
    expect((await ratchet(broken)).held[0]).toMatchObject({
      rule: 'replicas-min-two',
      regressed: { total: 1, objects: [{ kind: 'Deployment', namespace: 'shop', name: 'web' }] },
    });
    expect((await inbox(broken, 'shop-base')).items).toMatchObject([{ kind: 'demotion', rule: 'replicas-min-two', objects: 1 }]);
    unwrap(
      await client.ratchet.demote({ rules: ['replicas-min-two'], from: 'shop-base', scanId: broken, reason: 'web needs one' }),
    );
    expect((await ratchet(broken)).held.map(({ rule }) => rule)).toEqual(['service-no-node-port']);
    expect((await inbox(broken, 'shop-base')).items).toEqual([]);
  });

  it('nothing is promoted that is not ready, unless forced, and then the revision says so', async () => {
    loop.write({ 'policies/strict.yaml': strictOf(...RULES) });
    const scanId = await loop.scan(0, [web(2), service('web', 'ClusterIP')]);
    await acceptBaseline(scanId, ['service-no-node-port']);
    const ask = { rules: ['replicas-min-two'], to: 'shop-base', strict: 'shop-strict', scanId, reason: 'we know' };
    expect(await client.ratchet.promote({ ...ask, force: false })).toMatchObject({ ok: false, error: { code: 'invalidInput' } });
    unwrap(await client.ratchet.promote({ ...ask, force: true }));
    const [revision] = unwrap(await client.policies.revisions({ name: 'shop-base' }));
    expect(revision?.reason).toBe('we know (not ready, taken all the same: replicas-min-two)');
  });

  it('every failure gets a decision: to fix, waived, switched off, debt; the inbox is then empty', async () => {
    const rules = ['replicas-min-two', 'service-no-node-port', 'memory-limit', 'cpu-limit'];
    loop.write({ 'policies/strict.yaml': strictOf(...rules) });
    const scanId = await loop.scan(0, [web(1), service('web', 'NodePort')]);
    const before = await inbox(scanId);
    expect(before.items.map(({ rule, kind }) => `${kind} ${rule}`).toSorted()).toEqual(
      rules.toSorted().map((rule) => `undecided ${rule}`),
    );
    expect(before.items[0]?.example?.object.namespace).toBe('shop');
    const policy = 'shop-strict';
    unwrap(await client.inbox.decide({ decision: 'fix', policy, rule: 'replicas-min-two', assignee: 'ada', due: '2027-01-10' }));
    unwrap(await client.inbox.decide({ decision: 'disable', policy, rule: 'cpu-limit', reason: 'not ours' }));
    unwrap(
      await client.inbox.decide({
        decision: 'waive',
        waiver: {
          rule: 'service-no-node-port',
          namespaces: ['shop'],
          reason: 'until the gateway is there',
          expires: '2027-01-08',
          owner: 'till',
        },
      }),
    );
    unwrap(await client.inbox.decide({ decision: 'debt', policy, rule: 'memory-limit', scanId }));
    const after = await inbox(scanId);
    expect(after.items.map(({ kind, rule }) => [kind, rule])).toEqual([['expiring', 'service-no-node-port']]);
    expect(after.decided).toEqual({ fix: 1, disable: 1, waive: 1, debt: 1 });
    expect(unwrap(await client.waivers.list({ scanId, policy })).waivers).toMatchObject([
      {
        id: 'service-no-node-port-shop',
        origin: 'file',
        state: 'expiring',
        findings: 1,
        objects: 1,
        file: 'waivers/service-no-node-port-shop.yaml',
      },
    ]);
    const rows = unwrap(await client.findings.groups({ scanId, policy, filter: {}, groupBy: 'rule' }));
    expect(JSON.stringify(rows)).toContain('memory-limit');
    loop.day = 8;
    const late = await inbox(scanId);
    expect(late.items.map(({ kind, rule }) => [kind, rule])).toEqual(
      expect.arrayContaining([
        ['overdue', 'replicas-min-two'],
        ['expired', 'service-no-node-port'],
        ['undecided', 'service-no-node-port'],
      ]),
    );
    unwrap(await client.waivers.change({ id: 'service-no-node-port-shop', patch: { expires: '2027-03-01' } }));
    expect((await inbox(scanId)).items.map(({ kind }) => kind)).toEqual(['overdue']);
    unwrap(await client.waivers.remove({ id: 'service-no-node-port-shop', reason: 'gone' }));
    expect((await inbox(scanId)).counts).toMatchObject({ undecided: 1, overdue: 1, waivers: 0 });
  });

  it('waivers of some policies are seen through them, those of objects with their annotation, and stale ones are said', async () => {
    loop.write({
      'policies/strict.yaml': strictOf('replicas-min-two'),
      'waivers/web.yaml':
        'apiVersion: plimsoll.dev/v1\nkind: Waiver\nid: web\nrule: replicas-min-two\npolicies: [shop-strict]\nnamespaces: [shop]\nreason: old\n',
      'waivers/gone.yaml':
        'apiVersion: plimsoll.dev/v1\nkind: Waiver\nid: gone\nrule: service-no-node-port\nnamespaces: [shop]\nreason: old\n',
      'waivers/far.yaml':
        'apiVersion: plimsoll.dev/v1\nkind: Waiver\nid: far\nrule: service-no-node-port\nnamespaces: [elsewhere]\nreason: old\n',
    });
    const annotated = deployment('api', { annotations: { 'plimsoll.dev/waive.memory-limit': 'measured' } });
    const scanId = await loop.scan(0, [web(1), annotated, service('web', 'ClusterIP')]);
    const { waivers } = unwrap(await client.waivers.list({ scanId }));
    expect(waivers.map(({ id, state, findings, at }) => [id ?? at?.annotation, state, findings])).toEqual([
      ['far', 'live', 0],
      ['gone', 'stale', 0],
      ['web', 'live', 1],
      ['plimsoll.dev/waive.memory-limit', 'live', 1],
    ]);
  });

  it('a decision is refused that could not count: of a rule that is off, until a day that is over, in a policy that is not there', async () => {
    loop.write({ 'policies/strict.yaml': strictOf(...RULES) });
    const scanId = await loop.scan(0, [web(1)]);
    const policy = 'shop-strict';
    const waiver = { rule: 'replicas-min-two', namespaces: ['shop'], reason: 'soon' };
    const said: string[] = [];
    const inputs: readonly DecideInput[] = [
      { decision: 'fix', policy, rule: 'cpu-limit' },
      { decision: 'debt', policy, rule: 'cpu-limit', scanId },
      { decision: 'fix', policy, rule: 'replicas-min-two', due: '2027-01-03' },
      { decision: 'waive', waiver: { ...waiver, expires: '2027-01-03' } },
      { decision: 'waive', waiver: { ...waiver, policies: ['shop-strikt'] } },
    ];
    for (const input of inputs) {
      const decided = await client.inbox.decide(input);
      said.push(decided.ok ? 'done' : decided.error.what);
    }
    expect(said).toEqual([
      "The policy 'shop-strict' does not judge 'cpu-limit'.",
      "The policy 'shop-strict' does not judge 'cpu-limit'.",
      '2027-01-03 is over.',
      '2027-01-03 is over.',
      "There is no policy named 'shop-strikt'.",
    ]);
    unwrap(await client.inbox.decide({ decision: 'waive', waiver: { ...waiver, expires: '2027-01-04' } }));
    expect((await inbox(scanId)).counts.undecided).toBe(0);
  });

  it('a baseline takes neither the name of a policy that ships nor the place of a strict one', async () => {
    loop.write({ 'policies/strict.yaml': strictOf(...RULES) });
    const scanId = await loop.scan(0, [web(2)]);
    const ask = { strict: 'datree-default', rules: [], scanIds: [scanId], reason: '' };
    for (const name of ['all', 'datree-default', 'shop-strict'])
      expect(await client.ratchet.accept({ ...ask, name })).toMatchObject({ ok: false, error: { code: 'invalidInput' } });
    expect(loop.read('policies/strict.yaml')).toBe(strictOf(...RULES));
    expect(unwrap(await client.policies.get({ name: 'datree-default' })).policy.origin).toBe('template');
    for (const name of ['../evil', 'b', 'Shop'])
      expect(await client.ratchet.accept({ ...ask, name })).toMatchObject({ ok: false });
    expect(existsSync(join(loop.folder, 'policies/b.yaml'))).toBe(false);
  });

  it('debt freezes what fails; it shrinks by itself with what is fixed, and a new failure is no debt', async () => {
    loop.write({ 'policies/strict.yaml': strictOf('replicas-min-two') });
    const scanId = await loop.scan(0, [web(1), deployment('api', { replicas: 1, sound: true })]);
    await acceptBaseline(scanId, ['replicas-min-two'], true);
    const held = async (id: string) => (await ratchet(id)).held[0];
    expect(await held(scanId)).toMatchObject({ debt: 2 });
    expect((await held(scanId))?.regressed).toBeUndefined();
    const fixed = await loop.scan(1, [web(1), api(3)]);
    expect(loop.read('debt/shop-base--shop.yaml')).toContain('name: web');
    expect(loop.read('debt/shop-base--shop.yaml')).not.toContain('name: api');
    expect(await held(fixed)).toMatchObject({ debt: 1 });
    const worse = await loop.scan(2, [web(1), deployment('api', { replicas: 1, sound: true })]);
    expect(await held(worse)).toMatchObject({ debt: 1, regressed: { total: 1, objects: [{ name: 'api' }] } });
    await loop.scan(3, [web(2), api(3)]);
    expect(() => loop.read('debt/shop-base--shop.yaml')).toThrow('ENOENT');
  });

  it('the editor says whether waivers by annotation count in a cluster too, of itself or as inherited', async () => {
    const child = (more: string) =>
      strictOf('replicas-min-two').replaceAll('shop-strict', 'shop-child').replace('rules:', `${more}rules:`);
    loop.write({ 'policies/strict.yaml': strictOf('replicas-min-two'), 'policies/child.yaml': child('extends: shop-strict\n') });
    const saved = async (name: string, exportAnnotationWaivers: boolean | null) => {
      const { hash } = unwrap(await client.policies.get({ name }));
      unwrap(await client.policies.save({ name, hash, patch: { exportAnnotationWaivers }, reason: 'wanted' }));
      return unwrap(await client.policies.get({ name: 'shop-child' })).exportAnnotationWaivers;
    };
    expect(await saved('shop-strict', true)).toEqual({ value: true, inherited: true });
    expect(loop.read('policies/strict.yaml')).toContain('exportAnnotationWaivers: true');
    expect(await saved('shop-child', false)).toEqual({ value: false, own: false, inherited: true });
    const plan = unwrap(await client.enforce.preview({ policy: 'shop-strict', target: 'vap', failurePolicy: 'Ignore' }));
    expect(plan.annotationWaivers).toEqual(['shop-strict']);
    expect(await saved('shop-child', null)).toEqual({ value: true, inherited: true });
    expect(loop.read('policies/child.yaml')).toBe(child('extends: shop-strict\n'));
  });

  it('the editor counts before anything is saved, saves minimal text, and never over somebody else', async () => {
    loop.write({ 'policies/strict.yaml': `# ours\n${strictOf('replicas-min-two')}` });
    const scanId = await loop.scan(0, [web(1), api(3), service('web', 'NodePort')]);
    const page = unwrap(await client.policies.get({ name: 'shop-strict', scanId }));
    const row = (rule: string) => page.rules.find((one) => one.rule === rule);
    expect(page).toMatchObject({ objects: 3, clean: 2, chain: ['shop-strict'] });
    expect(row('replicas-min-two')).toMatchObject({ mode: 'deny', counts: { fail: 1, pass: 1 }, failing: { objects: 1 } });
    expect(row('service-no-node-port')).toMatchObject({ mode: 'off', counts: { fail: 1 }, failing: { objects: 1, findings: 1 } });
    const patch = { rules: { 'service-no-node-port': { mode: 'warn' as const } } };
    const preview = unwrap(await client.policies.preview({ name: 'shop-strict', patch, scanId }));
    expect(preview).toMatchObject({
      changes: 1,
      turnsOn: ['service-no-node-port'],
      before: { objects: 3, clean: 2, findings: 1 },
      after: { objects: 3, clean: 1, findings: 2 },
      startFailingTotal: 1,
      startFailing: [{ kind: 'Service', name: 'web' }],
    });
    const saved = unwrap(await client.policies.save({ name: 'shop-strict', hash: page.hash, patch, reason: 'wanted' }));
    expect(loop.read('policies/strict.yaml')).toBe(`# ours\n${strictOf('replicas-min-two')}  service-no-node-port: warn\n`);
    expect(saved.page.policy).toMatchObject({ revision: 2, rules: 2 });
    const stale = await client.policies.save({ name: 'shop-strict', hash: page.hash, patch: { title: 'x' }, reason: '' });
    expect(stale).toMatchObject({ ok: false, error: { code: 'conflict', where: 'policies/strict.yaml' } });
    unwrap(await client.policies.restore({ name: 'shop-strict', number: 1, reason: 'back' }));
    expect(loop.read('policies/strict.yaml')).toBe(`# ours\n${strictOf('replicas-min-two')}`);
    expect(
      unwrap(await client.policies.diff({ from: { name: 'shop-strict', revision: 2 }, to: { name: 'shop-strict' } })).rows,
    ).toMatchObject([{ rule: 'service-no-node-port', change: 'removed', before: { mode: 'warn' } }]);
    expect(await client.policies.save({ name: 'datree-default', hash: '', patch: { title: 'x' }, reason: '' })).toMatchObject({
      ok: false,
      error: { code: 'invalidInput' },
    });
  });

  it('an edit from outside is seen with the next call, and told of', async () => {
    loop.write({ 'policies/strict.yaml': strictOf('replicas-min-two') });
    expect(unwrap(await client.policies.list()).find(({ name }) => name === 'shop-strict')).toMatchObject({
      rules: 1,
      revision: 1,
    });
    loop.write({ 'policies/strict.yaml': strictOf(...RULES) });
    expect(unwrap(await client.policies.list()).find(({ name }) => name === 'shop-strict')).toMatchObject({
      rules: 2,
      revision: 2,
    });
    expect(loop.app.events).toContainEqual({ type: 'changed', what: 'workspace' });
    loop.write({ 'policies/strict.yaml': strictOf('no-such-rule') });
    expect(unwrap(await client.workspace.get({})).problems).toMatchObject([{ file: 'policies/strict.yaml', line: 7 }]);
  });

  it('the workspace is saved part by part; bindings are previewed, and decide what a policy governs', async () => {
    loop.write({ 'policies/strict.yaml': strictOf(...RULES) });
    const scanId = await loop.scan(0, [web(1), deployment('pay', { namespace: 'pay', replicas: 1 })]);
    const { hash } = unwrap(await client.workspace.get({}));
    const { view } = unwrap(
      await client.workspace.save({ hash, name: 'shop', teams: [{ name: 'till', contacts: [], needs: ['to deploy'] }] }),
    );
    expect(loop.read('workspace.yaml')).toContain('teams:\n  - name: till\n    needs:\n      - to deploy\n');
    const bindings = [{ policies: { strict: 'shop-strict' }, namespaces: ['pay'] }];
    expect(unwrap(await client.workspace.preview({ scanId, bindings }))).toMatchObject({
      bindings: [{ objects: 1, namespaces: ['pay'] }],
      none: { objects: 1, namespaces: ['shop'] },
      twice: [],
    });
    expect(unwrap(await client.policies.get({ name: 'shop-strict', scanId }))).toMatchObject({ objects: 2 });
    unwrap(await client.workspace.save({ hash: view.hash, bindings }));
    expect(unwrap(await client.policies.get({ name: 'shop-strict', scanId }))).toMatchObject({ objects: 1 });
    expect(await client.workspace.save({ hash: view.hash, name: 'late' })).toMatchObject({
      ok: false,
      error: { code: 'conflict' },
    });
    const bad = [{ name: 'shop', kind: 'manifests' as const, labels: {}, branches: [], schedule: '61 * * * *' }];
    const { hash: now } = unwrap(await client.workspace.get({}));
    expect(await client.workspace.save({ hash: now, sources: bad })).toMatchObject({
      ok: false,
      error: { code: 'invalidInput' },
    });
  });

  it('a run’s own figures are those of its policy as the workspace sees it', async () => {
    loop.write({
      'policies/strict.yaml': strictOf('replicas-min-two'),
      'waivers/web.yaml':
        'apiVersion: plimsoll.dev/v1\nkind: Waiver\nid: web\nrule: replicas-min-two\nnamespaces: [shop]\nreason: old\n',
    });
    unwrap(await client.settings.set({ policy: 'shop-strict' }));
    const scanId = await loop.scan(0, [web(1), deployment('pay', { namespace: 'pay', replicas: 1 })], 'shop-strict');
    const [run] = unwrap(await client.history.list({})).runs;
    const overview = unwrap(await client.overview.get({ scanId, policy: 'shop-strict' }));
    expect(overview).toMatchObject({ waived: 1, posture: { pass: 0, fail: 1 } });
    expect(run).toMatchObject({ id: scanId, policy: 'shop-strict', posture: { pass: 0, fail: 1 }, failing: overview.failing });
  });

  it('history is filtered by policy, and by product and environment of the workspace', async () => {
    await loop.scan(0, [web(1)]);
    loop.write({
      'workspace.yaml':
        'apiVersion: plimsoll.dev/v1\nkind: Workspace\nsources:\n  - {name: shop, kind: manifests, product: till}\n',
    });
    const total = async (filter: Parameters<typeof client.history.list>[0]) => unwrap(await client.history.list(filter)).total;
    expect(await total({ product: ['till'] })).toBe(1);
    expect(await total({ product: ['other'] })).toBe(0);
    expect(await total({ product: ['till'], environment: ['prod'] })).toBe(0);
    expect(await total({ policy: ['default'] })).toBe(1);
    expect(await total({ policy: ['strict'] })).toBe(0);
  });

  it('feedback is asked, answered in the app or in the file, and closed', async () => {
    loop.write({ 'policies/strict.yaml': strictOf(...RULES) });
    await loop.scan(0, [web(1)]);
    const { change } = unwrap(await client.feedback.start({ policy: 'shop-strict' }));
    const [round] = unwrap(await client.feedback.get({})).rounds;
    expect(round).toMatchObject({ id: '2027-01-04', file: change.files[0] });
    expect(round?.questions.map(({ rule }) => rule)).toEqual(RULES);
    unwrap(
      await client.feedback.answer({ round: '2027-01-04', rule: 'replicas-min-two', vote: 'drop', comment: 'one is enough' }),
    );
    expect(loop.read('feedback/2027-01-04.yaml')).toContain('vote: drop');
    expect(unwrap(await client.feedback.get({})).noisy).toMatchObject([{ rule: 'replicas-min-two', against: 1 }]);
    unwrap(await client.feedback.close({ round: '2027-01-04' }));
    expect(await client.feedback.answer({ round: '2027-01-04', rule: 'replicas-min-two', vote: 'keep' })).toMatchObject({
      ok: false,
    });
    loop.day = 91;
    expect(unwrap(await client.feedback.get({}))).toMatchObject({ isDue: true, due: '2027-04-04' });
  });

  it('policies go out as text and come in again, ours and Datree’s', async () => {
    loop.write({ 'policies/strict.yaml': strictOf(...RULES) });
    const own = unwrap(await client.policies.export({ names: ['shop-strict'], format: 'plimsoll' }));
    const ask = { format: 'plimsoll' as const, tolerant: false, apply: true };
    expect(unwrap(await client.policies.import({ ...ask, text: own.text }))).toMatchObject({
      applied: false,
      problems: [{ severity: 'error' }],
    });
    const copy = own.text.replace('shop-strict', 'shop-copy');
    expect(unwrap(await client.policies.import({ ...ask, text: copy }))).toMatchObject({
      applied: true,
      policies: [{ as: 'shop-copy' }],
    });
    expect(unwrap(await client.policies.get({ name: 'shop-copy' })).policy).toMatchObject({ rules: 2, revision: 1 });
    const datree = unwrap(await client.policies.export({ names: ['datree-default'], format: 'datree' }));
    const imported = unwrap(
      await client.policies.import({ text: datree.text, format: 'datree', tolerant: false, apply: true, reason: 'moving' }),
    );
    expect(imported).toMatchObject({ applied: true, problems: [] });
    const [policy] = imported.policies;
    const page = unwrap(await client.policies.get({ name: policy?.as ?? '' }));
    expect(page.policy.rules).toBe(policy?.rules.length);
    const custom = unwrap(await client.policies.import({ text: CUSTOM, format: 'datree', tolerant: true, apply: true }));
    expect(custom).toMatchObject({
      applied: true,
      policies: [{ as: 'till-prod' }],
      notEvaluated: [{ identifier: 'CUSTOM_TILL' }],
    });
    const out = unwrap(await client.policies.export({ names: ['till-prod'], format: 'datree' }));
    expect(out.text).toContain('CUSTOM_TILL');
    expect(out.text).toContain('identifier: CONTAINERS_MISSING_MEMORY_LIMIT_KEY');
    const again = unwrap(await client.policies.import({ text: CUSTOM, format: 'datree', tolerant: true, apply: true }));
    expect(again.policies).toMatchObject([{ as: 'till-prod-2' }]);
    const renamed = unwrap(await client.policies.export({ names: ['till-prod-2'], format: 'datree' }));
    expect(renamed.text.match(/CUSTOM_TILL/g)).toEqual(out.text.match(/CUSTOM_TILL/g));
    expect(unwrap(await client.policies.revisions({ name: policy?.as ?? '' }))[0]).toMatchObject({
      kind: 'import',
      reason: 'moving',
    });
  });

  it('a policy is made, extended, and not removed while it is used', async () => {
    unwrap(await client.policies.create({ name: 'org-base', title: 'Organisation', from: 'datree-starter', reason: 'start' }));
    unwrap(
      await client.policies.create({ name: 'shop-base', title: 'Shop', extends: 'org-base', stage: 'baseline', reason: 'start' }),
    );
    expect(unwrap(await client.policies.get({ name: 'shop-base' })).chain).toEqual(['shop-base', 'org-base']);
    expect(await client.policies.create({ name: 'org-base', title: 'x', reason: '' })).toMatchObject({
      ok: false,
      error: { code: 'invalidInput' },
    });
    expect(await client.policies.create({ name: 'all', title: 'x', reason: '' })).toMatchObject({
      ok: false,
      error: { code: 'invalidInput' },
    });
    expect(await client.policies.remove({ name: 'org-base', reason: '' })).toMatchObject({
      ok: false,
      error: { what: "The policy 'org-base' is still used." },
    });
    unwrap(await client.policies.remove({ name: 'shop-base', reason: 'done' }));
    unwrap(await client.policies.remove({ name: 'org-base', reason: 'done' }));
    expect(unwrap(await client.policies.revisions({ name: 'org-base' }))[0]).toMatchObject({ number: 2, changes: ['removed'] });
  });
});
