import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { closeApp, openApp, type Opened } from '../../testing/render.tsx';
import { cronLine } from './Lists.tsx';

afterEach(closeApp);

const inputsOf = ({ fake }: Opened, name: string): unknown[] =>
  fake.calls.filter((call) => call.name === name).map((call) => call.input);

describe('the Workspace screen', () => {
  it('ticks off the steps of the guide that were really done', async () => {
    openApp('/workspace');
    const guide = await screen.findByRole('region', { name: 'The way' });
    expect(within(guide).getByText('2 of 3 done')).toBeTruthy();
    expect(within(guide).getByRole('link', { name: 'Make a baseline' }).getAttribute('href')).toBe('/');
  });

  it('saves one part of the file, naming what it read', async () => {
    const opened = openApp('/workspace');
    const teams = await screen.findByRole('region', { name: 'Teams' });
    await opened.user.click(within(teams).getByRole('button', { name: 'Team' }));
    const fields = within(teams).getAllByRole('textbox', { name: 'Team' });
    await opened.user.type(fields[1]!, 'data');
    await opened.user.click(within(teams).getByRole('button', { name: 'Save teams' }));
    await waitFor(() => expect(inputsOf(opened, 'workspace.save')).toHaveLength(1));
    expect(inputsOf(opened, 'workspace.save')[0]).toMatchObject({
      hash: 'hash-w',
      teams: [{ name: 'payments' }, { name: 'data', contacts: [], needs: [] }],
    });
  });

  it('shows what bindings govern before they are saved', async () => {
    const opened = openApp('/workspace');
    await screen.findByRole('region', { name: 'Bindings' });
    await waitFor(() => expect(inputsOf(opened, 'workspace.preview').length).toBeGreaterThan(0));
    expect(await screen.findByText('nothing is left over')).toBeTruthy();
  });

  it('collects answers of a feedback round', async () => {
    const opened = openApp('/workspace');
    const feedback = await screen.findByRole('region', { name: 'Feedback' });
    expect(within(feedback).getByText('1 change')).toBeTruthy();
    await opened.user.click(within(feedback).getByRole('radio', { name: 'drop' }));
    await opened.user.click(within(feedback).getByRole('button', { name: 'Answer' }));
    await waitFor(() => expect(inputsOf(opened, 'feedback.answer')).toMatchObject([{ round: 'round-1', vote: 'drop' }]));
  });
});

describe('the line for a crontab', () => {
  it('holds no word that a shell would read otherwise', () => {
    const entry = { kind: 'cluster' as const, labels: {}, branches: [], schedule: '0 6 * * *' };
    expect(cronLine({ ...entry, name: 'prod' })).toBe("0 6 * * * plimsoll scan --context 'prod' --quiet");
    expect(cronLine({ ...entry, name: "x'; rm -rf /; 100%" })).toBe(
      String.raw`0 6 * * * plimsoll scan --context 'x'\''; rm -rf /; 100\%' --quiet`,
    );
  });
});
