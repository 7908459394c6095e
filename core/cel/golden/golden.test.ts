import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ours } from '#test/cel-differential.ts';
import { canonical } from '#test/oracle.ts';
import { parseJson } from '#main/yaml/json.ts';
import { MINORS } from '../fixtures/cases.ts';
import { readGolden, type GoldenAnswer, type GoldenCase } from './golden.ts';

/** What cel-oracle said, kept: scripts/cel-golden.ts writes it. */
const CASES: readonly GoldenCase[] = readFileSync(new URL('cases.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map(readGolden);

function answerOf(one: GoldenCase): GoldenAnswer {
  const mine = ours(one.one);
  if (mine.compileError !== undefined) return { refused: true };
  const type = mine.outputType === undefined ? {} : { type: mine.outputType };
  const cost = (mine.cost ?? 0) === 0 ? {} : { cost: mine.cost ?? 0 };
  if (mine.evalError !== undefined) return { ...type, error: true, ...cost };
  // Where JSON has no form for a value the file has none, and where Go's way to a float rounds twice.
  const compared = mine.exact === true && one.answer.value !== undefined && !one.one.expr.includes('asApproximateFloat');
  return {
    ...type,
    ...(mine.valueType === undefined ? {} : { valueType: mine.valueType }),
    ...cost,
    ...(compared && mine.value !== undefined ? { value: canonical(parseJson(mine.value)) } : {}),
    ...(compared || one.answer.value === undefined ? {} : { value: one.answer.value }),
  };
}

describe('the golden file: what the API server says, on any machine', () => {
  test('covers every minor, and each kind of outcome', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(3000);
    for (const minor of MINORS) expect(CASES.some(({ one }) => one.minor === minor)).toBe(true);
    const refused = CASES.filter(({ answer }) => answer.refused === true).length;
    const failed = CASES.filter(({ answer }) => answer.error === true).length;
    expect(refused).toBeGreaterThan(300);
    expect(failed).toBeGreaterThan(300);
    expect(CASES.length - refused - failed).toBeGreaterThan(1500);
  });

  test('the engine takes and refuses the same, and gives the same type, value or error, and cost', () => {
    const differing = CASES.filter((one) => {
      const mine = answerOf(one);
      return canonical({ ...mine }) !== canonical({ ...one.answer });
    });
    const shown = differing
      .slice(0, 20)
      .map(
        (each) =>
          `${each.one.expr} at ${each.one.minor}\n  API server: ${JSON.stringify(each.answer)}\n  we: ${JSON.stringify(answerOf(each))}`,
      );
    expect(`${differing.length} differ\n${shown.join('\n')}`).toBe('0 differ\n');
  });
});
