import type { DriftState } from './use-enforce.ts';

/** States of what is installed: icon and word. */
export const DRIFT_WORDS: Readonly<Record<DriftState, string>> = {
  missing: 'missing',
  changed: 'changed',
  stale: 'stale',
  extra: 'extra',
  expired: 'expired',
  disabled: 'disabled',
  foreign: 'foreign',
  same: 'same',
};

export const DRIFT_MEANINGS: Readonly<Record<DriftState, string>> = {
  missing: 'It would be exported and is not installed.',
  changed: 'It is ours, and somebody has changed it.',
  stale: 'It is ours and untouched, from an earlier state of policy or waivers. Export and apply again.',
  extra: 'It is ours and not wanted any more. Delete it.',
  expired: 'It carries a waiver that has ended. Export and apply again.',
  disabled: 'It is installed and without effect, somewhere or everywhere.',
  foreign: 'It was made by somebody else.',
  same: 'It is installed as it should be.',
};

const PATHS: Readonly<Record<DriftState, string>> = {
  missing: 'M12 7A5 5 0 1 1 2 7a5 5 0 0 1 10 0M4.5 7h5',
  changed: 'M2.5 5h8M8 2.5 10.5 5M11.5 9h-8M6 11.5 3.5 9',
  stale: 'M12 7A5 5 0 1 1 2 7a5 5 0 0 1 10 0M7 4.2V7l2 1.2',
  extra: 'M7 2.5v9M2.5 7h9',
  expired: 'M12 7A5 5 0 1 1 2 7a5 5 0 0 1 10 0M7 4v3.6M7 9.6v.2',
  disabled: 'M12 7A5 5 0 1 1 2 7a5 5 0 0 1 10 0M3.6 10.4l6.8-6.8',
  foreign: 'M2.5 12V2.5h8l-2 2.6 2 2.6h-8',
  same: 'm2.5 7.4 2.9 2.9 6.1-6.4',
};

export function DriftMark({ state }: { readonly state: DriftState }) {
  return (
    <span className={`outcome drift-${state}`}>
      <svg className="mark mark-line" viewBox="0 0 14 14" width="14" height="14" aria-hidden="true" focusable="false">
        <path d={PATHS[state]} />
      </svg>
      {DRIFT_WORDS[state]}
    </span>
  );
}
