import type { Proposal } from '#core/api/ratchet.ts';

/** A baseline before it is accepted: what the scans propose, and what somebody ticked otherwise. */

export type ProposalRow = Proposal['rows'][number];
export type Place = ProposalRow['place'];
export const PLACES = ['holds', 'fails', 'notApplicable', 'notEvaluated'] as const satisfies readonly Place[];

/** Rules whose tick was turned from what is proposed. */
export type Turned = ReadonlySet<string>;

export const isChosen = (row: ProposalRow, turned: Turned): boolean => (row.place === 'holds') !== turned.has(row.rule);

export const chosenOf = (rows: readonly ProposalRow[], turned: Turned): readonly ProposalRow[] =>
  rows.filter((row) => isChosen(row, turned));

export const turnOne = (row: ProposalRow, turned: Turned): Turned => {
  const next = new Set(turned);
  if (!next.delete(row.rule)) next.add(row.rule);
  return next;
};

/** Ticks or unticks all the rows given. */
export const turnAll = (rows: readonly ProposalRow[], chosen: boolean, turned: Turned): Turned =>
  rows.reduce((set, row) => (isChosen(row, set) === chosen ? set : turnOne(row, set)), turned);

/** Chosen rules that fail today, and on how many objects: what a warning would name from the first day. */
export function failingToday(chosen: readonly ProposalRow[]): { readonly rules: number; readonly objects: number } {
  const failing = chosen.filter((row) => row.place === 'fails');
  return { rules: failing.length, objects: failing.reduce((sum, row) => sum + row.failing, 0) };
}

const [SHORTEST, LONGEST] = [3, 40];
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** Why a name cannot be that of a policy; undefined where it can. */
export const wrongName = (name: string): string | undefined =>
  name.length < SHORTEST || name.length > LONGEST
    ? `A name has ${SHORTEST} to ${LONGEST} characters.`
    : NAME.test(name)
      ? undefined
      : 'Small letters, digits and single hyphens, beginning with a letter.';

/** `Harbour Prod` gives `harbour-prod-baseline`. */
export function suggestedName(source: string): string {
  const word = source
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, LONGEST - '-baseline'.length)
    .replace(/-+$/, '');
  return word === '' ? 'baseline' : `${word}-baseline`;
}
