import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { scanIdOf } from '../../testing/data.ts';
import { closeApp, openApp } from '../../testing/render.tsx';

afterEach(closeApp);

describe('the History screen', () => {
  it('compares any two runs with verdicts, the earlier one first', async () => {
    const { user } = openApp('/history');
    await user.click(await screen.findByRole('checkbox', { name: 'Pick scan #6 of harbour-prod for comparing' }));
    await user.click(screen.getByRole('checkbox', { name: 'Pick scan #4 of harbour-prod for comparing' }));
    expect((screen.getByRole('checkbox', { name: /Pick scan #7/ }) as HTMLInputElement).disabled).toBe(true);
    await user.click(screen.getByRole('button', { name: 'Compare #6 and #4' }));
    await waitFor(() => expect(location.pathname + location.search).toBe(`/history/diff?from=${scanIdOf(4)}&to=${scanIdOf(6)}`));
    expect(await screen.findByRole('radio', { name: '4 new' })).toBeTruthy();
    await user.click(screen.getByRole('radio', { name: '3 incomparable' }));
    expect(await screen.findAllByText('NetworkPolicies could not be listed in the later scan')).toHaveLength(3);
  });

  it('filters by the address', async () => {
    const { user, fake } = openApp('/history');
    await user.selectOptions(await screen.findByRole('combobox', { name: 'Status' }), 'interrupted');
    await waitFor(() =>
      expect(fake.calls.findLast((call) => call.name === 'history.list')?.input).toMatchObject({ status: ['interrupted'] }),
    );
    expect(location.search).toBe('?status=interrupted');
  });

  it('asks before it deletes, and says why a run failed', async () => {
    const { user, fake } = openApp(`/history?run=${scanIdOf(1)}`);
    const drawer = await screen.findByRole('complementary');
    expect(within(drawer).getByRole('alert').textContent).toContain('Check the VPN');
    await user.click(within(drawer).getByRole('button', { name: 'Delete…' }));
    await user.click(await screen.findByRole('button', { name: 'Keep it' }));
    expect(fake.calls.some((call) => call.name === 'history.delete')).toBe(false);
    await user.click(within(await screen.findByRole('complementary')).getByRole('button', { name: 'Delete…' }));
    await user.click(await screen.findByRole('button', { name: 'Delete it' }));
    await waitFor(() =>
      expect(fake.calls.find((call) => call.name === 'history.delete')?.input).toEqual({ scanId: scanIdOf(1) }),
    );
  });
});
