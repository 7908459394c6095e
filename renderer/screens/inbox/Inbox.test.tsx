import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { someError } from '../../testing/fake-client.ts';
import { INBOX } from '../../testing/fake-inbox.ts';
import { closeApp, openApp, type Opened } from '../../testing/render.tsx';

afterEach(closeApp);

const inputsOf = ({ fake }: Opened, name: string): unknown[] =>
  fake.calls.filter((call) => call.name === name).map((call) => call.input);

const [undecided, expiring, demotion] = INBOX.items;

describe('the Inbox', () => {
  it('lists what waits, and decides by one keystroke each', async () => {
    const opened = openApp('/inbox');
    expect(await screen.findByText('4 wait for a decision, oldest first')).toBeTruthy();
    await opened.user.keyboard('f');
    await waitFor(() =>
      expect(inputsOf(opened, 'inbox.decide')).toEqual([
        { decision: 'fix', policy: 'default', rule: undecided?.rule, assignee: 'data' },
      ]),
    );
    await opened.user.keyboard('z');
    await waitFor(() => expect(inputsOf(opened, 'workspace.undo')).toEqual([{ change: 'change-2' }]));
  });

  it('waives with a reason, an owner and a last day', async () => {
    const opened = openApp('/inbox');
    await screen.findByRole('complementary');
    await opened.user.keyboard('w');
    const dialog = await screen.findByRole('dialog', { name: /^Waive/ });
    await opened.user.click(within(dialog).getByRole('radio', { name: 'this object' }));
    await opened.user.type(within(dialog).getByRole('textbox', { name: 'Reason' }), 'Replaced in spring');
    await opened.user.click(within(dialog).getByRole('button', { name: 'Waive' }));
    await waitFor(() => expect(inputsOf(opened, 'inbox.decide')).toHaveLength(1));
    const [input] = inputsOf(opened, 'inbox.decide') as { waiver: { expires?: string } }[];
    expect(input).toMatchObject({
      decision: 'waive',
      waiver: {
        rule: undecided?.rule,
        policies: ['default'],
        reason: 'Replaced in spring',
        object: { kind: expect.any(String) },
      },
    });
    expect(input?.waiver.expires).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  });

  it('disables only with a reason', async () => {
    const opened = openApp('/inbox');
    await screen.findByRole('complementary');
    await opened.user.keyboard('d');
    const dialog = await screen.findByRole('dialog', { name: /^Disable/ });
    await opened.user.click(within(dialog).getByRole('button', { name: 'Disable the rule' }));
    expect(inputsOf(opened, 'inbox.decide')).toEqual([]);
    await opened.user.type(within(dialog).getByRole('textbox'), 'Nobody here needs it');
    await opened.user.click(within(dialog).getByRole('button', { name: 'Disable the rule' }));
    await waitFor(() =>
      expect(inputsOf(opened, 'inbox.decide')).toEqual([
        { decision: 'disable', policy: 'default', rule: undecided?.rule, reason: 'Nobody here needs it' },
      ]),
    );
  });

  it('renews a waiver that ends, and demotes what regressed', async () => {
    const opened = openApp('/inbox?part=waivers');
    const pane = await screen.findByRole('complementary', { name: expiring?.title ?? '' });
    await opened.user.click(within(pane).getByRole('button', { name: /Renew/ }));
    await waitFor(() => expect(inputsOf(opened, 'waivers.change')).toMatchObject([{ id: 'waiver-1' }]));
    await opened.user.click(screen.getByRole('radio', { name: 'demotions 2' }));
    const regressed = await screen.findByRole('complementary', { name: demotion?.title ?? '' });
    await opened.user.click(within(regressed).getByRole('button', { name: /Demote/ }));
    await waitFor(() => expect(inputsOf(opened, 'ratchet.demote')).toMatchObject([{ rules: [demotion?.rule], from: 'default' }]));
  });

  it('lists every waiver with what it reaches, annotations too', async () => {
    openApp('/inbox?part=list');
    const grid = await screen.findByRole('grid', { name: 'Waivers' });
    expect(within(grid).getByText('Deployment payments/ledger-api')).toBeTruthy();
    expect(within(grid).getByText('stale')).toBeTruthy();
  });

  it('keeps a dialog open and says why where a decision is refused', async () => {
    const opened = openApp('/inbox', { failing: { 'inbox.decide': { ...someError, what: 'The file changed meanwhile.' } } });
    await screen.findByRole('complementary');
    await opened.user.keyboard('a');
    const dialog = await screen.findByRole('dialog', { name: /^Assign/ });
    await opened.user.click(within(dialog).getByRole('button', { name: 'Assign' }));
    expect(await within(dialog).findByText('The file changed meanwhile.')).toBeTruthy();
  });
});
