import type { Severity } from '#core/model.ts';
import type { Finding } from '#core/policy/finding.ts';
import type { PolicyRule, RuleCounts } from '#core/policy/project.ts';
import { thousands } from '#core/report/context.ts';
import type { Written } from '#core/report/context.ts';
import { filePath, objectTitle, placeOfFinding } from '#core/report/file-place.ts';
import type { FilePlace } from '#core/report/file-place.ts';
import type { ReadProblem, Report } from '#core/report/report.ts';
import { safeJson } from '#core/report/safe-text.ts';

/**
 * SARIF 2.1.0 (OASIS standard). Limits are those of GitHub's code scanning (docs.github.com, "SARIF support"): 25,000 results a
 * run, 20 tags a rule. What could not be judged is no result: it stands in the notifications of the invocation.
 */
export const MAX_RESULTS = 25_000;
export const MAX_TAGS = 20;
const MAX_NOTIFICATIONS = 1000;

export function toSarif(report: Report): Written {
  const failing = [
    ...report.findings.filter(({ verdict }) => verdict === 'fail'),
    ...report.findings.filter(({ verdict }) => verdict === 'waived'),
  ];
  const shown = failing.slice(0, MAX_RESULTS);
  const notes =
    shown.length < failing.length
      ? [
          `sarif: ${thousands(failing.length - shown.length)} of ${thousands(failing.length)} results are left out: code scanning takes ${thousands(MAX_RESULTS)}, the worst are there`,
        ]
      : [];
  const positions = new Map(report.counts.map(({ rule }, index) => [rule.rule.id, index]));
  const { run } = report;
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Plimsoll',
            semanticVersion: report.toolVersion,
            rules: report.counts.map(({ rule }) => descriptor(rule)),
          },
        },
        automationDetails: { id: `plimsoll/${encodeURIComponent(run.source.name.toWellFormed())}/` },
        ...provenance(report),
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: report.status === 'complete',
            startTimeUtc: run.startedAt,
            ...(run.finishedAt === undefined ? {} : { endTimeUtc: run.finishedAt }),
            toolExecutionNotifications: notifications(report, notes),
          },
        ],
        properties: { runId: run.id, policy: report.policy.name, bundleDigest: run.bundleDigest, source: run.source.name },
        results: shown.map((finding) => result(report, finding, positions.get(finding.rule.rule.id) ?? -1)),
      },
    ],
  };
  return { text: safeJson(log), notes };
}

/** A rule that is only watched never reads as an error. */
const level = ({ severity, mode }: PolicyRule): 'error' | 'warning' | 'note' =>
  mode === 'audit' || severity === 'low' ? 'note' : severity === 'medium' ? 'warning' : 'error';

/** GitHub shows critical over 9.0, high from 7.0, medium from 4.0. */
const SCORES: Readonly<Record<Severity, string>> = { critical: '9.5', high: '8.0', medium: '5.5', low: '3.0' };
const SECURITY: ReadonlySet<string> = new Set(['pod-security', 'access', 'secrets', 'images', 'networking']);

function descriptor(inForce: PolicyRule) {
  const { rule, severity } = inForce;
  const isSecurity = SECURITY.has(rule.category);
  const frameworks = rule.frameworks.map(({ id, control }) => (control === undefined ? id : `${id}/${control}`));
  const tags = [...new Set([...(isSecurity ? ['security'] : []), rule.category, 'kubernetes', ...frameworks])].slice(0, MAX_TAGS);
  const [helpUri] = rule.references;
  const links = rule.references.map((link) => `\n- <${link}>`).join('');
  return {
    id: rule.id,
    name: rule.id.replaceAll(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: rule.title },
    fullDescription: { text: rule.why },
    help: { text: rule.remediation, markdown: `${rule.why}\n\n**Fix:** ${rule.remediation}\n${links}` },
    ...(helpUri === undefined ? {} : { helpUri }),
    defaultConfiguration: { level: level(inForce) },
    properties: { tags, ...(isSecurity ? { 'security-severity': SCORES[severity] } : {}), effort: rule.effort, severity },
  };
}

