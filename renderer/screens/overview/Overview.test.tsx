import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { scanIdOf } from '../../testing/data.ts';
import { someError } from '../../testing/fake-client.ts';
import { closeApp, openApp } from '../../testing/render.tsx';

const PAIR = { baseline: 'harbour-baseline', strict: 'harbour-strict' };

afterEach(closeApp);

describe('the Overview screen', () => {
  it('leads every figure to what it counts', async () => {
    openApp('/');
    const figures = await screen.findByRole('region', { name: 'Figures' });
    const links = within(figures)
      .getAllByRole('link')
      .map((link) => [link.textContent, link.getAttribute('href')]);
    expect(links).toEqual([
      [
        'Posture, of 97 % covered86.8 %+3.1 since #590 not evaluated',
        '/findings?verdict=fail&verdict=notEvaluated&verdict=error',
      ],
      ['Failing1,494findings', '/findings?verdict=fail'],
      ['In the inbox128 undecided', '/inbox'],
      ['New since last scan4since #5', expect.stringMatching(/^\/history\/diff\?from=.*05&to=.*06$/)],
      ['Fixed9since #5', expect.stringMatching(/^\/history\/diff/)],
      ['Waived312 to look at', '/findings?verdict=waived'],
    ]);
  });

  it('publishes the formula of the posture where it stands', async () => {
    openApp('/');
    const posture = await screen.findByRole('link', { name: /^Posture/ });
    expect(posture.getAttribute('aria-description')).toMatch(
      /pass \/ \(pass \+ fail\), each verdict weighted by the severity of its rule \(critical 8, high 4/,
    );
    expect(posture.getAttribute('aria-description')).toMatch(/9,821 verdicts pass and 1,494 fail/);
  });

  it('draws no line before there is a baseline, and says what one would hold', async () => {
    const { fake } = openApp('/');
    await screen.findByRole('button', { name: 'Make a baseline of 49 rules…' });
    expect(fake.calls.some((call) => call.name === 'ratchet.get')).toBe(false);
  });

  it('turns its pictures into tables by t', async () => {
    const { user } = openApp('/');
    await screen.findByRole('heading', { name: 'The load line' });
    await user.keyboard('t');
    expect(await screen.findByRole('grid', { name: 'Rules by pass rate' })).toBeTruthy();
    expect(screen.getByRole('grid', { name: 'Failing findings by namespace and category' })).toBeTruthy();
  });

  it('shows the load line of the pair the workspace names, regressions first in words', async () => {
    const { user, fake } = openApp('/', { pair: PAIR });
    await screen.findByRole('region', { name: 'The load line' });
    await user.keyboard('t');
    const grid = await screen.findByRole('grid', { name: 'Rules by pass rate' });
    const rows = within(grid).getAllByRole('row').slice(1);
    expect(rows).toHaveLength(76);
    expect(rows.filter((row) => row.textContent.includes('regressed'))).toHaveLength(2);
    expect(rows.filter((row) => row.textContent.includes('ready'))).toHaveLength(5);
    expect(fake.calls.find((call) => call.name === 'ratchet.get')?.input).toEqual({ ...PAIR, scanId: scanIdOf(6) });
    expect(screen.queryByRole('button', { name: /Make a baseline/ })).toBeNull();
  });

  it('says in the picture itself where the ratchet cannot be read, and keeps the rest', async () => {
    openApp('/', { pair: PAIR, failing: { 'ratchet.get': someError } });
    expect((await screen.findByRole('alert')).textContent).toContain(someError.why);
    expect(screen.getByRole('region', { name: 'Figures' })).toBeTruthy();
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
