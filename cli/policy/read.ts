import type { PolicyPage, PolicyRuleRow } from '#core/api/policies.ts';
import type { AppError } from '#core/model.ts';
import { counted } from '#core/ratchet/counts.ts';
import { safeText } from '#core/report/safe-text.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { answer, scanNamed, withClient } from '#cli/client.ts';
import type { Session, WorkspaceOptions } from '#cli/client.ts';
import type { Rows } from '#cli/answer.ts';
import { columns } from '#cli/columns.ts';
import { CLEAN, FINDINGS } from '#cli/exit-code.ts';
import { invalidInput } from '#main/services/errors.ts';

/** Commands that look at policies and change nothing. */

export const listPolicies = (options: WorkspaceOptions): Promise<void> =>
  withClient(options, async ({ client }) => {
    const policies = await client.policies.list();
    if (!policies.ok) return policies;
    const rows = (): Rows => [
      ['policy', 'stage', 'rules', 'revision', 'from', 'title'],
      ...policies.value.map(({ name, stage, rules, revision, origin, extends: above, title }) => [
        name,
        stage ?? '-',
        String(rules),
        revision === undefined ? '-' : String(revision),
        above === undefined ? origin : `${origin}, extends ${above}`,
        title,
      ]),
    ];
    answer({ policies: policies.value }, options, () => columns(rows()), rows);
    return ok(CLEAN);
  });

export interface ShowOptions extends WorkspaceOptions {
  readonly scan?: string;
}

export const showPolicy = (name: string, options: ShowOptions): Promise<void> =>
  withClient(options, async (session) => {
    const page = await pageOf(session, name, options.scan);
    if (!page.ok) return page;
    answer(
      page.value,
      options,
      () => pageText(page.value),
      () => pageRows(page.value),
    );
    return ok(CLEAN);
  });

/** With figures of the scan asked for, else of the newest, where there is one. */
async function pageOf(session: Session, name: string, scan: string | undefined): Promise<Result<PolicyPage, AppError>> {
  const found = scanNamed(session, scan);
  if (!found.ok && scan !== undefined) return found;
  return session.client.policies.get({ name, ...(found.ok ? { scanId: found.value } : {}) });
}

const isOn = ({ mode }: PolicyRuleRow): boolean => mode !== 'off';

function pageText(page: PolicyPage): string {
  const { policy, chain, objects, clean, problems } = page;
  const head = [
    `${policy.title}  (${policy.name}${policy.stage === undefined ? '' : `, ${policy.stage}`}${policy.revision === undefined ? '' : `, revision ${policy.revision}`})`,
    ...(chain.length > 1 ? [`from     ${chain.join(' → ')}`] : []),
    ...(objects === undefined ? [] : [`governs  ${counted(objects, 'object')} of the scan, ${clean ?? 0} without a finding`]),
    ...problems.map(({ file, line, message }) => `problem  ${file}${line === undefined ? '' : `:${line}`} ${message}`),
  ];
  return `${head.map(safeText).join('\n')}\n\n${columns(pageRows(page))}`;
}

/** The rules that are on. */
const pageRows = ({ rules }: PolicyPage): Rows => [
  ['rule', 'mode', 'severity', 'failing', 'title'],
  ...rules
    .filter(isOn)
    .map(({ rule, mode, severity, failing, title }) => [
      rule,
      mode,
      severity,
      failing === undefined ? '-' : String(failing.objects),
      title,
    ]),
];

/** Each rule with every field and the policy it comes from. */
export const showEffective = (name: string, options: WorkspaceOptions): Promise<void> =>
  withClient(options, async ({ client }) => {
    const page = await client.policies.get({ name });
    if (!page.ok) return page;
    const rules = page.value.rules.filter((row) => row.own !== undefined || isOn(row) || Object.keys(row.origins).length > 0);
    answer({ policy: page.value.policy.name, chain: page.value.chain, rules }, options, () =>
      columns([['rule', 'field', 'value', 'from'], ...rules.flatMap(effectiveRows)]),
    );
    return ok(CLEAN);
  });

