import { Link } from 'wouter';
import type { BaselineRow } from '#core/api/ratchet.ts';
import { useHref } from '../../state/current.ts';
import { Button } from '../../ui/controls.tsx';
import { dateTime, plural } from '../../ui/format.ts';
import { safe } from '../../ui/safe-text.ts';

interface RegressionsProps {
  readonly rows: readonly BaselineRow[];
  readonly baseline: string;
  readonly onDemote: () => void;
}

const SHOWN = 3;
const NAMESPACES = 2;

/** What held and holds no more: the objects that broke it, and what can be done. */
export function Regressions({ rows, baseline, onDemote }: RegressionsProps) {
  const href = useHref();
  if (rows.length === 0) return null;
  return (
    <section className="notice notice-bad regressions" aria-label="Regressions">
      <svg className="mark loss" viewBox="0 0 14 14" width="14" height="14" aria-hidden="true" focusable="false">
        <path d="M1.5 2.5h11L7 12z" />
      </svg>
      <div>
        <h2 className="strong">{plural(rows.length, 'baseline rule')} regressed</h2>
        <ul className="small">
          {rows.slice(0, SHOWN).map((row) => (
            <li key={row.rule}>
              {safe(row.title)}:{' '}
              <Link className="link" href={href('/findings', { rule: row.rule, policy: baseline, verdict: 'fail' })}>
                {plural(row.regressed?.total ?? 0, 'object')}
              </Link>
              <span className="muted"> {where(row)}</span>
            </li>
          ))}
          {rows.length > SHOWN ? <li className="muted">and {plural(rows.length - SHOWN, 'more rule')}</li> : null}
        </ul>
      </div>
      <span className="end acts">
        <Link
          className="button button-small"
          href={href('/findings', { rule: rows.map((row) => row.rule), policy: baseline, verdict: 'fail' })}
        >
          Open findings
        </Link>
        <Button small onClick={onDemote}>
          Propose demotion…
        </Button>
      </span>
    </section>
  );
}

function where({ regressed }: BaselineRow): string {
  const namespaces = regressed?.namespaces ?? [];
  const named = namespaces.slice(0, NAMESPACES).map(safe).join(', ');
  const more = namespaces.length > NAMESPACES ? ` and ${plural(namespaces.length - NAMESPACES, 'more namespace')}` : '';
  const since = regressed?.since === undefined ? '' : `, since ${dateTime(regressed.since)}`;
  return `${named === '' ? '' : `in ${named}${more}`}${since}`;
}
