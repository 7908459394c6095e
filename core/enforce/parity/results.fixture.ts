import { AXES } from '#core/enforce/parity/requests.fixture.ts';
import type { Axis } from '#core/enforce/parity/requests.fixture.ts';

/** How many requests of an axis an engine let pass and how many it did not, all of them as a scan says. */
export type Counts = { readonly passes: number; readonly fails: number };

/** Of one engine, by rule and axis. An axis that is not there was not tested. */
export type EngineResults = Readonly<Record<string, Partial<Record<Axis, Counts>>>>;

/** Counts what was asked, as it is asked. */
export class Tally {
  readonly #counts = new Map<string, { passes: number; fails: number }>();

  add(rule: string, axis: Axis, failed: boolean): void {
    const key = `${rule} ${axis}`;
    const { passes, fails } = this.#counts.get(key) ?? { passes: 0, fails: 0 };
    this.#counts.set(key, { passes: passes + (failed ? 0 : 1), fails: fails + (failed ? 1 : 0) });
  }

  /** Of these rules, in this order. */
  results(rules: readonly string[]): EngineResults {
    const axesOf = (rule: string) =>
      Object.fromEntries(
        AXES.flatMap((axis) => {
          const counts = this.#counts.get(`${rule} ${axis}`);
          return counts === undefined ? [] : [[axis, counts] as const];
        }),
      );
    return Object.fromEntries(rules.map((rule) => [rule, axesOf(rule)]));
  }
}

export function countsOf(requests: readonly { readonly axis: Axis; readonly says: object }[]): Partial<Record<Axis, Counts>> {
  const counts: Partial<Record<Axis, Counts>> = {};
  for (const { axis, says } of requests) {
    const { passes, fails } = counts[axis] ?? { passes: 0, fails: 0 };
    const failed = Object.keys(says).length > 0;
    counts[axis] = { passes: passes + (failed ? 0 : 1), fails: fails + (failed ? 1 : 0) };
  }
  return counts;
}

/** One line for each rule, so that a change of one shows as one. */
export function resultsText(results: EngineResults): string {
  const lines = Object.entries(results).map(([rule, axes]) => `  ${JSON.stringify(rule)}: ${JSON.stringify(axes)}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}

/** The kept results as the table of docs/parity.md: requests that passed and that did not, over all rules; a dash: not tested. */
export function resultsTable(results: Readonly<Record<string, EngineResults>>): string {
  const engines = Object.keys(results);
  const cell = (engine: string, axis: Axis): string => {
    const all = Object.values(results[engine] ?? {}).flatMap((axes) => axes[axis] ?? []);
    const sum = (of: (counts: Counts) => number): number => all.reduce((total, counts) => total + of(counts), 0);
    return all.length === 0 ? '–' : `${sum(({ passes }) => passes)} pass, ${sum(({ fails }) => fails)} fail`;
  };
  const rows = AXES.map((axis) => `| \`${axis}\` | ${engines.map((engine) => cell(engine, axis)).join(' | ')} |`);
  return [`| axis | ${engines.join(' | ')} |`, `| --- |${engines.map(() => ' --- |').join('')}`, ...rows].join('\n');
}
