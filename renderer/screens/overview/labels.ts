import type { Overview } from '#core/api/findings.ts';
import type { RatchetView } from '#core/api/ratchet.ts';
import { plural } from '../../ui/format.ts';
import { regressedOf, type Line } from '#core/load-line/line.ts';
import type { ZoneLabel } from '../load-line/Labels.tsx';

/** What is said under each zone of the load line. */
export function labelsOf(
  line: Line,
  overview: Overview,
  view: RatchetView | undefined,
  /** Where the lanes are. */
  ratchet: string,
): { readonly base: ZoneLabel; readonly ready: ZoneLabel; readonly gap: ZoneLabel } {
  const base =
    line.baseline === undefined
      ? { name: 'Would be the baseline', count: line.base.length, note: 'hold wherever they apply' }
      : { name: 'In the baseline', count: line.base.length, note: heldNote(line, view), to: ratchet };
  const to = line.baseline === undefined ? undefined : ratchet;
  const gap = { name: 'Gap', count: line.gap.length, note: gapNote(overview, view), to };
  return { base, ready: { name: 'Ready', count: line.ready.length, note: readyNote(view), to }, gap };
}

function heldNote(line: Line, view: RatchetView | undefined): string {
  const broken = regressedOf(line);
  const debt = view?.held.reduce((sum, row) => sum + row.debt, 0) ?? 0;
  const known = debt === 0 ? '' : `, ${plural(debt, 'known failure')}`;
  if (broken.length === 0) return `all hold${known}`;
  const objects = broken.reduce((sum, rule) => sum + rule.regressed, 0);
  return `${line.base.length - broken.length} hold, ${broken.length} regressed with ${plural(objects, 'object')}${known}`;
}

/** The least that a ready rule has behind it. */
function readyNote(view: RatchetView | undefined): string {
  const days = view?.ready.flatMap((row) => row.streaks.map((streak) => streak.days)) ?? [];
  return days.length === 0 ? '0 fail' : `0 fail, ${Math.floor(Math.min(...days))}+ days`;
}

function gapNote(overview: Overview, view: RatchetView | undefined): string {
  if (view === undefined) {
    const namespaces = overview.namespaces.filter((row) => row.namespace !== '').length;
    return `${plural(overview.findings, 'finding')} in ${plural(namespaces, 'namespace')}`;
  }
  const findings = view.gap.reduce((sum, row) => sum + row.findings, 0);
  const teams = new Set(view.gap.flatMap((row) => row.teams)).size;
  if (findings === 0) return 'nothing fails';
  return teams === 0 ? plural(findings, 'finding') : `${plural(findings, 'finding')}, ${plural(teams, 'team')}`;
}
