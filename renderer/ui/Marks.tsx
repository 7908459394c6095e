import type { Severity, Verdict } from '#core/model.ts';
import './marks.css';

const BARS = [
  { x: 1, y: 9 },
  { x: 5.4, y: 5.4 },
  { x: 9.8, y: 1.8 },
] as const;

const LIT: Readonly<Record<Exclude<Severity, 'critical'>, number>> = { high: 3, medium: 2, low: 1 };

/** Shape first, hue second: an octagon with a stroke, or one to three bars. */
export function SeverityShape({ severity }: { readonly severity: Severity }) {
  return (
    <svg className="mark" viewBox="0 0 14 14" width="14" height="14" aria-hidden="true" focusable="false">
      {severity === 'critical' ? (
        <path fillRule="evenodd" d="M4.3 1h5.4L13 4.3v5.4L9.7 13H4.3L1 9.7V4.3zM6.2 3.4v4.6h1.6V3.4zm0 5.7v1.6h1.6V9.1z" />
      ) : (
        BARS.map((bar, index) => (
          <rect
            key={bar.x}
            x={bar.x}
            y={bar.y}
            width="3.2"
            height={13 - bar.y}
            rx=".6"
            opacity={index < LIT[severity] ? 1 : 0.28}
          />
        ))
      )}
    </svg>
  );
}

export function SeverityMark({ severity }: { readonly severity: Severity }) {
  return (
    <span className={`severity severity-${severity}`}>
      <SeverityShape severity={severity} />
      {severity}
    </span>
  );
}

const VERDICT_PATHS: Readonly<Record<Verdict, string>> = {
  pass: 'm2.5 7.4 2.9 2.9 6.1-6.4',
  fail: 'm3 3 8 8M11 3l-8 8',
  waived: 'M12 7A5 5 0 1 1 2 7a5 5 0 0 1 10 0M3.6 10.4l6.8-6.8',
  notApplicable: 'M3.5 7h7',
  error: 'M7 2v6M7 11v.4',
  notEvaluated: 'M4.6 5.2c0-1.6 1-2.6 2.5-2.6s2.4.9 2.4 2.2c0 1.7-2.4 1.8-2.4 3.6M7.1 11.3v.3',
};

export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  pass: 'pass',
  fail: 'fail',
  waived: 'waived',
  notApplicable: 'not applicable',
  error: 'error',
  notEvaluated: 'not evaluated',
};

export function VerdictMark({ verdict, word }: { readonly verdict: Verdict; readonly word?: string }) {
  return (
    <span className={`verdict verdict-${verdict}`}>
      <svg className="mark mark-line" viewBox="0 0 14 14" width="14" height="14" aria-hidden="true" focusable="false">
        <path d={VERDICT_PATHS[verdict]} />
      </svg>
      {word ?? VERDICT_WORDS[verdict]}
    </span>
  );
}
