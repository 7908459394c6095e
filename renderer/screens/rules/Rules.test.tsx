import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { closeApp, openApp } from '../../testing/render.tsx';

afterEach(closeApp);

describe('the Rules screen', () => {
  it('narrows by facets and text, in the address', async () => {
    const { user } = openApp('/rules');
    await user.click(await screen.findByRole('checkbox', { name: /^critical/ }));
    await waitFor(() => expect(location.search).toBe('?severity=critical'));
    expect(await screen.findByText('1 of 79')).toBeTruthy();
    await user.type(screen.getByPlaceholderText(/Search title/), 'no such rule');
    await user.click(await screen.findByRole('button', { name: 'Clear filters' }));
    await waitFor(() => expect(location.search).toBe(''));
  });

  it('has the levels of the Pod Security Standards as facets', async () => {
    const { user } = openApp('/rules');
    const facet = await screen.findByRole('checkbox', { name: /^PSS restricted/ });
    expect(screen.getByRole('checkbox', { name: /^CIS/ })).toBeTruthy();
    await user.click(facet);
    await waitFor(() => expect(new URLSearchParams(location.search).get('framework')).toBe('PSS restricted'));
    expect(await screen.findByText(/^\d+ of 79$/)).toBeTruthy();
  });

  it('tells all of one rule', async () => {
    const { user } = openApp('/rules');
    await user.click(await screen.findByText('Privilege escalation is off (52)'));
    await waitFor(() => expect(location.pathname).toBe('/rules/rule-52'));
    const page = await screen.findByRole('article', { name: 'Rule' });
    for (const heading of ['Why it matters', 'How to fix', 'Differs from Datree', 'Known elsewhere as', 'Export', 'References']) {
      expect(await within(page).findByRole('heading', { name: heading })).toBeTruthy();
    }
    expect(within(page).getByRole('region', { name: 'Expression' }).textContent).toContain('variables.appAndInit.all(it,');
    await user.click(within(page).getByRole('button', { name: /set to false on every container/ }));
    expect(within(page).getByRole('region', { name: /^Example/ }).textContent).toContain('allowPrivilegeEscalation: false');
  });
});
