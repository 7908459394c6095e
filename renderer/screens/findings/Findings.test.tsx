import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { someError } from '../../testing/fake-client.ts';
import { closeApp, openApp } from '../../testing/render.tsx';

afterEach(closeApp);

const grid = () => screen.findByRole('treegrid');
const rows = async (): Promise<readonly HTMLElement[]> =>
  within(await grid())
    .getAllByRole('row')
    .slice(1);

describe('the Findings screen', () => {
  it('lists groups closed, with their counts', async () => {
    openApp('/findings');
    const [first] = await rows();
    expect(first?.getAttribute('aria-expanded')).toBe('false');
    expect(await rows()).toHaveLength(27);
  });

  it('asks what the address says, under the names of the contract', async () => {
    const { fake } = openApp('/findings?severity=high&severity=critical&team=&text=led&group=team&sort=failing&order=reverse');
    await waitFor(() => expect(fake.calls.some((call) => call.name === 'findings.groups')).toBe(true));
    expect(fake.calls.find((call) => call.name === 'findings.groups')?.input).toMatchObject({
      filter: { severity: ['high', 'critical'], team: [''], text: 'led' },
      groupBy: 'team',
      sort: 'failing',
      descending: false,
    });
  });

  it('writes filters, grouping and order into the address', async () => {
    const { user } = openApp('/findings');
    await grid();
    await user.click(screen.getByRole('radio', { name: 'namespace' }));
    await waitFor(() => expect(location.search).toContain('group=namespace'));
    await user.click(screen.getByRole('button', { name: 'Failing' }));
    await waitFor(() => expect(location.search).toContain('sort=failing'));
    await user.click(screen.getByRole('button', { name: 'Failing' }));
    await waitFor(() => expect(location.search).toContain('order=reverse'));
    await user.type(screen.getByPlaceholderText(/Filter by rule/), 'ledger');
    await waitFor(() => expect(location.search).toContain('text=ledger'));
  });

  it('walks by keys: open a group, go to a finding, read it, come back', async () => {
    const { user } = openApp('/findings');
    await grid();
    await user.keyboard('j{ArrowRight}');
    expect((await rows())[0]?.getAttribute('aria-expanded')).toBe('true');
    await waitFor(async () => expect(within((await rows())[1] as HTMLElement).getByText('ledger-api')).toBeTruthy());
    await user.keyboard('j{Enter}');
    const drawer = await screen.findByRole('complementary');
    expect(await within(drawer).findByText('2 places fail')).toBeTruthy();
    expect(location.search).toContain('finding=');
    await waitFor(() => expect(document.activeElement).toBe(drawer));
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('complementary')).toBeNull());
    expect(document.activeElement).toBe(await grid());
  });

  it('marks the failing lines and folds the rest', async () => {
    const { user } = openApp('/findings?rule=rule-60&finding=v1:rule-60-0');
    const drawer = await screen.findByRole('complementary');
    const yaml = await within(drawer).findByRole('region', { name: 'Object as YAML' });
    expect(yaml.querySelectorAll('[data-marked]')).toHaveLength(2);
    expect(within(yaml).getByRole('button', { name: /lines 1 to 10/ })).toBeTruthy();
    expect(yaml.textContent).not.toContain('replicas: 3');
    await user.click(within(drawer).getByRole('radio', { name: 'All 48 lines' }));
    expect(drawer.textContent).toContain('replicas: 3');
  });

  it('shows text of the cluster as text', async () => {
    const { user } = openApp('/findings?rule=rule-60&finding=v1:rule-60-0');
    const drawer = await screen.findByRole('complementary');
    await user.click(await within(drawer).findByRole('radio', { name: /All/ }));
    expect(drawer.textContent).toContain('<img src=x onerror=alert(1)>');
    expect(drawer.querySelector('img')).toBeNull();
  });

  it('keeps waived ones behind a chip that shows their number', async () => {
    const { user, fake } = openApp('/findings');
    await user.click(await screen.findByRole('button', { name: '31 waived hidden' }));
    await waitFor(() =>
      expect(fake.calls.findLast((call) => call.name === 'findings.groups')?.input).toMatchObject({
        filter: { verdict: ['fail', 'error', 'notEvaluated', 'waived'] },
      }),
    );
    await user.click(await screen.findByRole('button', { name: 'waived shown' }));
    await waitFor(() => expect(location.search).toBe(''));
  });

  it('says that filters hide everything, and clears them', async () => {
    const { user } = openApp('/findings?text=nothing-has-this-name');
    await user.click(await screen.findByRole('button', { name: 'Clear filters' }));
    await waitFor(() => expect(location.search).toBe(''));
    expect(await grid()).toBeTruthy();
  });

  it('says what went wrong, and tries again', async () => {
    const { user, fake } = openApp('/findings', { failing: { 'findings.groups': someError } });
    expect((await screen.findByRole('alert')).textContent).toContain(someError.what);
    fake.state.failing = {};
    await user.click(screen.getByRole('button', { name: 'Retry' }));
    expect(await grid()).toBeTruthy();
  });
});
