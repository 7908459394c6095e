import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { closeApp, openApp, type Opened } from '../../testing/render.tsx';
import { RULE_SEEDS } from '../../testing/data.ts';
import { someError } from '../../testing/fake-client.ts';

afterEach(closeApp);

const inputsOf = ({ fake }: Opened, name: string): unknown[] =>
  fake.calls.filter((call) => call.name === name).map((call) => call.input);

const firstSwitch = async (): Promise<HTMLElement> => {
  const [first] = await screen.findAllByRole('switch');
  if (first === undefined) throw new Error('no switch');
  return first;
};

describe('the Policies screen', () => {
  it('shows products by environments, with what is shared and where nothing is demanded', async () => {
    openApp('/policies');
    const matrix = await screen.findByRole('region', { name: 'Matrix' });
    expect(
      within(matrix)
        .getAllByRole('columnheader')
        .map((head) => head.textContent),
    ).toEqual(['Product', 'staging ', 'production ']);
    expect(within(matrix).getAllByText(/No policy. Nothing is demanded here/)).toHaveLength(1);
    expect(within(matrix).getAllByText(/2 fail/)).toHaveLength(1);
  });

  it('binds a policy to a cell by an edit of the workspace that names what it read', async () => {
    const opened = openApp('/policies');
    await opened.user.click(await screen.findByRole('button', { name: 'Choose… for payments in production' }));
    const dialog = await screen.findByRole('dialog', { name: 'payments in production' });
    await opened.user.selectOptions(within(dialog).getByRole('combobox', { name: 'strict' }), 'harbour-strict');
    await opened.user.click(within(dialog).getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(inputsOf(opened, 'workspace.save')).toHaveLength(1));
    expect(inputsOf(opened, 'workspace.save')[0]).toEqual({
      hash: 'hash-w',
      bindings: [
        { policies: { baseline: 'harbour-baseline', strict: 'harbour-strict' } },
        { policies: { strict: 'harbour-strict' }, product: 'payments', environment: 'production' },
      ],
    });
  });

  it('lets waivers by annotation count in a cluster too, by a draft with a reason', async () => {
    const opened = openApp('/policies/harbour-baseline');
    const waivers = await screen.findByRole('region', { name: 'Waivers by annotation' });
    const choice = within(waivers).getByRole('radio', { name: 'heeded too' });
    expect(within(waivers).getByRole('radio', { name: 'ignored', checked: true })).toBeTruthy();
    expect(within(waivers).getByText('from datree-default')).toBeTruthy();
    await opened.user.click(choice);
    expect(within(waivers).getByText('own')).toBeTruthy();
    expect(within(waivers).getByText(/an annotation is enough to get past a rule that denies/)).toBeTruthy();
    const draft = await screen.findByRole('region', { name: 'Draft' });
    await opened.user.type(within(draft).getByRole('textbox'), 'Teams answer for themselves');
    await opened.user.click(within(draft).getByRole('button', { name: 'Save r15' }));
    await waitFor(() => expect(inputsOf(opened, 'policies.save')).toHaveLength(1));
    expect(inputsOf(opened, 'policies.save')[0]).toMatchObject({ patch: { exportAnnotationWaivers: true, rules: {} } });
  });

  it('says what a toggle would do before it is saved, and saves with a reason', async () => {
    const opened = openApp('/policies/harbour-baseline');
    await opened.user.click(await firstSwitch());
    const draft = await screen.findByRole('region', { name: 'Draft' });
    expect(await within(draft).findByText('9 objects')).toBeTruthy();
    expect(within(draft).getByText('13 of 23 clean')).toBeTruthy();
    expect(inputsOf(opened, 'policies.save')).toEqual([]);
    await opened.user.type(within(draft).getByRole('textbox'), 'Auditors ask for it');
    await opened.user.click(within(draft).getByRole('button', { name: 'Save r15' }));
    await waitFor(() => expect(inputsOf(opened, 'policies.save')).toHaveLength(1));
    expect(inputsOf(opened, 'policies.save')[0]).toMatchObject({
      name: 'harbour-baseline',
      hash: 'hash-1',
      reason: 'Auditors ask for it',
    });
    await opened.user.click(await screen.findByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(inputsOf(opened, 'workspace.undo')).toEqual([{ change: 'change-1' }]));
  });

  it('keeps the draft and says why where a save is refused', async () => {
    const opened = openApp('/policies/harbour-baseline', {
      failing: { 'policies.save': { ...someError, what: 'It was changed meanwhile.' } },
    });
    await opened.user.click(await firstSwitch());
    const draft = await screen.findByRole('region', { name: 'Draft' });
    await opened.user.type(within(draft).getByRole('textbox'), 'why');
    await opened.user.click(within(draft).getByRole('button', { name: 'Save r15' }));
    expect(await within(draft).findByText('It was changed meanwhile.')).toBeTruthy();
    expect(within(draft).getByText('1 change')).toBeTruthy();
  });

  it('takes a parameter only where it fits its schema', async () => {
    const opened = openApp('/policies/harbour-baseline');
    const grid = await screen.findByRole('grid', { name: 'Rules of the policy' });
    await opened.user.click(within(grid).getByText(RULE_SEEDS[1]?.title ?? ''));
    const setting = await screen.findByRole('region', { name: /^Setting of/ });
    const field = within(setting).getByRole('textbox', { name: 'lowest' });
    await opened.user.type(field, '0{Enter}');
    expect(within(setting).getByRole('alert').textContent).toBe('must be at least 1');
    await opened.user.clear(field);
    await opened.user.type(field, '3{Enter}');
    const draft = await screen.findByRole('region', { name: 'Draft' });
    expect(within(draft).getByText('1 change')).toBeTruthy();
  });

  it('does not let a template be edited, but made a policy of one’s own', async () => {
    const opened = openApp('/policies/datree-default');
    expect((await firstSwitch()).hasAttribute('disabled')).toBe(true);
    await opened.user.click(screen.getByRole('button', { name: 'Make your own from it…' }));
    const dialog = await screen.findByRole('dialog', { name: 'New policy' });
    await opened.user.type(within(dialog).getByRole('textbox', { name: 'Name' }), 'shop-strict');
    await opened.user.click(within(dialog).getByRole('button', { name: 'Create' }));
    await waitFor(() =>
      expect(inputsOf(opened, 'policies.create')).toEqual([
        { name: 'shop-strict', title: 'Shop strict', reason: 'Created', stage: 'strict', extends: 'datree-default' },
      ]),
    );
    await waitFor(() => expect(location.pathname).toBe('/policies/shop-strict'));
  });

  it('shows what an imported file means here before it is applied', async () => {
    const opened = openApp('/policies');
    await opened.user.click(await screen.findByRole('button', { name: 'Import…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Import policies' });
    await opened.user.type(within(dialog).getByRole('textbox'), 'apiVersion: v1');
    await opened.user.click(within(dialog).getByRole('button', { name: 'Look at it' }));
    expect(await within(dialog).findByText('Init containers are looked at.')).toBeTruthy();
    expect(within(dialog).getByText('CUSTOM_ONE')).toBeTruthy();
    expect(inputsOf(opened, 'policies.import')).toEqual([expect.objectContaining({ apply: false })]);
    await opened.user.click(within(dialog).getByRole('button', { name: 'Import' }));
    await waitFor(() => expect(location.pathname).toBe('/policies/harbour-prod'));
  });

  it('explains each verdict that differs from the datree of this machine', async () => {
    const opened = openApp('/policies');
    await opened.user.click(await screen.findByRole('button', { name: 'Import…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Import policies' });
    await opened.user.type(within(dialog).getByRole('textbox'), 'apiVersion: v1');
    await opened.user.click(within(dialog).getByRole('button', { name: 'Look at it' }));
    await opened.user.type(await within(dialog).findByRole('textbox', { name: 'Folder or file of manifests' }), '/srv/manifests');
    await opened.user.click(within(dialog).getByRole('button', { name: 'Compare verdicts' }));
    expect(await within(dialog).findByText(/Deployment web: pass there, fail here/)).toBeTruthy();
    expect(inputsOf(opened, 'policies.compare')).toEqual([{ paths: ['/srv/manifests'], rules: ['memory-limit'] }]);
  });

  it('compares revisions and restores one after asking', async () => {
    const opened = openApp('/policies/harbour-baseline');
    const revisions = await screen.findByRole('region', { name: 'Revisions' });
    await opened.user.click(await within(revisions).findByRole('button', { name: 'Compare r14' }));
    const dialog = await screen.findByRole('dialog', { name: 'harbour-baseline r13 against harbour-baseline r14' });
    expect(await within(dialog).findByText('1 rule differs')).toBeTruthy();
    await opened.user.keyboard('{Escape}');
    await opened.user.click(within(revisions).getByRole('button', { name: 'Restore r13' }));
    await opened.user.click(await screen.findByRole('button', { name: 'Restore' }));
    await waitFor(() =>
      expect(inputsOf(opened, 'policies.restore')).toEqual([{ name: 'harbour-baseline', number: 13, reason: 'Restored r13' }]),
    );
  });

  it('says what went wrong where it cannot be read', async () => {
    openApp('/policies', { failing: { 'policies.matrix': someError } });
    expect(await screen.findByRole('alert')).toBeTruthy();
  });
});
