import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FORMATS, FORMAT_NAMES } from '#core/report/format-names.ts';
import { someError } from '../testing/fake-client.ts';
import { closeApp, openApp, type Opened } from '../testing/render.tsx';

const saved: { name: string; type: string; text: Promise<string> }[] = [];

beforeEach(() => {
  saved.length = 0;
  let blob: Blob | undefined;
  vi.spyOn(URL, 'createObjectURL').mockImplementation((made) => {
    blob = made as Blob;
    return 'blob:made';
  });
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function click(this: HTMLAnchorElement) {
    saved.push({ name: this.download, type: blob?.type ?? '', text: blob?.text() ?? Promise.resolve('') });
  });
});
afterEach(() => {
  closeApp();
  vi.restoreAllMocks();
});

async function openDialog({ user }: Opened): Promise<HTMLElement> {
  await user.click(await screen.findByRole('button', { name: 'Export…' }));
  return screen.findByRole('dialog', { name: 'Export' });
}
const inputs = ({ fake }: Opened, name: string): readonly unknown[] =>
  fake.calls.filter((call) => call.name === name).map(({ input }) => input);

describe('Export', () => {
  it('offers every format by its name and what it is for, and shows the beginning of the one chosen', async () => {
    const opened = openApp('/');
    const dialog = await openDialog(opened);
    const choices = within(dialog).getAllByRole('radio');
    expect(new Set(choices.map((one) => one.getAttribute('value')))).toEqual(new Set(FORMAT_NAMES));
    expect(choices).toHaveLength(FORMAT_NAMES.length);
    expect(within(dialog).getByRole('radio', { name: /^HTML page/ })).toHaveProperty('checked', true);
    expect(within(dialog).getByText(FORMATS.junit.use)).toBeTruthy();
    await opened.user.click(within(dialog).getByRole('radio', { name: /^SARIF/ }));
    expect(await within(dialog).findByText('beginning of sarif')).toBeTruthy();
    expect(within(dialog).getByText('plimsoll-harbour-prod.sarif')).toBeTruthy();
    expect(within(dialog).getByText('123 kB; its beginning:')).toBeTruthy();
  });

  it('saves all of it under its name, says so, and gives the focus back', async () => {
    const opened = openApp('/');
    const dialog = await openDialog(opened);
    await within(dialog).findByText('beginning of html');
    await opened.user.click(within(dialog).getByRole('button', { name: 'Save…' }));
    await waitFor(() => expect(saved).toHaveLength(1));
    expect([saved[0]?.name, await saved[0]?.text]).toEqual(['plimsoll-harbour-prod.html', 'all of html']);
    expect(await screen.findByText('Saved as plimsoll-harbour-prod.html')).toBeTruthy();
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await waitFor(() => expect(document.activeElement?.textContent).toBe('Export…'));
  });

  it('is worked by keys alone', async () => {
    const opened = openApp('/');
    (await screen.findByRole('button', { name: 'Export…' })).focus();
    await opened.user.keyboard('{Enter}');
    const dialog = await screen.findByRole('dialog', { name: 'Export' });
    within(dialog)
      .getByRole('radio', { name: /^HTML page/ })
      .focus();
    await opened.user.keyboard('{ArrowDown}');
    await waitFor(() => expect(within(dialog).getByRole('radio', { name: /^CSV/ })).toHaveProperty('checked', true));
    await opened.user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('says what a format leaves out, and what went wrong', async () => {
    const opened = openApp('/', { failing: { 'exports.file': someError } });
    const dialog = await openDialog(opened);
    await opened.user.click(within(dialog).getByRole('radio', { name: /^Markdown/ }));
    expect(await within(dialog).findByText('markdown: 5 findings are left out')).toBeTruthy();
    await opened.user.click(within(dialog).getByRole('button', { name: 'Save…' }));
    expect(await screen.findByText(someError.what)).toBeTruthy();
    expect(saved).toEqual([]);
  });

  it('of filtered Findings may be of what is shown, in formats that list findings', async () => {
    const opened = openApp('/findings?severity=critical');
    const dialog = await openDialog(opened);
    expect(within(dialog).queryByRole('checkbox')).toBeNull();
    await opened.user.click(within(dialog).getByRole('radio', { name: /^CSV/ }));
    const only = await within(dialog).findByRole('checkbox', { name: /^Only the .* that the screen shows$/ });
    await waitFor(() =>
      expect(inputs(opened, 'exports.preview').at(-1)).toMatchObject({ format: 'csv', filter: { severity: ['critical'] } }),
    );
    await opened.user.click(only);
    await waitFor(() => expect(inputs(opened, 'exports.preview').at(-1)).not.toHaveProperty('filter'));
  });

  it('is there for a run of the History, by the policy that it was judged by', async () => {
    const opened = openApp('/history');
    const grid = await screen.findByRole('grid', { name: 'Runs' });
    const rows = await within(grid).findAllByRole('row');
    await opened.user.click(rows[1] as HTMLElement);
    await openDialog(opened);
    await waitFor(() => expect(inputs(opened, 'exports.preview')).toHaveLength(1));
  });
});
