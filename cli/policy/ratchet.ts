import type { Proposal, RatchetView } from '#core/api/ratchet.ts';
import type { AppError, Mode } from '#core/model.ts';
import { counted } from '#core/ratchet/counts.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { answer, asksFor, changeText, rulesNamed, scanNamed, strictNamed, withClient } from '#cli/client.ts';
import type { Session, WorkspaceOptions } from '#cli/client.ts';
import { columns } from '#cli/columns.ts';
import { CLEAN } from '#cli/exit-code.ts';
import { note } from '#cli/output.ts';
import { invalidInput } from '#main/services/errors.ts';

/** Commands that move rules between a strict policy and a baseline, and show what stands between them. */

export interface BaselineOptions extends WorkspaceOptions {
  readonly strict?: string;
  readonly scan: readonly string[];
  readonly with: readonly string[];
  readonly without: readonly string[];
  readonly freeze: boolean;
  readonly mode: Mode;
  readonly apply: boolean;
  readonly reason?: string;
}

/** Proposes a baseline from scans; with `--apply` it is saved. */
export const makeBaseline = (name: string, options: BaselineOptions): Promise<void> =>
  withClient(options, async (session) => {
    const strict = await strictNamed(session, options.strict);
    if (!strict.ok) return strict;
    const scanIds = scansOf(session, options.scan);
    if (!scanIds.ok) return scanIds;
    const proposal = await session.client.ratchet.propose({ scanIds: scanIds.value, strict: strict.value });
    if (!proposal.ok) return proposal;
    const rules = chosenRules(session, proposal.value, options);
    if (!rules.ok) return rules;
    if (!options.apply) {
      answer({ ...proposal.value, chosen: rules.value }, options, () => proposalText(proposal.value, rules.value, name));
      return ok(CLEAN);
    }
    const { mode, freeze, reason = '' } = options;
    const saved = await session.client.ratchet.accept({
      name,
      strict: strict.value,
      rules: rules.value,
      scanIds: scanIds.value,
      mode,
      freeze,
      reason,
    });
    if (!saved.ok) return saved;
    answer({ change: saved.value.change, rules: rules.value }, options, () => changeText(saved.value.change));
    return ok(CLEAN);
  });

function scansOf(session: Session, asked: readonly string[]): Result<string[], AppError> {
  const ids: string[] = [];
  for (const one of asked.length === 0 ? [undefined] : asked) {
    const id = scanNamed(session, one);
    if (!id.ok) return id;
    ids.push(id.value);
  }
  return ok(ids);
}

function chosenRules({ app }: Session, { rows }: Proposal, options: BaselineOptions): Result<string[], AppError> {
  const more = rulesNamed(app.library, options.with);
  if (!more.ok) return more;
  const less = rulesNamed(app.library, options.without);
  if (!less.ok) return less;
  const holding = rows.filter(({ place }) => place === 'holds').map(({ rule }) => rule);
  return ok([...new Set([...holding, ...more.value])].filter((rule) => !less.value.includes(rule)));
}

function proposalText({ rows }: Proposal, chosen: readonly string[], name: string): string {
  const table = columns([
    ['', 'rule', 'standing', 'failing', 'effort', 'why'],
    ...rows.map(({ rule, place, failing, effort, namespaces, teams, reason }) => [
      chosen.includes(rule) ? '+' : ' ',
      rule,
      place,
      String(failing),
      place === 'fails' ? effort : '',
      reason ?? [namespaces.slice(0, 4).join(', '), teams.join(', ')].filter((text) => text !== '').join('  teams: '),
    ]),
  ]);
  return `${table}\n${chosen.length} rules would be in ${name}. --apply --reason TEXT saves it.\n`;
}

export interface GapOptions extends WorkspaceOptions {
  readonly baseline?: string;
  readonly scan?: string;
}

export const showGap = (strict: string | undefined, options: GapOptions): Promise<void> =>
  withClient(options, async (session) => {
    const named = await strictNamed(session, strict);
    if (!named.ok) return named;
    const scanId = scanNamed(session, options.scan);
    if (!scanId.ok) return scanId;
    const { baseline } = options;
    const view = await session.client.ratchet.get({
      strict: named.value,
      scanId: scanId.value,
      ...(baseline === undefined ? {} : { baseline }),
    });
    if (!view.ok) return view;
    answer(
      view.value,
      options,
      () => gapText(view.value),
      () => gapRows(view.value),
    );
    return ok(CLEAN);
  });

