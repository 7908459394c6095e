import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { scanIdOf } from '../../testing/data.ts';
import { someError } from '../../testing/fake-client.ts';
import { ratchetOf } from '../../testing/fake-ratchet.ts';
import { closeApp, openApp, type Opened } from '../../testing/render.tsx';

afterEach(closeApp);

const PAIR = { baseline: 'harbour-baseline', strict: 'harbour-strict' };
const view = ratchetOf();
const input = (opened: Opened, name: string): unknown => opened.fake.calls.findLast((call) => call.name === name)?.input;

async function openRatchet(state: Parameters<typeof openApp>[1] = {}, path = '/ratchet'): Promise<Opened> {
  const opened = openApp(path, { pair: PAIR, ...state });
  await screen.findByRole('heading', { name: 'Ratchet' });
  return opened;
}

const lane = (name: string): HTMLElement => screen.getByRole('grid', { name });
const rowsIn = (name: string): readonly HTMLElement[] =>
  within(lane(name))
    .getAllByRole('row')
    .filter((row) => row.classList.contains('lane-row') && within(row).queryAllByRole('gridcell').length > 0);

describe('the Ratchet screen', () => {
  it('stands every rule of the pair in one of three lanes', async () => {
    const opened = await openRatchet();
    expect(rowsIn('Baseline')).toHaveLength(view.held.length);
    expect(rowsIn('Ready')).toHaveLength(view.ready.length);
    expect(rowsIn('Gap')).toHaveLength(view.gap.length);
    expect(input(opened, 'ratchet.get')).toEqual({ ...PAIR, scanId: scanIdOf(6) });
  });

  it('shows regressions on top, with the way to what broke them', async () => {
    await openRatchet();
    const notice = screen.getByRole('region', { name: 'Regressions' });
    expect(within(notice).getByRole('heading', { name: '2 baseline rules regressed' })).toBeTruthy();
    expect(within(notice).getAllByRole('link', { name: '3 objects' })[0]?.getAttribute('href')).toBe(
      '/findings?policy=harbour-baseline&rule=rule-01&verdict=fail',
    );
    expect(rowsIn('Baseline')[0]?.textContent).toContain('3 fail');
  });

  it('promotes by one click, with the evidence as its reason, and takes it back', async () => {
    const opened = await openRatchet();
    const first = rowsIn('Ready')[0] as HTMLElement;
    await opened.user.click(within(first).getByRole('button', { name: /^Promote/ }));
    expect(input(opened, 'ratchet.promote')).toMatchObject({
      to: PAIR.baseline,
      strict: PAIR.strict,
      scanId: scanIdOf(6),
      reason: expect.stringMatching(/^Passed consistently: 5 clean runs over 9 days in harbour-prod/),
    });
    const toast = await screen.findByText('1 rule promoted to harbour-baseline');
    await opened.user.click(within(toast).getByRole('button', { name: 'Undo' }));
    expect(input(opened, 'workspace.undo')).toBeTruthy();
  });

  it('promotes by keyboard: p to the lane, j to the rule, p', async () => {
    const opened = await openRatchet();
    await opened.user.keyboard('p');
    expect(document.activeElement).toBe(lane('Ready'));
    expect(input(opened, 'ratchet.promote')).toBeUndefined();
    await opened.user.keyboard('jp');
    await waitFor(() => expect((input(opened, 'ratchet.promote') as { rules: string[] }).rules).toHaveLength(1));
  });

  it('promotes all ready rules as one revision', async () => {
    const opened = await openRatchet();
    await opened.user.click(screen.getByRole('button', { name: 'Promote 5 ready…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Promote 5 ready rules' });
    await opened.user.click(within(dialog).getByRole('button', { name: 'Promote 5 rules' }));
    await waitFor(() => expect(input(opened, 'ratchet.promote')).toMatchObject({ rules: view.ready.map((row) => row.rule) }));
  });

  it('demotes what regressed, only the rules that stay ticked', async () => {
    const opened = await openRatchet();
    await opened.user.click(screen.getByRole('button', { name: 'Propose demotion…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Demote from the baseline' });
    await opened.user.click(within(dialog).getAllByRole('checkbox')[0] as HTMLElement);
    await opened.user.click(within(dialog).getByRole('button', { name: 'Demote 1 rule' }));
    await waitFor(() =>
      expect(input(opened, 'ratchet.demote')).toEqual({
        rules: ['rule-02'],
        from: PAIR.baseline,
        scanId: scanIdOf(6),
        reason: 'Regressed: rule-02 fails on 3 new objects.',
      }),
    );
  });

  it('takes the last promotion back from the lane itself', async () => {
    const opened = await openRatchet();
    await opened.user.click(screen.getByRole('button', { name: 'Undo' }));
    expect(input(opened, 'workspace.undo')).toEqual({ change: view.held[7]?.promoted?.change?.id });
  });

  it('lists the runs behind a rule, with their counts, in a drawer that the address carries', async () => {
    const opened = await openRatchet();
    await opened.user.click(rowsIn('Ready')[0] as HTMLElement);
    const drawer = await screen.findByRole('complementary');
    expect(location.search).toMatch(/rule=rule-/);
    const tables = within(drawer).getAllByRole('table');
    expect(tables).toHaveLength(2);
    const rows = within(tables[0] as HTMLElement).getAllByRole('row');
    expect(rows[1]?.textContent).toContain('1860');
    expect(rows.at(-1)?.textContent).toContain('2 objects fail');
    await opened.user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('complementary')).toBeNull());
  });

  it('says under the gap what makes the rule at hand ready', async () => {
    const opened = await openRatchet();
    await opened.user.hover(rowsIn('Gap')[0] as HTMLElement);
    expect(await screen.findAllByText(/^Fix 4 objects in \d teams? and the rule is ready\.$/)).not.toHaveLength(0);
  });

  it('shows which objects move most, and leads to their findings', async () => {
    const opened = await openRatchet();
    await opened.user.click(screen.getByRole('radio', { name: 'What moves most' }));
    const row = within(lane('Gap')).getByRole('row', { name: /ledger-api.*3 rules/ });
    await opened.user.click(row);
    expect(location.pathname).toBe('/findings');
    expect(new URLSearchParams(location.search).get('text')).toBe('ledger-api');
  });

  it('reads another pair where the address or the chooser names one', async () => {
    const opened = await openRatchet();
    await opened.user.selectOptions(screen.getByRole('combobox', { name: 'Strict policy' }), 'all');
    await waitFor(() => expect(input(opened, 'ratchet.get')).toMatchObject({ baseline: PAIR.baseline, strict: 'all' }));
    expect(location.search).toBe('?policy=all');
  });

  it('leads the criteria to where they are set', async () => {
    await openRatchet();
    expect(screen.getByRole('link', { name: 'Criteria: 5 runs, 7 days' }).getAttribute('href')).toBe('/workspace');
  });
});

