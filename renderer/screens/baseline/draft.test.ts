import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { proposalOf } from '../../testing/fake-ratchet.ts';
import { chosenOf, failingToday, suggestedName, turnAll, turnOne, wrongName } from './draft.ts';

const { rows } = proposalOf();
const failing = rows.filter((row) => row.place === 'fails');

describe('a baseline before it is accepted', () => {
  it('holds exactly the rules that hold, until somebody ticks otherwise', () => {
    expect(chosenOf(rows, new Set()).every((row) => row.place === 'holds')).toBe(true);
  });

  it('takes a rule in and lets it go again', () => {
    const one = failing[0];
    if (one === undefined) throw new Error('no failing rule');
    const taken = turnOne(one, new Set());
    expect(chosenOf(rows, taken)).toContain(one);
    expect(chosenOf(rows, turnOne(one, taken))).not.toContain(one);
  });

  it('takes in all of a list, whatever was ticked before', () => {
    const first = failing.slice(0, 3).reduce((set, row) => turnOne(row, set), new Set<string>() as ReadonlySet<string>);
    const all = turnAll(failing, true, first);
    expect(failingToday(chosenOf(rows, all)).rules).toBe(failing.length);
    expect(failingToday(chosenOf(rows, turnAll(failing, false, all)))).toEqual({ rules: 0, objects: 0 });
  });

  it('suggests a name that a policy may have, whatever the source is called', () => {
    expect(suggestedName('Harbour Prod')).toBe('harbour-prod-baseline');
    expect(suggestedName('1-2')).toBe('baseline');
    fc.assert(fc.property(fc.string(), (source) => wrongName(suggestedName(source)) === undefined));
  });

  it('says what is wrong with a name', () => {
    expect(wrongName('Prod baseline')).toMatch(/Small letters/);
    expect(wrongName('a'.repeat(41))).toMatch(/40 characters/);
    expect(wrongName('ab')).toMatch(/3 to 40 characters/);
  });
});
