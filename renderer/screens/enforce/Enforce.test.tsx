import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { RULE_SEEDS, runOf, scanIdOf, sourceOf } from '../../testing/data.ts';
import { someError } from '../../testing/fake-client.ts';
import { driftOf, enforceState, type EnforceState } from '../../testing/fake-enforce.ts';
import { closeApp, openApp, type Opened } from '../../testing/render.tsx';

afterEach(closeApp);

const PAIR = { baseline: 'harbour-baseline', strict: 'harbour-strict' };
const input = ({ fake }: Opened, name: string): unknown => fake.calls.findLast((call) => call.name === name)?.input;
const state = (more: Partial<EnforceState>): EnforceState => ({ ...enforceState(), ...more });

async function openEnforce(path = '/enforce', more: Parameters<typeof openApp>[1] = {}): Promise<Opened> {
  const opened = openApp(path, { pair: PAIR, ...more });
  await screen.findByRole('heading', { name: 'Enforce' });
  return opened;
}

const totals = async (): Promise<HTMLElement> => screen.findByRole('region', { name: 'Totals' });
const total = async (name: RegExp): Promise<number> => {
  const text = (await within(await totals()).findByRole('link', { name })).textContent ?? '';
  return Number(/[\d,]+/.exec(text)?.[0]?.replaceAll(',', ''));
};

