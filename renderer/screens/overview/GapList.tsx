import { Link } from 'wouter';
import { useHref } from '../../state/current.ts';
import { count, percent, plural } from '../../ui/format.ts';
import { SeverityMark } from '../../ui/Marks.tsx';
import { safe } from '../../ui/safe-text.ts';
import type { LineRule } from '#core/load-line/line.ts';

/** The free room beside a narrow picture names the gap. */
export function GapList({ rules, rows }: { readonly rules: readonly LineRule[]; readonly rows: number }) {
  const href = useHref();
  const shown = rules.length <= rows ? rules : rules.slice(0, rows - 1);
  return (
    <ul className="gap-list" aria-label="Rules in the gap">
      {shown.map((rule) => (
        <li key={rule.rule}>
          <Link href={href(`/rules/${rule.rule}`)}>
            <span className="table-cut" title={safe(rule.title)}>
              {safe(rule.title)}
            </span>
            <SeverityMark severity={rule.severity} />
            <span className="figure">{rule.rate === undefined ? '–' : percent(rule.rate)}</span>
            <span className="figure muted">{count(rule.fail)} fail</span>
          </Link>
        </li>
      ))}
      {shown.length === rules.length ? null : (
        <li>
          <Link className="link" href={href('/ratchet')}>
            {plural(rules.length - shown.length, 'more rule')}
          </Link>
        </li>
      )}
    </ul>
  );
}
