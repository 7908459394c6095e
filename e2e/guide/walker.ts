import { expect as slow, type Browser, type Locator, type Page } from '@playwright/test';
import { expect } from 'vitest';
import type { ApiServer } from '#test/apiserver.ts';
import { visit, type Visit } from '../browser.ts';
import { startHost, type Host } from '../host.ts';
import { failing, titleOf, type Failing } from './counting.ts';
import { manifestOf, type Thing } from './shop.ts';

/** Everything is waited for a little longer than usual: a real cluster answers beside it. */
export const see = slow.configure({ timeout: 20_000 });

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Monday, 2 March 2026, 08:00 UTC. */
const START = Date.UTC(2026, 2, 2, 8);

/** One person before one window, a cluster, and a clock that only moves when it is moved. */
export class Walker {
  readonly page: Page;
  readonly #visit: Visit;
  readonly #host: Host;
  readonly #api: ApiServer;
  readonly #clock: { time: number };
  #scans = 0;

  private constructor(parts: {
    readonly visit: Visit;
    readonly host: Host;
    readonly api: ApiServer;
    readonly clock: { time: number };
  }) {
    this.#visit = parts.visit;
    this.#host = parts.host;
    this.#api = parts.api;
    this.#clock = parts.clock;
    this.page = parts.visit.page;
  }

  static async start(browser: Browser, api: ApiServer): Promise<Walker> {
    const clock = { time: START };
    const host = await startHost({ kubeconfig: api.kubeconfig, now: () => clock.time });
    return new Walker({ visit: await visit(browser, host, '/', { now: clock.time }), host, api, clock });
  }

  /** Fails where the page complained of anything on the way. */
  async end(): Promise<void> {
    await this.#visit.end();
    await this.#host.stop();
  }

  async apply(things: readonly Thing[]): Promise<void> {
    await this.#api.apply(things.map(manifestOf));
  }

  /** The day of the walk, YYYY-MM-DD. */
  day(number: number): string {
    return new Date(START + number * DAY).toISOString().slice(0, 10);
  }

  /** Moves both clocks to a day, counted from the first, and an hour after its beginning. */
  async moveTo(day: number, hours = 1): Promise<void> {
    this.#clock.time = START + day * DAY + hours * HOUR;
    await this.page.clock.setSystemTime(this.#clock.time);
  }

  async open(path: string): Promise<void> {
    await this.page.goto(`${this.#host.origin}${path}`);
    await see(this.page.locator('main')).not.toContainText('Loading');
    await see(this.page.locator('.skeleton, .trend-room')).toHaveCount(0);
  }

  /** The first scan: choosing the context is enough. */
  async choose(context: string): Promise<void> {
    await this.page.getByRole('button', { name: new RegExp(`^${context}`) }).click();
    this.#scans += 1;
    await see(this.page.getByText('in scan #1').first()).toBeVisible();
  }

  async scan(): Promise<void> {
    await this.page.keyboard.press('Control+Enter');
    this.#scans += 1;
    await this.saved(`Scan #${this.#scans} of test-admin is done`);
  }

  region(name: string | RegExp): Locator {
    return this.page.getByRole('region', { name });
  }

  /** A figure of the Overview, without the words beside it. */
  async seeFigure(name: string, value: number | string): Promise<void> {
    const figure = this.region('Figures').getByRole('link', { name: new RegExp(`^${name}`) });
    const shown = (): Promise<string> =>
      figure.locator('.figure-value').evaluate((node) => (node.firstChild?.textContent ?? '').replace(/\s%$/, ''));
    await see.poll(shown, `figure ${name}`).toBe(String(value));
  }

  /** What a lane says in its head. */
  async seeLane(name: 'Baseline' | 'Ready' | 'Gap', count: number): Promise<void> {
    await see(this.region(name).locator('.panel-head .figure')).toHaveText(String(count));
  }

  gapRow(rule: string): Locator {
    return this.page.getByRole('grid', { name: 'Gap' }).getByRole('row', { name: new RegExp(titleOf(rule)) });
  }

  async seeGapRow(rule: string, things: readonly Thing[]): Promise<void> {
    const cells = await this.gapRow(rule).locator('.lane-figure').allInnerTexts();
    const { objects, namespaces, teams }: Failing = failing(rule, things);
    expect(cells.slice(0, 3), rule).toEqual([objects, namespaces, teams].map(String));
  }

  /** Waits for what was saved to be said. */
  async saved(what: string | RegExp): Promise<void> {
    await see(this.page.locator('.toast').filter({ hasText: what })).toBeVisible();
  }
}
