import { act, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { runOf, scanIdOf, sourceOf } from '../testing/data.ts';
import { someError } from '../testing/fake-client.ts';
import { closeApp, openApp } from '../testing/render.tsx';

afterEach(closeApp);

const progress = {
  scanId: scanIdOf(7),
  phase: 'reading' as const,
  kind: 'ReplicaSet',
  kindsDone: 3,
  kindsTotal: 31,
  objects: 2112,
  evaluated: 1800,
  rate: 640,
  requests: 12,
  elapsedMs: 4000,
};

describe('the frame', () => {
  it('names the cluster, its environment, the age of the scan and its coverage', async () => {
    openApp('/settings');
    const chip = await screen.findByRole('button', { name: 'Source: harbour-prod, production' });
    expect(within(chip).getByText('PRODUCTION')).toBeTruthy();
    expect(screen.getByRole('button', { name: /97 % covered/ })).toBeTruthy();
    expect(
      screen.getByRole('button', { name: 'Only api.harbour.example:6443 was contacted · 214 requests · read-only' }),
    ).toBeTruthy();
    await screen.findByTitle('12 wait for a decision');
    expect(
      screen
        .getAllByRole('link')
        .filter((link) => link.closest('.rail'))
        .map((link) => link.textContent),
    ).toEqual(['Overview', 'Findings', 'Ratchet', 'Policies', 'Enforce', 'History', 'Rules', 'Inbox12', 'Workspace', 'Settings']);
  });

  it('shows every request of the scan behind the bottom line', async () => {
    const { user } = openApp('/settings');
    await user.click(await screen.findByRole('button', { name: /was contacted/ }));
    const dialog = await screen.findByRole('dialog', { name: 'Network log' });
    expect(await within(dialog).findByRole('grid', { name: 'Requests' })).toBeTruthy();
  });

  it('puts what could not be read first in the coverage table', async () => {
    const { user } = openApp('/settings');
    await user.click(await screen.findByRole('button', { name: /97 % covered/ }));
    const grid = await screen.findByRole('grid', { name: 'Coverage' });
    const rows = within(grid)
      .getAllByRole('row')
      .slice(1)
      .map((row) => row.textContent);
    expect(rows[0]).toMatch(/PodMetrics.*503 server error/);
    expect(rows[1]).toMatch(/NetworkPolicy.*403 forbidden.*2 rules are not evaluated/);
  });

  it('turns Scan into progress, and asks before Esc stops it', async () => {
    const { user, fake } = openApp('/settings');
    await user.click(await screen.findByRole('button', { name: 'Scan' }));
    expect(fake.calls.find((call) => call.name === 'scans.start')?.input).toEqual({
      target: { type: 'context', context: 'harbour-prod' },
    });
    act(() => fake.emit({ type: 'progress', progress }));
    expect(await screen.findByText('ReplicaSet')).toBeTruthy();
    expect(screen.getByText(/2,112 objects · 640\/s/)).toBeTruthy();
    await user.keyboard('{Escape}');
    await user.click(await screen.findByRole('button', { name: 'Stop it' }));
    expect(fake.calls.find((call) => call.name === 'scans.cancel')?.input).toEqual({ scanId: scanIdOf(7) });
    act(() => fake.emit({ type: 'finished', scanId: scanIdOf(7), status: 'cancelled' }));
    expect(await screen.findByText('The scan was cancelled')).toBeTruthy();
    expect(await screen.findByRole('button', { name: 'Scan' })).toBeTruthy();
  });

  it('moves on to the new scan when it is done', async () => {
    const { fake } = openApp('/settings');
    await screen.findByRole('button', { name: 'Scan' });
    fake.state.sources = [sourceOf({ latest: runOf(7, { covered: 0.5 }) })];
    act(() => fake.emit({ type: 'finished', scanId: scanIdOf(7), status: 'complete' }));
    expect(await screen.findByRole('button', { name: /50 % covered/ })).toBeTruthy();
  });

  it('says what, where, why and what next when a scan fails, and keeps the rest usable', async () => {
    const { fake } = openApp('/settings');
    await screen.findByRole('button', { name: 'Scan' });
    act(() => fake.emit({ type: 'finished', scanId: scanIdOf(7), status: 'failed', error: someError }));
    const alert = await screen.findByRole('alert');
    for (const text of [someError.what, someError.where, someError.why, someError.next])
      expect(alert.textContent).toContain(text);
    expect(within(alert).getByRole('button', { name: 'Copy details' })).toBeTruthy();
    expect(screen.getByRole('heading', { name: 'Settings' })).toBeTruthy();
  });

  it('shows a refused start at once', async () => {
    const { user } = openApp('/settings', { failing: { 'scans.start': someError } });
    await user.click(await screen.findByRole('button', { name: 'Scan' }));
    expect((await screen.findByRole('alert')).textContent).toContain(someError.what);
  });

  it('goes to screens by g and a letter, and not while somebody types', async () => {
    const { user } = openApp('/settings');
    await screen.findByRole('heading', { name: 'Settings' });
    await user.keyboard('gu');
    await screen.findByRole('heading', { name: 'Rules' });
    expect(location.pathname).toBe('/rules');
    await user.click(screen.getByPlaceholderText('Search title, id, Datree key'));
    await user.keyboard('gs');
    expect(location.pathname).toBe('/rules');
  });

  it('changes the theme at once and saves it', async () => {
    const { user, fake } = openApp('/settings');
    await user.click(await screen.findByRole('button', { name: 'Theme: system. Switch to light' }));
    await waitFor(() => expect(document.documentElement.dataset['theme']).toBe('light'));
    expect(fake.state.settings.theme).toBe('light');
  });

  it('says plainly that an address leads nowhere', async () => {
    openApp('/nowhere');
    expect(await screen.findByRole('heading', { name: 'There is no such page' })).toBeTruthy();
  });
});

describe('the palette', () => {
  it('finds screens, rules, namespaces and objects and goes there', async () => {
    const { user } = openApp('/settings');
    await screen.findByRole('button', { name: 'Scan' });
    await user.keyboard('{Control>}k{/Control}');
    const field = await screen.findByRole('combobox', { name: 'Go to' });
    await user.type(field, 'ledger');
    expect(await screen.findByRole('option', { name: /payments\/ledger-api/ })).toBeTruthy();
    await user.keyboard('{ArrowDown}{Enter}');
    await waitFor(() => expect(location.pathname).toBe('/findings'));
    expect(new URLSearchParams(location.search).get('text')).toBe('ledger-api');
  });
});

describe('the first run', () => {
  const nothing = { sources: [], contexts: [] };

  it('names where it looked and offers the sample and a folder', async () => {
    const { user, fake } = openApp('/', nothing);
    expect(await screen.findByRole('heading', { name: 'No kubeconfig found' })).toBeTruthy();
    expect(screen.getByText('~/.kube/config')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Open a folder or snapshot…' })).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Try the sample' }));
    expect(fake.calls.some((call) => call.name === 'scans.start')).toBe(true);
  });

  it('offers contexts, and scans the one that is chosen', async () => {
    const { user, fake } = openApp('/', { sources: [] });
    const context = await screen.findByRole('button', { name: /harbour-staging/ });
    expect(fake.calls.some((call) => call.name === 'scans.start')).toBe(false);
    await user.click(context);
    expect(fake.calls.filter((call) => call.name === 'scans.start')).toMatchObject([
      { input: { target: { type: 'context', context: 'harbour-staging' } } },
    ]);
    expect(await screen.findByRole('heading', { name: 'Connecting to harbour-staging' })).toBeTruthy();
    act(() => fake.emit({ type: 'progress', progress }));
    expect(await screen.findByText(/kind 3 of 31/)).toBeTruthy();
    expect(screen.getByText('Only the chosen server is contacted · 12 requests so far · read-only')).toBeTruthy();
  });

  it('scans a folder named by its path', async () => {
    const { user, fake } = openApp('/', nothing);
    await user.click(await screen.findByRole('button', { name: 'Open a folder or snapshot…' }));
    await user.type(await screen.findByPlaceholderText('/home/me/deploy'), '/srv/deploy{Enter}');
    await waitFor(() =>
      expect(fake.calls.find((call) => call.name === 'scans.start')?.input).toEqual({
        target: { type: 'folder', path: '/srv/deploy' },
      }),
    );
  });

  it('says what is wrong with the host when it does not answer', async () => {
    const { user, fake } = openApp('/', { failing: { 'sources.list': someError } });
    expect((await screen.findByRole('alert')).textContent).toContain(someError.why);
    fake.state.failing = {};
    await user.click(screen.getByRole('button', { name: 'Retry' }));
    expect(await screen.findByRole('heading', { name: 'The load line' })).toBeTruthy();
  });
});
