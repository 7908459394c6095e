import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { RULE_SEEDS, scanIdOf } from '../../testing/data.ts';
import { someError } from '../../testing/fake-client.ts';
import { closeApp, openApp, type Opened } from '../../testing/render.tsx';

afterEach(closeApp);

const holding = RULE_SEEDS.filter((seed) => seed.counts.fail === 0 && seed.counts.pass > 0);

async function begin(state: Parameters<typeof openApp>[1] = {}): Promise<Opened & { readonly dialog: HTMLElement }> {
  const opened = openApp('/', state);
  await opened.user.click(await screen.findByRole('button', { name: /Make a baseline of/ }));
  const dialog = await screen.findByRole('dialog', { name: 'Make a baseline' });
  await within(dialog).findByRole('grid', { name: 'Rules' });
  return { ...opened, dialog };
}

const accepted = (opened: Opened): unknown => opened.fake.calls.find((call) => call.name === 'ratchet.accept')?.input;

describe('making a baseline', () => {
  it('takes two clicks from the Overview: everything has a good answer already', async () => {
    const opened = await begin();
    await opened.user.click(within(opened.dialog).getByRole('button', { name: 'Accept the baseline' }));
    expect(accepted(opened)).toEqual({
      name: 'harbour-prod-baseline',
      strict: 'default',
      rules: holding.map((seed) => seed.id),
      scanIds: [scanIdOf(6)],
      mode: 'warn',
      freeze: false,
      reason: 'These rules hold in scan #6 of harbour-prod.',
    });
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(await screen.findByText('harbour-prod-baseline holds 49 rules')).toBeTruthy();
  });

  it('can be taken back at once', async () => {
    const opened = await begin();
    await opened.user.click(within(opened.dialog).getByRole('button', { name: 'Accept the baseline' }));
    await opened.user.click(await screen.findByRole('button', { name: 'Undo' }));
    expect(opened.fake.calls.some((call) => call.name === 'workspace.undo')).toBe(true);
    expect(await screen.findByText('Taken back: Saved harbour-baseline r15')).toBeTruthy();
  });

  it('shows the load line with its mark when it is accepted', async () => {
    const opened = await begin();
    await opened.user.click(within(opened.dialog).getByRole('button', { name: 'Accept the baseline' }));
    await waitFor(() => expect(opened.fake.calls.some((call) => call.name === 'ratchet.get')).toBe(true));
    await waitFor(() => expect(screen.queryByRole('button', { name: /Make a baseline/ })).toBeNull());
  });

  it('keeps what does not apply and what was not evaluated apart, with the reason', async () => {
    const { user, dialog } = await begin();
    await user.click(within(dialog).getByRole('radio', { name: '1 not evaluated' }));
    expect(within(dialog).getByText('NetworkPolicies could not be listed: 403 forbidden')).toBeTruthy();
    await user.click(within(dialog).getByRole('radio', { name: '2 apply to nothing' }));
    expect(within(dialog).getAllByText('No object here is of a kind it judges')).toHaveLength(2);
  });

  it('takes a failing rule in by a tick, and says what that means today', async () => {
    const opened = await begin();
    const { user, dialog } = opened;
    await user.click(within(dialog).getByRole('radio', { name: '27 fail' }));
    const box = within(dialog).getAllByRole('checkbox')[0] as HTMLElement;
    await user.click(box);
    expect(within(dialog).getByRole('checkbox', { checked: true }).getAttribute('aria-label')).toBe(
      box.getAttribute('aria-label'),
    );
    expect(
      within(dialog).getByText(/1 chosen rule fails today on \d+ objects?: they count from the first day, unless frozen/),
    ).toBeTruthy();
    await user.click(within(dialog).getByRole('checkbox', { name: /Freeze today's failures/ }));
    expect(within(dialog).queryByText(/count from the first day/)).toBeNull();
    await user.click(within(dialog).getByRole('button', { name: 'Accept the baseline' }));
    expect(accepted(opened)).toMatchObject({ freeze: true, mode: 'warn' });
    expect((accepted(opened) as { rules: string[] }).rules).toHaveLength(50);
  });

  it('refuses a name that no policy may have, and says why', async () => {
    const { user, dialog } = await begin();
    const name = within(dialog).getByRole('textbox', { name: 'Name' });
    await user.clear(name);
    await user.type(name, 'Our Baseline');
    expect(within(dialog).getByText(/Small letters, digits and single hyphens/)).toBeTruthy();
    expect(within(dialog).getByRole('button', { name: 'Accept the baseline' }).hasAttribute('disabled')).toBe(true);
  });

  it('rests on several scans where somebody asks for it', async () => {
    const opened = await begin();
    await opened.user.selectOptions(within(opened.dialog).getByRole('combobox', { name: 'Evidence' }), '3');
    await opened.user.click(within(opened.dialog).getByRole('button', { name: 'Accept the baseline' }));
    expect(accepted(opened)).toMatchObject({
      scanIds: [scanIdOf(6), scanIdOf(5), scanIdOf(4)],
      reason: 'These rules hold in the last 3 scans of harbour-prod.',
    });
  });

  it('keeps everything on screen when it is refused', async () => {
    const { user, dialog } = await begin({ failing: { 'ratchet.accept': someError } });
    await user.click(within(dialog).getByRole('button', { name: 'Accept the baseline' }));
    expect((await within(dialog).findByRole('alert')).textContent).toContain(someError.why);
    expect(within(dialog).getByRole('grid', { name: 'Rules' })).toBeTruthy();
  });

  it('says what is wrong where nothing can be proposed', async () => {
    const { user } = openApp('/', { failing: { 'ratchet.propose': someError } });
    await user.click(await screen.findByRole('button', { name: /Make a baseline of/ }));
    expect((await screen.findByRole('alert')).textContent).toContain(someError.what);
  });
});
