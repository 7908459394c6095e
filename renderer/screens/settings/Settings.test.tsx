import { screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { closeApp, openApp } from '../../testing/render.tsx';

afterEach(closeApp);

describe('the Settings screen', () => {
  it('saves as it is changed', async () => {
    const { user, fake } = openApp('/settings');
    await user.click(await screen.findByRole('radio', { name: 'dark' }));
    await waitFor(() => expect(fake.state.settings.theme).toBe('dark'));
    await user.selectOptions(screen.getByRole('combobox', { name: 'Policy' }), 'all');
    await waitFor(() => expect(fake.state.settings.policy).toBe('all'));
    await user.click(screen.getByRole('checkbox', { name: 'drop all of them' }));
    await waitFor(() => expect(fake.state.settings.dropEnvValues).toBe(true));
    const label = screen.getByRole('textbox', { name: 'Team label' });
    await user.clear(label);
    await user.type(label, 'example.com/owner{Enter}');
    await waitFor(() => expect(fake.state.settings.teamLabel).toBe('example.com/owner'));
  });

  it('renames a source, gives it a colour and marks production', async () => {
    const { user, fake } = openApp('/settings');
    const name = await screen.findByRole('textbox', { name: 'Name of harbour-prod' });
    await user.clear(name);
    await user.type(name, 'harbour{Enter}');
    await user.click(screen.getByRole('radio', { name: 'moss' }));
    await user.click(screen.getByRole('checkbox', { name: 'production' }));
    await waitFor(() =>
      expect(fake.calls.filter((call) => call.name === 'settings.source').map((call) => call.input)).toEqual([
        { id: 1, name: 'harbour' },
        { id: 1, colour: 'moss' },
        { id: 1, production: false },
      ]),
    );
  });
});