/** What is missing, rule by rule. */
const gapRows = ({ gap }: RatchetView) => [
  ['rule', 'severity', 'effort', 'failing', 'why'],
  ...gap.map((row) => [row.rule, row.severity, row.effort, String(row.failing), row.blocked ?? row.forecast]),
];

function gapText({ baseline, strict, criteria, held, ready, gap, moves }: RatchetView): string {
  const regressed = held.filter((row) => row.regressed !== undefined);
  const parts = [
    `${baseline === undefined ? 'no baseline' : `${baseline.name} holds ${baseline.rules} rules`}, ${strict.name} wants ${strict.rules}`,
    `ready after ${criteria.runs} clean runs over ${criteria.days} days`,
    '',
    ...(regressed.length === 0
      ? []
      : [
          'Regressed',
          columns(regressed.map(({ rule, regressed: broke }) => ['', rule, `${broke?.total ?? 0} objects broke it`])),
        ]),
    ...(ready.length === 0
      ? []
      : ['Ready to be promoted', columns(ready.map((row) => ['', row.rule, `${row.applicable} objects pass`, row.title]))]),
    ...(gap.length === 0
      ? []
      : ['Gap', columns(gap.map((row) => ['', row.rule, row.severity, row.effort, row.blocked ?? row.forecast]))]),
    ...(moves.length === 0
      ? []
      : [
          'What moves most',
          columns(
            moves.map(({ object, rules }) => [
              '',
              `${object.kind} ${object.namespace === undefined ? '' : `${object.namespace}/`}${object.name}`,
              `${counted(rules.length, 'rule')}: ${rules.slice(0, 4).join(', ')}${rules.length > 4 ? ', ...' : ''}`,
            ]),
          ),
        ]),
  ];
  return `${parts.join('\n').trimEnd()}\n`;
}

export interface PromoteOptions extends WorkspaceOptions {
  readonly to: string;
  readonly strict?: string;
  readonly scan?: string;
  readonly mode?: Mode;
  readonly reason: string;
  readonly force: boolean;
}

export const promoteRules = (rules: readonly string[], options: PromoteOptions): Promise<void> =>
  withClient(options, async (session) => {
    const ids = rulesNamed(session.app.library, rules);
    if (!ids.ok) return ids;
    const strict = await strictNamed(session, options.strict);
    if (!strict.ok) return strict;
    const scanId = scanNamed(session, options.scan);
    if (!scanId.ok) return scanId;
    const { to, mode, reason, force } = options;
    const saved = await session.client.ratchet.promote({
      rules: ids.value,
      to,
      strict: strict.value,
      scanId: scanId.value,
      reason,
      force,
      ...(mode === undefined ? {} : { mode }),
    });
    if (!saved.ok) return saved;
    const revision = saved.value.page.policy.revision;
    answer({ change: saved.value.change, ...(revision === undefined ? {} : { revision }) }, options, () =>
      changeText(saved.value.change),
    );
    return ok(CLEAN);
  });

export interface DemoteOptions extends WorkspaceOptions {
  readonly from: string;
  readonly scan?: string;
  readonly reason: string;
}

export const demoteRules = (rules: readonly string[], options: DemoteOptions): Promise<void> =>
  withClient(options, async (session) => {
    const ids = rulesNamed(session.app.library, rules);
    if (!ids.ok) return ids;
    const scan = scanNamed(session, options.scan);
    const saved = await session.client.ratchet.demote({
      rules: ids.value,
      from: options.from,
      reason: options.reason,
      ...(scan.ok ? { scanId: scan.value } : {}),
    });
    if (!saved.ok) return saved;
    answer({ change: saved.value.change }, options, () => changeText(saved.value.change));
    return ok(CLEAN);
  });

export const restorePolicy = (
  name: string,
  revision: string,
  options: WorkspaceOptions & { readonly reason: string },
): Promise<void> =>
  withClient(options, async ({ client }) => {
    const number = Number(revision);
    if (!/^[1-9]\d{0,8}$/.test(revision))
      return err(
        invalidInput(
          `'${revision}' is no number of a revision.`,
          'REVISION',
          'They count from 1.',
          `'plimsoll policy revisions ${name}' lists them.`,
        ),
      );
    const saved = await client.policies.restore({ name, number, reason: options.reason });
    if (!saved.ok) return saved;
    note(`${name}: revision ${number} is in force again`, asksFor(options, 'json'));
    answer({ change: saved.value.change }, options, () => changeText(saved.value.change));
    return ok(CLEAN);
  });
