import { PASS } from '#core/inventory/model.ts';
import type { Finding } from '#core/policy/finding.ts';
import type { RuleCounts } from '#core/policy/project.ts';
import { whole } from '#core/report/context.ts';
import type { Written } from '#core/report/context.ts';
import { objectTitle } from '#core/report/file-place.ts';
import type { ReadProblem, Report } from '#core/report/report.ts';
import { attributes, xmlText } from '#core/report/xml-text.ts';

/**
 * JUnit XML with no more than the two schemas in use share (Ant's, which Azure DevOps and others check, and that of Jenkins): a
 * suite for each file or namespace, a test for each rule that judged something there. A rule that fails is a failure, one that
 * could not be computed an error, one that is waived or not evaluated is skipped: none of these passes.
 */
export function toJunit(report: Report): Written {
  const places = new Map<string, Suite>();
  const suiteOf = (name: string): Suite => {
    const known = places.get(name);
    if (known !== undefined) return known;
    const made: Suite = { name, passing: new Set(), findings: new Map(), problems: [] };
    places.set(name, made);
    return made;
  };
  const indexes = report.counts.map(({ rule }) => rule.index);
  for (const object of report.objects) {
    if (object.idle) continue;
    const suite = suiteOf(placeOf(object));
    for (const index of indexes) if (object.verdicts[index] === PASS) suite.passing.add(index);
  }
  for (const finding of report.findings) {
    const suite = suiteOf(placeOf(finding.object));
    const known = suite.findings.get(finding.rule.index);
    if (known === undefined) suite.findings.set(finding.rule.index, [finding]);
    else known.push(finding);
  }
  for (const problem of report.errors) suiteOf(problem.file).problems.push(problem);
  const suites = [...places.values()]
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((suite, index) => suiteText(report, suite, index));
  return whole(`<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('')}</testsuites>`);
}

interface Suite {
  readonly name: string;
  /** Indexes of rules that pass on some object. */
  readonly passing: Set<number>;
  readonly findings: Map<number, Finding[]>;
  readonly problems: ReadProblem[];
}

/** The schemas want a name, and pay no heed to spaces around it. */
const tokenOf = (name: string): string => name.trim() || '-';

type Outcome = 'passed' | 'failure' | 'error' | 'skipped';

const placeOf = ({ place, namespace }: Pick<Finding['object'], 'place' | 'namespace'>): string =>
  place?.file ?? (namespace === undefined ? 'cluster-scoped' : `namespace ${namespace}`);

function suiteText(report: Report, suite: Suite, id: number): string {
  const cases = [
    ...suite.problems.map((problem) => problemCase(suite.name, problem)),
    ...report.counts.flatMap((row) => ruleCase(suite, row)),
  ];
  const count = (outcome: Outcome): number => cases.filter((one) => one.outcome === outcome).length;
  const head = attributes({
    name: tokenOf(suite.name),
    timestamp: report.run.startedAt.slice(0, 19),
    // Which machine ran it is nobody's business: the schemas say to write this.
    hostname: 'localhost',
    tests: cases.length,
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
    time: '0',
    id,
    package: 'plimsoll',
  });
  const properties = { policy: report.policy.name, run: report.run.id, source: report.run.source.name };
  const listed = Object.entries(properties).map(([name, value]) => `      <property${attributes({ name, value })}/>\n`);
  return [
    `  <testsuite${head}>\n    <properties>\n${listed.join('')}    </properties>\n`,
    ...cases.map(({ text }) => text),
    '    <system-out></system-out>\n    <system-err></system-err>\n  </testsuite>\n',
  ].join('');
}

interface Case {
  readonly outcome: Outcome;
  readonly text: string;
}

function ruleCase(suite: Suite, { rule: { rule, index, severity, mode } }: RuleCounts): readonly Case[] {
  const findings = suite.findings.get(index) ?? [];
  if (findings.length === 0 && !suite.passing.has(index)) return [];
  const of = (verdict: Finding['verdict']): readonly Finding[] => findings.filter((finding) => finding.verdict === verdict);
  const head = { name: `${rule.id}: ${rule.title}`, classname: tokenOf(suite.name), time: '0' };
  const [failing, errors, waived, open] = [of('fail'), of('error'), of('waived'), of('notEvaluated')];
  // What is only watched turns no build red, and is no pass.
  if (failing.length > 0 && mode === 'audit')
    return [testcase(head, 'skipped', { message: `only watched (audit): ${counted(failing.length)} fail` })];
  if (failing.length > 0) {
    const message = failing.length === 1 ? (failing[0]?.message ?? '') : `${counted(failing.length)}: ${rule.title}`;
    return [testcase(head, 'failure', { type: `${severity}, ${mode}`, message }, `${placesText(failing)}\n${rule.remediation}`)];
  }
  if (errors.length > 0)
    return [testcase(head, 'error', { type: 'error', message: 'it could not be judged' }, placesText(errors))];
  if (waived.length > 0) return [testcase(head, 'skipped', { message: `waived: ${reasonsOf(waived)}` })];
  if (open.length > 0) return [testcase(head, 'skipped', { message: `not evaluated: ${reasonsOf(open)}` })];
  return [{ outcome: 'passed', text: `    <testcase${attributes(head)}/>\n` }];
}

const counted = (places: number): string => `${places} ${places === 1 ? 'place' : 'places'}`;

const reasonsOf = (findings: readonly Finding[]): string =>
  [...new Set(findings.map(({ reason }) => reason ?? ''))].slice(0, 3).join('; ');

const placesText = (findings: readonly Finding[]): string =>
  findings
    .map(({ object, position, place, path, message, debt }) => {
      const line = position?.line ?? place?.line;
      return `${objectTitle(object)} ${path}${line === undefined ? '' : ` (line ${line})`}${debt ? ' (known debt)' : ''}: ${message}`;
    })
    .join('\n');

function problemCase(file: string, { message, line, column }: ReadProblem): Case {
  const at = line === undefined ? '' : ` (line ${line}${column === undefined ? '' : `, column ${column}`})`;
  const head = { name: `can be read${at}`, classname: tokenOf(file), time: '0' };
  return testcase(head, 'error', { type: 'unreadable', message }, message);
}

function testcase(
  head: Readonly<Record<string, string>>,
  outcome: Exclude<Outcome, 'passed'>,
  more: Readonly<Record<string, string>>,
  text?: string,
): Case {
  const inner =
    text === undefined ? `<${outcome}${attributes(more)}/>` : `<${outcome}${attributes(more)}>${xmlText(text)}</${outcome}>`;
  return { outcome, text: `    <testcase${attributes(head)}>\n      ${inner}\n    </testcase>\n` };
}
