import type { EnforceRule } from '#core/api/enforce.ts';
import { REPLAY_OUTCOMES, type ReplayCounts, type ReplayOutcome } from '#core/enforce/replay/words.ts';
import type { Mode } from './address.ts';

/** Outcomes and modes as they are drawn: icon and word, never colour alone. */

export const OUTCOME_WORDS: Readonly<Record<ReplayOutcome, string>> = {
  denied: 'denied',
  warned: 'warned of',
  audited: 'audited',
  notEvaluated: 'not evaluated',
  letThrough: 'let through',
};

const PATHS: Readonly<Record<ReplayOutcome, string>> = {
  denied: 'm3 3 8 8M11 3l-8 8',
  warned: 'M7 2.2 12.4 11.8H1.6zM7 5.6v2.8M7 10.1v.2',
  audited: 'M3.5 2h7v10h-7zM5.6 5h2.8M5.6 7.5h2.8',
  notEvaluated: 'M4.6 5.2c0-1.6 1-2.6 2.5-2.6s2.4.9 2.4 2.2c0 1.7-2.4 1.8-2.4 3.6M7.1 11.3v.3',
  letThrough: 'M2 7h9.5M8 3.5 11.5 7 8 10.5',
};

export function OutcomeMark({ outcome, word }: { readonly outcome: ReplayOutcome; readonly word?: string }) {
  return (
    <span className={`outcome outcome-${outcome}`}>
      <svg className="mark mark-line" viewBox="0 0 14 14" width="14" height="14" aria-hidden="true" focusable="false">
        <path d={PATHS[outcome]} />
      </svg>
      {word ?? OUTCOME_WORDS[outcome]}
    </span>
  );
}

const OF_MODE: Readonly<Record<Mode, ReplayOutcome>> = { audit: 'audited', warn: 'warned', deny: 'denied' };

export const ModeMark = ({ mode }: { readonly mode: Mode }) => <OutcomeMark outcome={OF_MODE[mode]} word={mode} />;

/** Counts side by side on one scale. Decoration: the figures stand beside it. */
export function CountsBar({ counts, of }: { readonly counts: ReplayCounts; readonly of: number }) {
  return (
    <svg className="counts-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <rect className="counts-track" width="100" height="10" />
      {stretches(counts, of).map(({ outcome, from, width }) => (
        <rect key={outcome} className={`counts-${outcome}`} x={from} width={width} height="10" />
      ))}
    </svg>
  );
}

function stretches(counts: ReplayCounts, of: number) {
  let end = 0;
  return REPLAY_OUTCOMES.flatMap((outcome) => {
    const from = end;
    const width = of === 0 ? 0 : (counts[outcome] / of) * 100;
    end += width;
    return width === 0 ? [] : [{ outcome, from, width }];
  });
}

export const sumOf = (counts: ReplayCounts): number => REPLAY_OUTCOMES.reduce((sum, outcome) => sum + counts[outcome], 0);

const HARDER: readonly Mode[] = ['deny', 'warn', 'audit'];

/** The hardest that a rule does anywhere. */
export const hardestOf = ({ actions }: EnforceRule): Mode =>
  HARDER.find((mode) => actions.some((action) => action.mode === mode)) ?? 'audit';

export const denies = (rules: readonly EnforceRule[]): boolean => rules.some((rule) => hardestOf(rule) === 'deny');
