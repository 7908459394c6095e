import type { FindingDetail } from '#core/api/findings.ts';
import type { RulePage } from '#core/api/rules.ts';
import type { AppError } from '#core/model.ts';
import { safeText } from '#core/report/safe-text.ts';
import { plain } from '#core/report/table.ts';
import type { Paint } from '#core/report/table.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { answerValue } from '#cli/answer.ts';
import { CLEAN } from '#cli/exit-code.ts';
import { ANSWER_FORMATS } from '#cli/options.ts';
import type { ListFormat, OutputTarget, ReportOptions } from '#cli/options.ts';
import { paintFor } from '#cli/paint.ts';
import { finish, policyFor } from '#cli/finish.ts';
import { beside, latestRun, noScan, reportOf, withApp } from '#cli/run.ts';
import type { App } from '#main/app.ts';
import { createInProcessClient } from '#main/rpc/in-process.ts';
import { invalidInput, notFound } from '#main/services/errors.ts';
import { createServices } from '#main/services/index.ts';

export async function show(what: string, options: ReportOptions): Promise<void> {
  await withApp(options, async (app) => {
    if (/^[0-9A-HJKMNP-TV-Z]{26}$/.test(what) || what === 'latest') return showScan(app, what, options);
    if (what.startsWith('v1:')) return showFinding(app, what, options);
    return showRule(app, what, options);
  });
}

async function showScan(app: App, what: string, options: ReportOptions): Promise<Result<number, AppError>> {
  const id = what === 'latest' ? latestRun(app, options.source) : what;
  const run = id === undefined ? undefined : app.store.runs.get(id);
  if (run === undefined) return err(what === 'latest' ? noScan(app.store.file) : notFound(`Scan ${what}`, app.store.file));
  const policy = policyFor(options, app.library, (name) => app.workspace.find(name));
  return policy.ok
    ? finish(
        reportOf(app, { run, errors: app.store.runs.problems(run.id), notes: [] }, policy.value),
        options,
        beside(app, policy.value),
      )
    : policy;
}

/** One finding or one rule: what is written of it in the formats asked for, or why one of them cannot be. */
function showOne(value: object, text: (paint: Paint) => string, { output, color }: ReportOptions): Result<number, AppError> {
  const targets: OutputTarget<ListFormat>[] = [];
  for (const target of output) {
    const format = ANSWER_FORMATS.find((name) => name === target.format);
    if (format === undefined) return err(onlyScans(target.format));
    targets.push({ ...target, format });
  }
  const toTerminal = targets.every(({ file }) => file === undefined);
  answerValue(value, { output: targets }, () => text(toTerminal ? paintFor(process.stdout, color) : plain));
  return ok(CLEAN);
}

const onlyScans = (format: string): AppError =>
  invalidInput(
    `One finding or one rule cannot be written as ${format}.`,
    `-o ${format}`,
    'It is the format of a whole scan.',
    `For one: -o ${ANSWER_FORMATS.join(', -o ')}. For the scan: 'plimsoll show latest -o ${format}'.`,
  );

async function showFinding(app: App, fingerprint: string, options: ReportOptions): Promise<Result<number, AppError>> {
  const client = createInProcessClient(createServices(app, 'inProcess'));
  for (const run of app.store.runs.list({ limit: 200, statuses: ['complete', 'incomplete'] }).runs) {
    const found = await client.findings.get({ scanId: run.id, policy: options.policy, fingerprint });
    if (!found.ok) continue;
    return showOne(found.value, (paint) => findingText(found.value, paint), options);
  }
  return err(notFound(`A finding ${fingerprint} under the policy ${options.policy}`, app.store.file));
}

function findingText(detail: FindingDetail, paint: Paint): string {
  const { finding } = detail;
  const where = `${finding.object.kind} ${finding.object.namespace === undefined ? '' : `${finding.object.namespace}/`}${finding.object.name}`;
  const yaml = detail.yaml.flatMap((line) => {
    const near = detail.yaml.some((other) => other.marks.length > 0 && Math.abs(other.number - line.number) <= 3);
    if (!near) return [];
    const text = `${String(line.number).padStart(5)} ${line.marks.length > 0 ? paint('fail', '✕') : ' '} ${safeText(line.text)}`;
    return line.marks.length === 0 ? [text] : [text, ...line.marks.map((mark) => `        ${paint('fail', safeText(mark))}`)];
  });
  return [
    `${paint(finding.severity, finding.severity)}  ${paint('bold', safeText(finding.title))}  (${finding.rule}, ${finding.verdict})`,
    safeText(`${where}  ${finding.path}`),
    safeText(finding.message),
    '',
    safeText(detail.why),
    `Fix: ${safeText(detail.remediation)}`,
    '',
    ...yaml,
    '',
    `first seen ${detail.history.firstSeen ?? 'unknown'}, last seen ${detail.history.lastSeen ?? 'unknown'}, ${detail.history.runs.length} runs`,
    '',
  ].join('\n');
}

async function showRule(app: App, name: string, options: ReportOptions): Promise<Result<number, AppError>> {
  const policy = policyFor({ ...options, rule: [name] }, app.library, (asked) => app.workspace.find(asked));
  if (!policy.ok) return policy;
  const [id] = Object.keys(policy.value.rules);
  const scanId = latestRun(app, options.source);
  const client = createInProcessClient(createServices(app, 'inProcess'));
  const page = await client.rules.get({ id: id ?? name, policy: options.policy, ...(scanId === undefined ? {} : { scanId }) });
  if (!page.ok) return page;
  return showOne(page.value, (paint) => ruleText(page.value, paint), options);
}

function ruleText(page: RulePage, paint: Paint): string {
  const aliases = Object.entries(page.rule.aliases).map(([tool, ids]) => `${tool}: ${ids.join(', ')}`);
  return [
    `${paint(page.rule.severity, page.rule.severity)}  ${paint('bold', page.rule.title)}  (${page.rule.id}, ${page.rule.category})`,
    '',
    page.why,
    `Fix: ${page.remediation}`,
    ...(page.differs === undefined ? [] : [`Differs from Datree: ${page.differs}`]),
    '',
    `looks at   ${page.match}${page.forEach === undefined ? '' : `, each of ${page.forEach}`}`,
    ...(page.when === undefined ? [] : [`when       ${page.when}`]),
    `requires   ${page.require}`,
    ...(aliases.length === 0 ? [] : [`aliases    ${aliases.join('; ')}`]),
    `fails now  ${page.failsNowTotal}`,
    ...page.references,
    '',
  ].join('\n');
}
