import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { EFFORTS, SEVERITIES } from '#core/model.ts';
import { CATEGORIES } from '#core/rules/model.ts';
import { runCliHere } from '#test/run-cli-here.ts';

/** What other programs may count on. */
const row = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/),
  title: z.string().min(1),
  category: z.enum(CATEGORIES),
  severity: z.enum(SEVERITIES),
  effort: z.enum(EFFORTS),
  scope: z.enum(['object', 'cluster']),
  enforceable: z.boolean(),
  aliases: z.record(z.string(), z.array(z.string())),
  frameworks: z.array(z.object({ id: z.string() }).loose()),
});

const rules = async (...args: readonly string[]) =>
  z.array(row).parse(JSON.parse((await runCliHere(['rules', '-o', 'json', ...args])).stdout));

describe('plimsoll rules', () => {
  it('lists the library as JSON, in order of id', async () => {
    const ids = (await rules()).map(({ id }) => id);
    expect(ids).toHaveLength(44);
    expect(ids).toEqual(ids.toSorted());
  });

  it('names the aliases by tool; every rule has its own Datree key', async () => {
    const keys = (await rules()).flatMap(({ aliases }) => aliases['datree'] ?? []);
    expect(keys).toHaveLength(44);
    expect(new Set(keys).size).toBe(44);
  });

  it.each([
    ['default', 21],
    ['datree-default', 21],
    ['datree-starter', 34],
    ['all', 44],
  ])('of the policy %s are %i', async (policy, count) => {
    expect(await rules('--policy', policy)).toHaveLength(count);
  });

  it('as a table, the most severe first', async () => {
    const { code, stdout } = await runCliHere(['rules']);
    const lines = stdout.trimEnd().split('\n');
    expect(code).toBe(0);
    expect(lines.at(-1)).toBe('44 rules');
    const severities = lines.slice(0, -1).map((line) => SEVERITIES.findIndex((severity) => line.startsWith(`${severity} `)));
    expect(severities).toEqual(severities.toSorted((a, b) => a - b));
    expect(severities).not.toContain(-1);
  });

  it('names the nearest policy where there is none', async () => {
    const { code, stderr, stdout } = await runCliHere(['rules', '--policy', 'datree-start']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain("Did you mean 'datree-starter'?");
  });
});
