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
    expect(ids).toHaveLength(59);
    expect(ids).toEqual(ids.toSorted());
  });

  it('names the aliases by tool; no two rules have a Datree key in common', async () => {
    const keys = (await rules()).flatMap(({ aliases }) => aliases['datree'] ?? []);
    expect(keys).toHaveLength(44);
    expect(new Set(keys).size).toBe(44);
  });

  it.each([
    ['default', 21],
    ['datree-default', 21],
    ['datree-starter', 34],
    ['pss-baseline', 12],
    ['pss-restricted', 18],
    ['all', 59],
  ])('of the policy %s are %i', async (policy, count) => {
    expect(await rules('--policy', policy)).toHaveLength(count);
  });

  it('as a table, the most severe first', async () => {
    const { code, stdout } = await runCliHere(['rules']);
    const lines = stdout.trimEnd().split('\n');
    expect(code).toBe(0);
    expect(lines.at(-1)).toBe('59 rules');
    const severities = lines.slice(0, -1).map((line) => SEVERITIES.findIndex((severity) => line.startsWith(`${severity} `)));
    expect(severities).toEqual(severities.toSorted((a, b) => a - b));
    expect(severities).not.toContain(-1);
  });

  it.each([
    ['PSS', 19],
    ['pss:baseline', 12],
    ['PSS:restricted', 7],
    ['CIS:1.10', 5],
  ])('of the framework %s are %i', async (framework, count) => {
    expect(await rules('--framework', framework)).toHaveLength(count);
  });

  it('shows the controls of a framework, and which there are where there is none such', async () => {
    expect((await runCliHere(['rules', '--framework', 'PSS'])).stdout).toContain('(seccompProfile_restricted)');
    const { code, stderr } = await runCliHere(['rules', '--framework', 'ISO']);
    expect(code).toBe(1);
    expect(stderr).toContain('PSS:baseline, PSS:restricted');
  });

  it('names the nearest policy where there is none', async () => {
    const { code, stderr, stdout } = await runCliHere(['rules', '--policy', 'datree-start']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain("Did you mean 'datree-starter'?");
  });
});
