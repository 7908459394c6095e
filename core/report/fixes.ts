import type { Paint } from '#core/report/table.ts';
import type { Report } from '#core/report/report.ts';

/** How to fix what fails: each failing rule once, with its Datree identifier and where to read on. */
export function fixLines({ counts }: Report, paint: Paint): readonly string[] {
  const failing = counts.filter((row) => row.counts.fail > 0).map(({ rule }) => rule.rule);
  if (failing.length === 0) return [];
  return [
    paint('bold', 'How to fix'),
    ...failing.flatMap((rule) => {
      const aliases = rule.aliases['datree'] ?? [];
      const name = aliases.length === 0 ? rule.id : `${rule.id} (${aliases.join(', ')})`;
      return [`  ${name}`, `    ${rule.remediation}`, ...rule.references.slice(0, 1).map((link) => `    ${paint('dim', link)}`)];
    }),
    '',
  ];
}
