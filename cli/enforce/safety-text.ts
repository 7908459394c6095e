import type { Bypass, DriftView, EnforcePreview, ReplayHistory, ReplayRow, RolloutView } from '#core/api/enforce.ts';
import { LET_THROUGH_TEXTS } from '#core/enforce/replay/words.ts';
import type { ReplayCounts } from '#core/enforce/replay/words.ts';
import { counted } from '#core/ratchet/counts.ts';
import { safeText } from '#core/report/safe-text.ts';
import { columns } from '#cli/columns.ts';
import type { CheckedFile } from '#main/enforce/check.ts';

const section = (title: string, rows: readonly (readonly string[])[]): string =>
  rows.length === 0 ? '' : `\n${title}\n${columns(rows.map((row) => ['', ...row]))}`;

const nameOf = ({ object: { kind, namespace, name } }: Pick<ReplayRow, 'object'>): string =>
  `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;

const figures = (counts: ReplayCounts): readonly string[] =>
  [counts.denied, counts.warned, counts.audited, counts.notEvaluated].map(String);

const FIGURES = ['denied', 'warned', 'audited', 'not evaluated'];

export function replayText(
  { policy, replay, rules, skipped, bypass }: EnforcePreview,
  objects: { readonly rows: readonly ReplayRow[]; readonly total: number },
  history: ReplayHistory | undefined,
): string {
  if (replay === undefined) return 'No scan.\n';
  const { counts } = replay;
  const groups = (list: typeof replay.byTeam, none: string) =>
    list.slice(0, 10).map(({ name, counts: own }) => [name ?? none, ...figures(own)]);
  return [
    `${policy} on ${safeText(replay.source)} #${replay.number}: ${rules.length} rules on ${counted(replay.objects, 'object')}\n`,
    `${counted(counts.denied, 'object')} denied, ${counts.warned} warned of, ${counts.audited} in the audit log only, ${counts.notEvaluated} not evaluated, ${counts.letThrough} let through\n`,
    section('By team', [['', ...FIGURES], ...groups(replay.byTeam, '(unowned)')]),
    section('By namespace', [['', ...FIGURES], ...groups(replay.byNamespace, '(cluster-scoped)')]),
    section(
      'Objects',
      objects.rows.map((row) => [row.outcome, row.rule, nameOf(row), row.message ?? row.why ?? '']),
    ),
    objects.total > objects.rows.length ? `  ${objects.rows.length} of ${objects.total}; --limit shows more\n` : '',
    section(
      'Let through though they fail (object and rule)',
      Object.entries(replay.letThrough).map(([why, count]) => [String(count), LET_THROUGH_TEXTS[why] ?? why]),
    ),
    section(
      'Waivers that the export does not carry: what they let off is above',
      rules.flatMap(({ rule, waiversLeftOut }) => waiversLeftOut.map(({ id, why }) => [rule, id, why])),
    ),
    section(
      'Not enforced',
      skipped.map(({ rule, why }) => [rule, why]),
    ),
    historyText(history),
    bypassText(bypass),
  ].join('');
}

const historyText = (history: ReplayHistory | undefined): string =>
  section(
    'Past scans',
    history === undefined
      ? []
      : [
          ['scan', 'started', ...FIGURES, 'new', 'gone'],
          ...history.points.map(({ number, startedAt, counts, appeared, gone }) => [
            `#${number}`,
            startedAt.slice(0, 16),
            ...figures(counts),
            String(appeared),
            String(gone),
          ]),
        ],
  );

/** People and machines that are told of one by one. */
const SHOWN = 10;

export function bypassText({ who, total, unknown }: Bypass): string {
  const rows = who
    .slice(0, SHOWN)
    .map(({ kind, namespace, name, may, by }) => [
      kind,
      namespace === undefined ? name : `${namespace}/${name}`,
      may.join(', '),
      `by ${by.join(', ')}`,
    ]);
  const more = total > rows.length ? [['', `and ${total - rows.length} more`]] : [];
  const open = unknown === undefined ? [] : [['not known', unknown]];
  return section('Who could bypass it', [...rows, ...more, ...open]);
}

export function rolloutText({ policy, start, today, criteria, rules }: RolloutView): string {
  const from = (rule: RolloutView['rules'][number], mode: string): string => {
    const step = rule.steps.find((one) => one.mode === mode);
    return step === undefined ? '-' : (step.from ?? 'open');
  };
  const rows = rules.map((rule) => [
    rule.rule,
    rule.now,
    from(rule, 'audit'),
    from(rule, 'warn'),
    from(rule, 'deny'),
    rule.failing === undefined ? '?' : String(rule.failing),
    `${counted(rule.held.runs, 'run')}, ${counted(rule.held.days, 'day')}`,
    rule.steps.at(-1)?.why ?? '',
  ]);
  return [
    `${policy} on ${today}: audit from ${start}; a period is ${counted(criteria.days, 'day')} and ${counted(criteria.runs, 'run')}\n\n`,
    columns([['rule', 'now', 'audit', 'warn', 'deny', 'failing', 'held', 'why'], ...rows]),
  ].join('');
}

export const checkText = (files: readonly CheckedFile[]): string =>
  columns(files.map(({ state, name, detail }) => [state, name, detail]));

export function driftText({ startedAt, engines, counts, rows, total }: DriftView): string {
  const said = Object.entries(counts).flatMap(([state, count]) => (count === 0 ? [] : [`${count} ${state}`]));
  const listed = rows.filter(({ state }) => state !== 'same');
  return [
    `As of ${startedAt.slice(0, 16)}: ${said.length === 0 ? 'nothing is installed, and nothing is to be' : said.join(', ')}\n`,
    section(
      'Engines',
      engines.map(({ title, status, reason }) => [title, status, reason ?? '']),
    ),
    section(
      'Policies',
      listed.map(({ state, kind, namespace, name, detail }) => [
        state,
        `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`,
        detail,
      ]),
    ),
    total > rows.length ? `  ${rows.length} of ${total}; --limit shows more\n` : '',
    section(
      'Foreign policies on the objects of the scan',
      rows.flatMap(({ name, simulated }) => {
        if (simulated === undefined) return [];
        const { denied, warned, audited } = simulated.counts;
        const found = `${denied} denied, ${warned} warned of, ${audited} in the audit log, ${simulated.counts.notEvaluated} not evaluated`;
        return [[name, found, simulated.notEvaluated ?? '']];
      }),
    ),
  ].join('');
}