describe('the Ratchet screen while something is missing', () => {
  it('asks first what every workload should meet', async () => {
    const { user } = openApp('/ratchet');
    await screen.findByRole('heading', { name: 'What should every workload meet?' });
    await user.click(await screen.findByRole('link', { name: /Every rule/ }));
    expect(location.search).toBe('?policy=all');
    expect(await screen.findByRole('heading', { name: 'No baseline yet' })).toBeTruthy();
  });

  it('makes the baseline from there', async () => {
    const { user } = openApp('/ratchet', { pair: { strict: PAIR.strict } });
    await user.click(await screen.findByRole('button', { name: 'Make a baseline…' }));
    expect(await screen.findByRole('dialog', { name: 'Make a baseline' })).toBeTruthy();
  });

  it('says what is wrong, and asks again', async () => {
    const { user, fake } = openApp('/ratchet', { pair: PAIR, failing: { 'ratchet.get': someError } });
    expect((await screen.findByRole('alert')).textContent).toContain(someError.why);
    fake.state.failing = {};
    await user.click(screen.getByRole('button', { name: 'Retry' }));
    expect(await screen.findByRole('heading', { name: 'Ratchet' })).toBeTruthy();
  });

  it('says what it takes where no rule is ready, and that nothing is missing where the gap is closed', async () => {
    openApp('/ratchet', { pair: PAIR, ratchet: ratchetOf({ ready: [], gap: [], moves: [] }) });
    expect(await screen.findByText(/One is when nothing fails in 5 clean runs over 7 days/)).toBeTruthy();
    expect(screen.getByText(/Nothing is missing/)).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Nothing ready' }).hasAttribute('disabled')).toBe(true);
  });

  it('keeps the lanes when a promotion is refused, and says why', async () => {
    const { user } = openApp('/ratchet', { pair: PAIR, failing: { 'ratchet.promote': someError } });
    await screen.findByRole('heading', { name: 'Ratchet' });
    await user.click(within(rowsIn('Ready')[0] as HTMLElement).getByRole('button', { name: /^Promote/ }));
    expect((await screen.findByRole('alert')).textContent).toContain(someError.why);
    expect(screen.getByRole('grid', { name: 'Gap' })).toBeTruthy();
  });

  it('draws no more rows than fit where there are very many', async () => {
    const [row] = view.gap;
    if (row === undefined) throw new Error('no gap');
    const many = Array.from({ length: 800 }, (_, index) => ({ ...row, rule: `rule-x${index}`, title: `Rule ${index}` }));
    openApp('/ratchet', { pair: PAIR, ratchet: ratchetOf({ gap: many }) });
    await screen.findByRole('heading', { name: 'Ratchet' });
    expect(within(screen.getByRole('grid', { name: 'Gap' })).queryAllByRole('row').length).toBeLessThan(100);
    expect(screen.getByRole('grid', { name: 'Gap' }).getAttribute('aria-rowcount')).toBe('801');
  });
});