describe('the Enforce screen', () => {
  it('begins with the baseline, on the scan that all screens show', async () => {
    const opened = await openEnforce();
    await totals();
    expect(input(opened, 'enforce.preview')).toEqual({ policy: PAIR.baseline, target: 'vap', steps: [], scanId: scanIdOf(6) });
    expect(screen.getByText('harbour-baseline on harbour-prod #6')).toBeTruthy();
  });

  it('is reached by g e, and stands in the palette with its parts', async () => {
    const opened = openApp('/settings', { pair: PAIR });
    await screen.findByRole('heading', { name: 'Settings' });
    await opened.user.keyboard('ge');
    await screen.findByRole('heading', { name: 'Enforce' });
    await opened.user.keyboard('{Control>}k{/Control}drift');
    await opened.user.click(await screen.findByRole('option', { name: /^Drift: what the cluster has installed/ }));
    expect(location.search).toBe('?tab=drift');
  });

  it('counts anew in another mode, and the address carries it', async () => {
    const opened = await openEnforce();
    const denied = await total(/^Denied/);
    expect(denied).toBeGreaterThan(0);
    await opened.user.click(screen.getByRole('radio', { name: 'warn' }));
    await waitFor(async () => expect(await total(/^Warned of/)).toBe(denied));
    expect(await total(/^Denied/)).toBe(0);
    expect(location.search).toBe('?mode=warn');
    await opened.user.keyboard('m');
    expect(location.search).toBe('');
  });

  it('keeps the answer before until the new one is there, and says so', async () => {
    const opened = await openEnforce();
    await totals();
    const gate = Promise.withResolvers<void>();
    const { preview } = opened.fake.client.enforce;
    // The fake answers at once: here it is made to wait.
    Object.assign(opened.fake.client.enforce, {
      preview: async (...asked: Parameters<typeof preview>) => {
        await gate.promise;
        return preview(...asked);
      },
    });
    const denied = await total(/^Denied/);
    await opened.user.click(screen.getByRole('radio', { name: 'audit' }));
    expect(await screen.findByText('Worked out anew; this is the answer before')).toBeTruthy();
    expect(await total(/^Denied/)).toBe(denied);
    gate.resolve();
    await waitFor(async () => expect(await total(/^Denied/)).toBe(0));
    expect(screen.queryByText('Worked out anew; this is the answer before')).toBeNull();
  });

  it('goes further in some namespaces than everywhere else', async () => {
    const opened = await openEnforce('/enforce?mode=warn');
    await opened.user.click(await screen.findByRole('button', { name: 'Another mode for some…' }));
    await opened.user.type(screen.getByRole('textbox', { name: 'Namespaces' }), 'payments, checkout{Enter}');
    await waitFor(() =>
      expect(input(opened, 'enforce.preview')).toMatchObject({
        steps: [{ mode: 'warn' }, { mode: 'deny', namespaces: ['payments', 'checkout'] }],
      }),
    );
    await opened.user.click(screen.getByRole('button', { name: 'Remove' }));
    await waitFor(() => expect(location.search).toBe('?mode=warn'));
  });

  it('asks with target, left-out namespaces, version, failure policy and rollout step as they are chosen', async () => {
    const opened = await openEnforce();
    await opened.user.click(await screen.findByRole('radio', { name: 'Kyverno' }));
    const left = screen.getByRole('textbox', { name: /^Namespaces left out/ });
    await opened.user.clear(left);
    await opened.user.type(left, 'kube-system, ci-*{Enter}');
    await opened.user.selectOptions(screen.getByRole('combobox', { name: 'Kubernetes version' }), '1.30');
    await opened.user.click(screen.getByRole('radio', { name: /^Fail/ }));
    await opened.user.selectOptions(screen.getByRole('combobox', { name: 'Rollout step' }), 'warn');
    await waitFor(() =>
      expect(input(opened, 'enforce.preview')).toEqual({
        policy: PAIR.baseline,
        target: 'kyverno',
        steps: [],
        excludedNamespaces: ['kube-system', 'ci-*'],
        kubernetes: '1.30',
        failurePolicy: 'Fail',
        rollout: { step: 'warn' },
        scanId: scanIdOf(6),
      }),
    );
    await opened.user.click(screen.getByRole('button', { name: 'As by default' }));
    await waitFor(() => expect(input(opened, 'enforce.preview')).not.toHaveProperty('excludedNamespaces'));
  });

  it('leads every figure to the objects that it counts', async () => {
    const opened = await openEnforce();
    await opened.user.click(within(await totals()).getByRole('link', { name: /^Let through/ }));
    await screen.findByRole('grid', { name: 'Objects that would meet a rule' });
    expect(location.search).toBe('?tab=objects&outcome=letThrough');
    expect(input(opened, 'enforce.objects')).toMatchObject({ outcomes: ['letThrough'], offset: 0 });
  });

  it('groups by team, namespace and rule, and a group leads to its objects', async () => {
    const opened = await openEnforce();
    const teams = await screen.findByRole('grid', { name: 'Objects by team' });
    await opened.user.click(within(teams).getByRole('row', { name: /^no team/ }));
    await waitFor(() => expect(input(opened, 'enforce.objects')).toMatchObject({ team: '' }));
    expect(screen.getByRole('combobox', { name: 'Team' }).textContent).toContain('no team');
    await opened.user.keyboard('[[');
    await opened.user.click(await screen.findByRole('radio', { name: 'rule' }));
    expect(await screen.findByRole('grid', { name: 'Objects by rule' })).toBeTruthy();
    expect(location.search).toContain('by=rule');
  });

  it('shows what each developer would be told, and the way to the fix', async () => {
    const opened = await openEnforce('/enforce?tab=objects');
    const grid = await screen.findByRole('grid', { name: 'Objects that would meet a rule' });
    const rows = await within(grid).findAllByRole('row');
    await opened.user.click(rows[1] as HTMLElement);
    const drawer = await screen.findByRole('complementary');
    expect(within(drawer).getByText(/is refused, and reads:/)).toBeTruthy();
    expect(within(drawer).getByText(/: ask the platform team$/)).toBeTruthy();
    const link = within(drawer).getByRole('link', { name: 'The finding, and how to fix it' });
    expect(link.getAttribute('href')).toContain('/findings?policy=harbour-baseline&rule=rule-');
    await opened.user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('complementary')).toBeNull());
  });

  it('narrows objects by text, typed once and asked once', async () => {
    const opened = await openEnforce('/enforce?tab=objects');
    await opened.user.keyboard('/');
    await opened.user.keyboard('web-1');
    await waitFor(() => expect(input(opened, 'enforce.objects')).toMatchObject({ text: 'web-1' }));
    expect(opened.fake.calls.filter((call) => call.name === 'enforce.objects')).toHaveLength(2);
    await opened.user.clear(screen.getByRole('textbox', { name: /^Filter objects/ }));
    await opened.user.type(screen.getByRole('textbox', { name: /^Filter objects/ }), 'nothing-like-it');
    await opened.user.click(await screen.findByRole('button', { name: 'Clear filters' }));
    expect(await screen.findByRole('grid', { name: 'Objects that would meet a rule' })).toBeTruthy();
  });

  it('tries the plan on past scans, as a picture and as a table', async () => {
    const opened = await openEnforce();
    const past = await screen.findByRole('region', { name: 'On past scans' });
    expect((await within(past).findByRole('img')).getAttribute('aria-label')).toContain('scan 1: 20 denied, 0 warned of');
    await opened.user.keyboard('t');
    const table = within(past).getByRole('grid', { name: 'Past scans' });
    expect(within(table).getAllByRole('row')).toHaveLength(7);
  });

  it('lists rules with what they do where, what is narrowed, and what is not exported and why', async () => {
    const opened = await openEnforce('/enforce?tab=rules&mode=warn&mode=deny:payments');
    const grid = await screen.findByRole('grid', { name: 'Exported rules' });
    expect(within(grid).getAllByText('warn')).toHaveLength(16);
    expect(screen.getByText('16 rules, 1 narrowed; 1 waiver carried, 1 left out')).toBeTruthy();
    const skipped = screen.getByRole('grid', { name: 'Rules that are not exported' });
    expect(within(skipped).getByText('it looks at a second object (Service)')).toBeTruthy();
    await opened.user.click(within(grid).getByText('narrowed'));
    const drawer = await screen.findByRole('complementary');
    expect(within(drawer).getByText(/judges less than a scan: only envValues, arguments\./)).toBeTruthy();
    expect(within(drawer).getByText('until 2026-12-01')).toBeTruthy();
    expect(within(drawer).getByText('a place by its number cannot be told apart')).toBeTruthy();
    expect(within(drawer).getByText('everywhere but in payments')).toBeTruthy();
    expect(within(drawer).getByText('in payments')).toBeTruthy();
  });

  it('shows the rollout rule by rule, with the evidence of each day', async () => {
    const opened = await openEnforce('/enforce?tab=rollout');
    const grid = await screen.findByRole('grid', { name: 'Rollout by rule' });
    await opened.user.click(within(grid).getAllByRole('row')[1] as HTMLElement);
    const drawer = await screen.findByRole('complementary');
    expect(within(drawer).getByText('7 days of warnings')).toBeTruthy();
    expect(within(drawer).getByText(/^6 clean runs over 9 days, since 13 Nov 2026$/)).toBeTruthy();
    expect(screen.getAllByText('not foreseen').length).toBeGreaterThan(0);
  });

  it('shows files, and what to run: what changes nothing first', async () => {
    const opened = await openEnforce('/enforce?tab=files');
    const text = await screen.findByRole('region', { name: 'Text of validating-admission-policies.yaml' });
    expect(text.textContent).toContain('kind: ValidatingAdmissionPolicy');
    expect(screen.getAllByRole('heading', { level: 3 }).map((heading) => heading.textContent?.split(' ')[0])).toEqual([
      'Try',
      'Apply',
      'Take',
    ]);
    await opened.user.click(screen.getByRole('button', { name: 'rollback.yaml' }));
    expect(await screen.findByRole('region', { name: 'Text of rollback.yaml' })).toBeTruthy();
    expect(location.search).toBe('?tab=files&file=rollback.yaml');
  });

  it('says who can bypass it, and what is let through by design', async () => {
    await openEnforce('/enforce?tab=bypass');
    const grid = await screen.findByRole('grid', { name: 'Who can bypass it' });
    expect(within(grid).getByText('change policies')).toBeTruthy();
    expect(screen.getByText('Scaling by the subresource scale is not judged.')).toBeTruthy();
  });

  it('moves between its parts by keys', async () => {
    const opened = await openEnforce();
    await screen.findByRole('tablist');
    await opened.user.keyboard(']');
    expect(screen.getByRole('tab', { selected: true }).textContent).toBe('Objects');
    await opened.user.click(screen.getByRole('tab', { selected: true }));
    await opened.user.keyboard('{End}');
    expect(document.activeElement).toBe(screen.getByRole('tab', { name: 'Drift' }));
    await opened.user.keyboard('{ArrowRight}');
    expect(screen.getByRole('tab', { selected: true }).textContent).toBe('Effect');
  });
});

