import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { closeApp, openApp } from '../../testing/render.tsx';

afterEach(closeApp);

describe('the Overview screen', () => {
  it('leads every figure to what it counts', async () => {
    openApp('/');
    const figures = await screen.findByRole('region', { name: 'Figures' });
    const links = within(figures)
      .getAllByRole('link')
      .map((link) => [link.textContent, link.getAttribute('href')]);
    expect(links).toEqual([
      ['Posture, of 97 % covered86.8 %+3.1 since #5', '/findings'],
      ['Failing1,494findings', '/findings?verdict=fail'],
      ['New since last scan4since #5', expect.stringMatching(/^\/history\/diff\?from=.*05&to=.*06$/)],
      ['Fixed9since #5', expect.stringMatching(/^\/history\/diff/)],
      ['Waived31verdicts', '/findings?verdict=waived'],
      ['Not evaluated902 errors', '/findings?verdict=notEvaluated&verdict=error'],
    ]);
  });

  it('pretends no baseline: it shows what one would hold', async () => {
    const { user } = openApp('/');
    await user.click(await screen.findByRole('button', { name: 'See the 49 rules it would hold' }));
    const dialog = await screen.findByRole('dialog', { name: 'What a baseline would hold' });
    expect(within(dialog).getAllByRole('row')).toHaveLength(1 + 49);
    await user.click(within(dialog).getByRole('radio', { name: '27 fail somewhere' }));
    expect(within(dialog).getAllByRole('row')).toHaveLength(1 + 27);
  });

  it('turns its pictures into tables by t', async () => {
    const { user } = openApp('/');
    await screen.findByRole('heading', { name: 'The load line' });
    await user.keyboard('t');
    expect(await screen.findByRole('grid', { name: 'Rules by pass rate' })).toBeTruthy();
    expect(screen.getByRole('grid', { name: 'Failing findings by namespace and category' })).toBeTruthy();
  });

  it('leads a cell of the heat map to its findings', async () => {
    openApp('/');
    const cell = await screen.findByTitle('pipelines, pod security: 141 findings');
    expect(cell.getAttribute('href')).toBe('/findings?namespace=pipelines&category=pod-security');
  });

  it('judges the same scan by another policy, and the address says so', async () => {
    const { user, fake } = openApp('/');
    await user.selectOptions(await screen.findByRole('combobox', { name: 'Policy' }), 'datree-starter');
    await waitFor(() =>
      expect(fake.calls.findLast((call) => call.name === 'overview.get')?.input).toMatchObject({ policy: 'datree-starter' }),
    );
    expect(location.search).toBe('?policy=datree-starter');
    expect(screen.getByRole('link', { name: 'Findings' }).getAttribute('href')).toBe('/findings?policy=datree-starter');
  });
});
