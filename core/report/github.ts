import { SEVERITIES } from '#core/model.ts';
import type { Finding } from '#core/policy/finding.ts';
import { thousands } from '#core/report/context.ts';
import type { Written } from '#core/report/context.ts';
import { filePath, objectTitle, placeOfFinding } from '#core/report/file-place.ts';
import type { ReadProblem, Report } from '#core/report/report.ts';
import { safeText } from '#core/report/safe-text.ts';

/**
 * Workflow commands of GitHub Actions: `::error file=F,line=L,title=T::message`. A step shows ten of each level (docs.github.com,
 * "Usage limits" of annotations), so that no more are written, the worst first; a last line says how many more there are.
 */
export const MAX_ANNOTATIONS = 10;

const LEVELS = ['error', 'warning', 'notice'] as const;
type Level = (typeof LEVELS)[number];

interface Annotation {
  readonly level: Level;
  readonly line: string;
}

export function toGithub(report: Report): Written {
  const failing = report.findings.filter(({ verdict }) => verdict === 'fail');
  const all = [
    ...report.errors.map((problem) => unread(problem)),
    ...failing.map((finding) => annotation(report, finding)),
    ...report.findings.filter(({ verdict }) => verdict === 'error').map((finding) => annotation(report, finding)),
  ];
  const shown = LEVELS.flatMap((level) => all.filter((one) => one.level === level).slice(0, MAX_ANNOTATIONS));
  const lines = shown.map(({ line }) => line);
  const counts = SEVERITIES.map((severity) => `${thousands(report.summary.findings[severity])} ${severity}`).join(', ');
  const summary = `plimsoll: ${thousands(failing.length)} findings (${counts}) under the policy ${safeText(report.policy.name)}`;
  const left = all.length - shown.length;
  const cut = `${thousands(left)} of ${thousands(all.length)} annotations are left out: a step shows ${MAX_ANNOTATIONS} of each level`;
  return {
    text: [...lines, left === 0 ? summary : `${summary}; ${cut}`].join('\n'),
    notes: left === 0 ? [] : [`github: ${cut}; -o markdown or -o sarif has more`],
  };
}

function annotation(report: Report, finding: Finding): Annotation {
  const { rule, object, owned, verdict } = finding;
  const place = placeOfFinding(report, finding);
  const what = verdict === 'error' ? `could not be judged: ${finding.message}` : finding.message || rule.rule.title;
  const more = owned > 0 ? ` (and ${owned} owned)` : '';
  const level =
    rule.mode === 'audit' || rule.severity === 'low'
      ? 'notice'
      : rule.severity === 'medium' || verdict === 'error'
        ? 'warning'
        : 'error';
  const at = place.isFile ? position(place.path, place.line, place.column) : [];
  return {
    level,
    line: command(level, [...at, ['title', `${rule.severity}: ${rule.rule.id}`]], `${objectTitle(object)}${more}: ${what}`),
  };
}

const unread = ({ file, line, column, message }: ReadProblem): Annotation => ({
  level: 'error',
  line: command('error', [...position(filePath(file), line, column), ['title', 'could not be read']], message),
});

type Property = readonly [name: string, value: string];

const position = (file: string, line?: number, column?: number): readonly Property[] => [
  ['file', file],
  ...(line === undefined ? [] : [['line', String(line)] as const]),
  ...(column === undefined ? [] : [['col', String(column)] as const]),
];

/** Text of a cluster must never begin a command of its own: controls are replaced, and what has a meaning here is encoded. */
function command(level: Level, properties: readonly Property[], message: string): string {
  const list = properties.map(([name, value]) => `${name}=${escapeProperty(safeText(value))}`).join(',');
  return `::${level} ${list}::${escapeData(safeText(message))}`;
}

const escapeData = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const escapeProperty = (text: string): string => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
