import type { DecideInput, WaiverInput } from '#core/api/inbox.ts';
import type { AppError } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { Matchers } from '#core/rules/model.ts';
import { answer, changeText, ruleNamed, scanNamed, withClient } from '#cli/client.ts';
import type { Session, WorkspaceOptions } from '#cli/client.ts';
import { CLEAN } from '#cli/exit-code.ts';
import { invalidInput } from '#main/services/errors.ts';

export interface WaiveOptions extends WorkspaceOptions {
  readonly object?: string;
  readonly container?: string;
  readonly path?: string;
  readonly namespace: readonly string[];
  readonly exceptNamespace: readonly string[];
  readonly label: readonly string[];
  readonly inPolicy: readonly string[];
  readonly owner?: string;
  readonly expires?: string;
  readonly reason: string;
}

export const waiveRule = (asked: string, options: WaiveOptions): Promise<void> =>
  withClient(options, async (session) => {
    const waiver = waiverOf(session, asked, options);
    return waiver.ok ? decide(session, { decision: 'waive', waiver: waiver.value }, options) : waiver;
  });

function waiverOf({ app }: Session, asked: string, options: WaiveOptions): Result<WaiverInput, AppError> {
  const rule = ruleNamed(app.library, asked);
  if (!rule.ok) return rule;
  const object = options.object === undefined ? ok(undefined) : objectOf(options.object, app.library.matchers);
  if (!object.ok) return object;
  const labels = labelsOf(options.label);
  if (!labels.ok) return labels;
  const expires = dayFrom(options.expires, app.now(), '--expires');
  if (!expires.ok) return expires;
  const { container, path, namespace, exceptNamespace, inPolicy, owner, reason } = options;
  const scoped = object.value ?? container ?? path ?? labels.value ?? [...namespace, ...exceptNamespace][0];
  if (scoped === undefined) return err(EVERYTHING);
  return ok({
    rule: rule.value,
    reason,
    ...(object.value === undefined ? {} : { object: object.value }),
    ...(container === undefined ? {} : { container }),
    ...(path === undefined ? {} : { path }),
    ...(namespace.length === 0 ? {} : { namespaces: [...namespace] }),
    ...(exceptNamespace.length === 0 ? {} : { exceptNamespaces: [...exceptNamespace] }),
    ...(labels.value === undefined ? {} : { labels: labels.value }),
    ...(inPolicy.length === 0 ? {} : { policies: [...inPolicy] }),
    ...(owner === undefined ? {} : { owner }),
    ...(expires.value === undefined ? {} : { expires: expires.value }),
  });
}

const EVERYTHING = invalidInput(
  'Nothing is named that is let off.',
  'plimsoll waive',
  'Without --object, --container, --path, --namespace or --label it would let everything off.',
  "Name something, or switch the rule off: 'plimsoll decide RULE disable -p POLICY --reason TEXT'.",
);

/** `Kind/namespace/name`, `Kind/name`; `Kind.group` where several groups have the kind, or none that we know. */
export function objectOf(text: string, matchers: Matchers): Result<NonNullable<WaiverInput['object']>, AppError> {
  const [type = '', ...names] = text.split('/');
  const name = names.at(-1) ?? '';
  if (names.length < 1 || names.length > 2 || type === '' || names.includes(''))
    return err(
      invalidInput(
        `'${text}' names no object.`,
        '--object',
        'It is written Kind/namespace/name.',
        'For example Deployment/shop/web, or Namespace/shop.',
      ),
    );
  const dot = type.indexOf('.');
  const kind = dot === -1 ? type : type.slice(0, dot);
  const group = dot === -1 ? groupOfKind(kind, matchers) : type.slice(dot + 1);
  return ok({ group, kind, name, ...(names.length === 2 ? { namespace: names[0] ?? '' } : {}) });
}

const groupOfKind = (kind: string, { matchers }: Matchers): string =>
  Object.values(matchers)
    .flatMap(({ kinds }) => (kinds === 'any' ? [] : kinds))
    .find((one) => one.kind === kind && one.legacy !== true)?.group ?? '';

function labelsOf(texts: readonly string[]): Result<Record<string, string> | undefined, AppError> {
  const labels: Record<string, string> = {};
  for (const text of texts) {
    const at = text.indexOf('=');
    if (at < 1)
      return err(invalidInput(`'${text}' is no label.`, '--label', 'It is written key=value.', 'For example --label app=web.'));
    labels[text.slice(0, at)] = text.slice(at + 1);
  }
  return ok(texts.length === 0 ? undefined : labels);
}

const DAY = 86_400_000;

/** A day of the calendar, or so many days from today. */
export function dayFrom(text: string | undefined, now: number, where: string): Result<string | undefined, AppError> {
  if (text === undefined) return ok(undefined);
  const days = /^(\d{1,4})d$/.exec(text)?.[1];
  if (days !== undefined) return ok(new Date(now + Number(days) * DAY).toISOString().slice(0, 10));
  const time = Date.parse(`${text}T00:00:00Z`);
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)) return ok(text);
  return err(
    invalidInput(
      `'${text}' is no day.`,
      where,
      'It is neither a day of the calendar nor a number of days.',
      'Write 2027-01-31, or 30d.',
    ),
  );
}

export interface DecideOptions extends WorkspaceOptions {
  readonly policy: string;
  readonly assignee?: string;
  readonly due?: string;
  readonly scan?: string;
  readonly reason?: string;
}

export const decideRule = (asked: string, decision: 'fix' | 'disable' | 'debt', options: DecideOptions): Promise<void> =>
  withClient(options, async (session) => {
    const rule = ruleNamed(session.app.library, asked);
    if (!rule.ok) return rule;
    const input = decisionOf(session, rule.value, decision, options);
    return input.ok ? decide(session, input.value, options) : input;
  });

function decisionOf(
  session: Session,
  rule: string,
  decision: 'fix' | 'disable' | 'debt',
  options: DecideOptions,
): Result<DecideInput, AppError> {
  const { policy, reason, assignee } = options;
  const why = reason === undefined ? {} : { reason };
  switch (decision) {
    case 'fix': {
      const due = dayFrom(options.due, session.app.now(), '--due');
      if (!due.ok) return due;
      return ok({
        decision,
        policy,
        rule,
        ...why,
        ...(assignee === undefined ? {} : { assignee }),
        ...(due.value === undefined ? {} : { due: due.value }),
      });
    }
    case 'disable':
      return reason === undefined
        ? err(
            invalidInput(
              'A rule is not disabled without a reason.',
              '--reason',
              'Others will ask why.',
              'Give one: --reason TEXT.',
            ),
          )
        : ok({ decision, policy, rule, reason });
    case 'debt': {
      const scanId = scanNamed(session, options.scan);
      return scanId.ok ? ok({ decision, policy, rule, scanId: scanId.value, ...why }) : scanId;
    }
  }
}

async function decide({ client }: Session, input: DecideInput, options: WorkspaceOptions): Promise<Result<number, AppError>> {
  const decided = await client.inbox.decide(input);
  if (!decided.ok) return decided;
  answer(decided.value, options, () => changeText(decided.value.change));
  return ok(CLEAN);
}