describe('saving an export', () => {
  it('asks first: the failure policy, and each rule that denies what is there', async () => {
    const opened = await openEnforce();
    await opened.user.click(await screen.findByRole('button', { name: 'Save 3 files…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Save 3 files' });
    const save = within(dialog).getByRole('button', { name: 'Save' });
    expect(save.hasAttribute('disabled')).toBe(true);
    expect(within(dialog).getByText('First: tick what would be denied, choose a failure policy.')).toBeTruthy();
    await opened.user.click(within(dialog).getByRole('checkbox', { name: 'Deny all of these' }));
    await opened.user.click(within(dialog).getByRole('radio', { name: /^Ignore/ }));
    await opened.user.clear(within(dialog).getByRole('textbox'));
    await opened.user.type(within(dialog).getByRole('textbox'), '/srv/policies');
    await opened.user.click(save);
    const done = await screen.findByRole('dialog', { name: '3 files saved' });
    expect(within(done).getByText('/srv/policies/rollback.yaml')).toBeTruthy();
    expect(within(done).getByText(/^kubectl apply --dry-run=server/)).toBeTruthy();
    const asked = input(opened, 'enforce.save') as { confirmed: string[] };
    expect(asked).toMatchObject({ policy: PAIR.baseline, folder: '/srv/policies', failurePolicy: 'Ignore' });
    expect(asked.confirmed.length).toBeGreaterThan(1);
  });

  it('asks nothing of what only warns', async () => {
    const opened = await openEnforce('/enforce?mode=warn');
    await screen.findByRole('button', { name: 'Save 3 files…' });
    await opened.user.keyboard('s');
    const dialog = await screen.findByRole('dialog', { name: 'Save 3 files' });
    expect(within(dialog).queryAllByRole('radio')).toEqual([]);
    expect(within(dialog).queryAllByRole('checkbox')).toEqual([]);
    await opened.user.click(within(dialog).getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(input(opened, 'enforce.save')).toMatchObject({ steps: [{ mode: 'warn' }], confirmed: [] }));
  });

  it('says why where the host refuses, and stays', async () => {
    const opened = await openEnforce('/enforce?mode=warn', { failing: { 'enforce.save': { ...someError, what: 'Not ours.' } } });
    await opened.user.click(await screen.findByRole('button', { name: 'Save 3 files…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Save 3 files' });
    await opened.user.click(within(dialog).getByRole('button', { name: 'Save' }));
    expect(await within(dialog).findByText('Not ours.')).toBeTruthy();
  });
});

describe('drift', () => {
  it('shows each state by icon and word, and narrows to one', async () => {
    const opened = await openEnforce('/enforce?tab=drift');
    const grid = await screen.findByRole('grid', { name: 'Policies installed and wanted' });
    expect(within(grid).getAllByRole('row')).toHaveLength(6);
    expect(screen.getByText('not read: ClusterPolicy: 403 forbidden')).toBeTruthy();
    await opened.user.click(screen.getByRole('button', { name: /^expired 1$/ }));
    await waitFor(() => expect(input(opened, 'enforce.drift')).toMatchObject({ states: ['expired'] }));
    await waitFor(() => expect(within(grid).getAllByRole('row')).toHaveLength(2));
  });

  it('tells what a foreign policy would deny on this scan', async () => {
    const opened = await openEnforce('/enforce?tab=drift');
    const grid = await screen.findByRole('grid', { name: 'Policies installed and wanted' });
    await opened.user.click(within(grid).getByRole('row', { name: /two-replicas/ }));
    const drawer = await screen.findByRole('complementary');
    expect(within(drawer).getByText('2 objects denied, 1 warned of')).toBeTruthy();
    const objects = await within(drawer).findByRole('grid', { name: 'Objects that this policy meets' });
    await opened.user.click(within(objects).getAllByRole('row')[1] as HTMLElement);
    expect(within(drawer).getByText('needs 3 replicas')).toBeTruthy();
  });

  it('does not take what was not read for missing', async () => {
    const empty = driftOf([]);
    const engines = empty.engines.map((engine) => ({ ...engine, status: 'unread' as const, reason: '403 forbidden' }));
    await openEnforce('/enforce?tab=drift', { enforce: state({ drift: { ...empty, engines } }) });
    expect(await screen.findByRole('heading', { name: 'What is installed is not known' })).toBeTruthy();
  });
});

describe('the Enforce screen while something is missing', () => {
  it('needs a scan first', async () => {
    openApp('/enforce', { sources: [] });
    expect(await screen.findByRole('heading', { name: 'Choose what to scan' })).toBeTruthy();
  });

  it('leads to a baseline where there is none, and judges by what there is', async () => {
    const opened = await openEnforce('/enforce', { pair: {} });
    await totals();
    expect(screen.getByRole('link', { name: 'Make one' }).getAttribute('href')).toBe('/ratchet');
    expect(input(opened, 'enforce.preview')).toMatchObject({ policy: 'default' });
  });

  it('says why nothing can be exported', async () => {
    const opened = await openEnforce('/enforce', { enforce: state({ exported: [] }) });
    expect(await screen.findByRole('heading', { name: 'None of these rules can be enforced' })).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Nothing to save' }).hasAttribute('disabled')).toBe(true);
    await opened.user.click(screen.getByRole('button', { name: 'Why, of 2 rules' }));
    expect(await screen.findByRole('grid', { name: 'Rules that are not exported' })).toBeTruthy();
  });

  it('says that a policy switches on no rule', async () => {
    await openEnforce('/enforce', { enforce: state({ exported: [], skipped: [] }) });
    expect(await screen.findByRole('heading', { name: 'This policy switches on no rule' })).toBeTruthy();
  });

  it('says plainly where nobody would notice', async () => {
    await openEnforce('/enforce', { enforce: state({ against: () => 0 }) });
    expect(await screen.findByRole('heading', { name: 'Nobody would notice' })).toBeTruthy();
  });

  it('says what is wrong, keeps what was chosen, and asks again', async () => {
    const opened = await openEnforce('/enforce?mode=warn', { failing: { 'enforce.preview': someError } });
    expect((await screen.findByRole('alert')).textContent).toContain(someError.why);
    expect(screen.getByRole('radio', { name: 'warn' }).getAttribute('aria-checked')).toBe('true');
    opened.fake.state.failing = {};
    await opened.user.click(screen.getByRole('button', { name: 'Retry' }));
    expect(await totals()).toBeTruthy();
  });

  it('says how much was read where rights are partial, and what RBAC does not tell', async () => {
    const { bypass } = enforceState();
    const partial = { sources: [sourceOf({ latest: runOf(6, { covered: 0.61, status: 'incomplete' }) })] };
    const unread = state({ bypass: { ...bypass, who: [], total: 0, unknown: 'The scan could not read ClusterRoles: 403' } });
    const opened = await openEnforce('/enforce', { ...partial, enforce: unread });
    expect(await screen.findByText(/^61 % of what can be listed was read/)).toBeTruthy();
    await opened.user.click(screen.getByRole('tab', { name: 'Bypass' }));
    expect(await screen.findByText('Not known: The scan could not read ClusterRoles: 403')).toBeTruthy();
  });

  it('draws no more rows than fit where there are very many', async () => {
    await openEnforce('/enforce?tab=objects', { enforce: state({ exported: RULE_SEEDS, against: () => 130 }) });
    const grid = await screen.findByRole('grid', { name: 'Objects that would meet a rule' });
    expect(Number(grid.getAttribute('aria-rowcount'))).toBeGreaterThan(10_000);
    expect(within(grid).getAllByRole('row').length).toBeLessThan(100);
  });
});