function effectiveRows(row: PolicyRuleRow): readonly (readonly string[])[] {
  const values: Readonly<Record<string, string>> = {
    mode: row.mode,
    severity: row.severity,
    message: row.message,
    params: JSON.stringify(row.params),
    scope: row.scope === undefined ? 'everything' : JSON.stringify(row.scope),
    reason: row.reason ?? '',
  };
  const fields = ['mode', 'severity', ...Object.keys(row.origins).filter((field) => field !== 'mode' && field !== 'severity')];
  return fields.map((field) => [row.rule, field, values[field] ?? '', row.origins[field] ?? 'the rule itself']);
}

/** `NAME` or `NAME@REVISION`. */
function versionOf(text: string): Result<{ name: string; revision?: number }, AppError> {
  const at = text.lastIndexOf('@');
  if (at === -1) return ok({ name: text });
  const revision = text.slice(at + 1);
  if (/^[1-9]\d{0,8}$/.test(revision)) return ok({ name: text.slice(0, at), revision: Number(revision) });
  return err(invalidInput(`'${text}' is no revision of a policy.`, text, 'A number must follow the @.', "Write 'baseline@3'."));
}

export const diffPolicies = (from: string, to: string, options: WorkspaceOptions): Promise<void> =>
  withClient(options, async ({ client }) => {
    const [before, after] = [versionOf(from), versionOf(to)];
    if (!before.ok) return before;
    if (!after.ok) return after;
    const diff = await client.policies.diff({ from: before.value, to: after.value });
    if (!diff.ok) return diff;
    answer(diff.value, options, () =>
      diff.value.rows.length === 0
        ? `${from} and ${to} say the same.\n`
        : columns(
            diff.value.rows.map(({ rule, change, before: left, after: right, title }) => [
              change === 'added' ? '+' : change === 'removed' ? '-' : '~',
              rule,
              sideText(left, right),
              title,
            ]),
          ),
    );
    return ok(CLEAN);
  });

type Side = { readonly mode: string; readonly severity: string } | undefined;

function sideText(before: Side, after: Side): string {
  const text = (side: Side): string => (side === undefined ? '' : `${side.mode} ${side.severity}`);
  if (before === undefined || after === undefined) return text(before ?? after);
  return text(before) === text(after) ? `${text(after)}, other details` : `${text(before)} → ${text(after)}`;
}

/** What is wrong in the files of the workspace: 2 where something does not count. */
export const lintWorkspace = (options: WorkspaceOptions): Promise<void> =>
  withClient(options, async (session) => {
    const scan = scanNamed(session, undefined);
    const view = await session.client.workspace.get(scan.ok ? { scanId: scan.value } : {});
    if (!view.ok) return view;
    const { folder, problems } = view.value;
    answer({ folder, problems }, options, () =>
      problems.length === 0
        ? `${folder}: nothing is wrong.\n`
        : problems
            .map(({ file, line, column, severity, message, next }) =>
              columns([
                [
                  `${file}${line === undefined ? '' : `:${line}:${column ?? 1}`}`,
                  severity,
                  next === undefined ? message : `${message} ${next}`,
                ],
              ]),
            )
            .join(''),
    );
    return ok(problems.some(({ severity }) => severity === 'error') ? FINDINGS : CLEAN);
  });

function changesText(changes: readonly string[]): string {
  const more = changes.length - SHOWN_CHANGES;
  return `${changes.slice(0, SHOWN_CHANGES).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

const SHOWN_CHANGES = 3;

export const listRevisions = (name: string, options: WorkspaceOptions): Promise<void> =>
  withClient(options, async ({ client }) => {
    const revisions = await client.policies.revisions({ name });
    if (!revisions.ok) return revisions;
    answer({ revisions: revisions.value }, options, () =>
      revisions.value.length === 0
        ? `${name} has no revisions: it ships with Plimsoll.\n`
        : columns(
            revisions.value.map(({ number, at, kind, author, reason, changes }) => [
              `${name}@${number}`,
              at.slice(0, 16).replace('T', ' '),
              kind,
              author ?? '-',
              [reason ?? '', changesText(changes)].filter((text) => text !== '').join('  |  '),
            ]),
          ),
    );
    return ok(CLEAN);
  });