function result(report: Report, finding: Finding, ruleIndex: number) {
  const { rule, fingerprint, message, owned, debt } = finding;
  return {
    ruleId: rule.rule.id,
    ruleIndex,
    kind: 'fail',
    level: level(rule),
    message: { text: noLinks(message === '' ? rule.rule.title : message) },
    locations: [location(finding, placeOfFinding(report, finding))],
    // The first is what GitHub goes by.
    partialFingerprints: { primaryLocationLineHash: fingerprint, 'plimsollFinding/v1': fingerprint },
    suppressions: finding.verdict === 'waived' ? [suppression(finding)] : [],
    properties: {
      severity: rule.severity,
      mode: rule.mode,
      path: finding.path,
      ...(owned === 0 ? {} : { owned }),
      ...(debt ? { debt } : {}),
    },
  };
}

function location({ object, path }: Finding, place: FilePlace) {
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(place.path) },
      ...(place.line === undefined
        ? {}
        : { region: { startLine: place.line, ...(place.column === undefined ? {} : { startColumn: place.column }) } }),
    },
    logicalLocations: [
      { fullyQualifiedName: `${objectTitle(object)}${path === '' ? '' : ` ${path}`}`, name: object.name, kind: 'resource' },
    ],
  };
}

const suppression = ({ waiver, reason }: Finding) => ({
  // An annotation stands in the manifest itself.
  kind: waiver === undefined ? 'inSource' : 'external',
  status: 'accepted',
  justification: reason ?? '',
});

/** Relative where the path is; each step encoded, so that a name is never more than a name. */
export function uriOf(path: string): string {
  const steps = path.toWellFormed().split('/');
  if (/^[A-Za-z]:$/.test(steps[0] ?? '')) return `file:///${steps[0]}/${steps.slice(1).map(encodeURIComponent).join('/')}`;
  const encoded = steps.map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${encoded}` : encoded;
}

/** In a message `[text](target)` is a link, and no name of a cluster may make one (SARIF 2.1.0, 3.11.6). */
const noLinks = (text: string): string => text.replaceAll(/\](?=\()/g, '\\]');

function notifications(report: Report, cut: readonly string[]) {
  const unread = report.errors.map((problem) => problemNotification(problem));
  const open = report.counts.flatMap((row) => openNotification(row));
  const all = [...cut.map((text) => ({ level: 'warning', message: { text } })), ...unread, ...open];
  if (all.length <= MAX_NOTIFICATIONS) return all;
  const text = `${thousands(all.length - MAX_NOTIFICATIONS + 1)} more notifications are left out`;
  return [...all.slice(0, MAX_NOTIFICATIONS - 1), { level: 'warning', message: { text } }];
}

const problemNotification = ({ file, line, column, message }: ReadProblem) => ({
  level: 'error',
  message: { text: noLinks(message) },
  locations: [
    {
      physicalLocation: {
        artifactLocation: { uri: uriOf(filePath(file)) },
        ...(line === undefined ? {} : { region: { startLine: line, ...(column === undefined ? {} : { startColumn: column }) } }),
      },
    },
  ],
});

function openNotification({ rule, counts }: RuleCounts) {
  const associatedRule = { id: rule.rule.id };
  return [
    ...(counts.error === 0
      ? []
      : [{ level: 'error', associatedRule, message: { text: `${thousands(counts.error)} objects could not be judged` } }]),
    ...(counts.notEvaluated === 0
      ? []
      : [{ level: 'note', associatedRule, message: { text: `${thousands(counts.notEvaluated)} objects were not evaluated` } }]),
  ];
}

/** Only where the remote is an address: `git@host:path` is none. */
function provenance({ run: { git } }: Report) {
  if (git?.remote === undefined || !/^(?:https?|ssh):\/\/[\w.-]+(?::\d+)?(?:\/[\w.~%+@-]*)*$/.test(git.remote)) return {};
  const { remote: repositoryUri, branch, commit: revisionId } = git;
  return {
    versionControlProvenance: [
      { repositoryUri, ...(branch === undefined ? {} : { branch }), ...(revisionId === undefined ? {} : { revisionId }) },
    ],
  };
}
