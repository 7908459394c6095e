import type { AppError, Mode } from '#core/model.ts';
import { nearest } from '#core/nearest.ts';
import { isOn, settingOf } from '#core/policy/effective.ts';
import type { EffectivePolicy } from '#core/policy/effective.ts';
import type { OwnSetting, PolicyDocument } from '#core/policy/model.ts';
import { counted } from '#core/ratchet/counts.ts';
import type { Eligibility } from '#core/ratchet/eligible.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { Policy, RuleSetting } from '#core/rules/model.ts';

/** New settings of some rules in a policy's file, and the runs (ULIDs, newest first) that they rest on. */
export interface PolicyEdit {
  readonly rules: Readonly<Record<string, OwnSetting>>;
  readonly evidence: readonly string[];
  /** Rules that were taken although they were not ready. */
  readonly forced: readonly string[];
}

/** The document as it is after the edit. */
export const withEdit = (document: PolicyDocument, { rules }: Pick<PolicyEdit, 'rules'>): PolicyDocument => ({
  ...document,
  rules: { ...document.rules, ...rules },
});

export interface PromotionInput {
  readonly rules: readonly string[];
  /** The policy that is to hold them, and the strict one that they come from. */
  readonly to: EffectivePolicy;
  readonly strict: Policy;
  readonly eligibility: (rule: string) => Eligibility;
  /** `warn` unless given, or unless the strict policy itself is milder. */
  readonly mode?: Mode;
  readonly reason: string;
  readonly force: boolean;
}

/** A new baseline rule starts at warn (decisions.md 20). */
const START: Mode = 'warn';
const STRICTNESS: readonly Mode[] = ['off', 'audit', 'warn', 'deny'];
const milder = (left: Mode, right: Mode): Mode => (STRICTNESS.indexOf(left) < STRICTNESS.indexOf(right) ? left : right);

/** Takes rules of the strict policy into the baseline as the strict policy judges them. Refused where one is not ready, unless forced. */
export function promote(input: PromotionInput): Result<PolicyEdit, AppError> {
  const { strict, to, force } = input;
  const rules = [...new Set(input.rules)];
  const absent = rules.find((rule) => !isOn(strict, rule));
  if (absent !== undefined) return err(notJudged(absent, strict));
  const held = rules.find((rule) => isOn(to, rule));
  if (held !== undefined) return err(alreadyHeld(held, to));
  const found = rules.map(input.eligibility);
  const unready = found.filter(({ eligible }) => !eligible);
  if (unready.length > 0 && !force) return err(notReady(unready, to));
  const settings = rules.map((rule) => [rule, promoted(settingOf(strict, rule), input)]);
  return ok({
    rules: Object.fromEntries(settings),
    evidence: [...new Set(found.flatMap(({ evidence }) => evidence))],
    forced: unready.map(({ rule }) => rule),
  });
}

/** What the strict policy changes of the rule comes along, else the baseline would hold something that was never shown. */
function promoted(setting: RuleSetting | undefined, { mode, reason }: PromotionInput): OwnSetting {
  const { mode: strictMode = START, severity, message, params, scope } = setting ?? {};
  return {
    mode: mode ?? milder(START, strictMode),
    ...(severity === undefined ? {} : { severity }),
    ...(message === undefined ? {} : { message }),
    ...(params === undefined ? {} : { params }),
    ...(scope === undefined ? {} : { scope }),
    reason,
  };
}

/** Switches rules off in a policy's own file: a demotion, or the decision to disable. Its other settings and the reason stay. */
export function switchOff(policy: EffectivePolicy, rules: readonly string[], reason: string): Result<PolicyEdit, AppError> {
  const absent = rules.find((rule) => !isOn(policy, rule));
  if (absent !== undefined) return err(notJudged(absent, policy));
  const settings = rules.map((rule) => [
    rule,
    { ...(Object.hasOwn(policy.own, rule) ? policy.own[rule] : {}), mode: 'off', reason },
  ]);
  return ok({ rules: Object.fromEntries(settings), evidence: [], forced: [] });
}

/** The rules of an accepted proposal, at one mode, as a new baseline's settings. */
export const accepted = (rules: readonly string[], strict: Policy, mode: Mode): Readonly<Record<string, OwnSetting>> =>
  Object.fromEntries(
    rules.map((rule) => {
      const { reason: _reason, ...setting } = settingOf(strict, rule) ?? { mode };
      return [rule, { ...setting, mode }];
    }),
  );

const onIn = (policy: Policy): readonly string[] => Object.keys(policy.rules).filter((rule) => isOn(policy, rule));

export const notJudged = (rule: string, policy: Policy): AppError => ({
  code: 'notFound',
  what: `The policy '${policy.name}' does not judge '${rule}'.`,
  where: `policy ${policy.name}, rules`,
  why: 'The rule is off in it, or not there at all.',
  next: `Did you mean '${nearest(rule, onIn(policy))}'?`,
});

const alreadyHeld = (rule: string, policy: Policy): AppError => ({
  code: 'invalidInput',
  what: `The policy '${policy.name}' holds '${rule}' already.`,
  where: `policy ${policy.name}, rules.${rule}`,
  why: `Its mode there is ${settingOf(policy, rule)?.mode ?? 'off'}.`,
  next: 'Leave the rule out, or change its mode in the policy.',
});

function notReady(unready: readonly Eligibility[], to: Policy): AppError {
  const reasons = unready.slice(0, 5).map((found) => `${found.rule} ${whyNot(found)}`);
  const more = unready.length > 5 ? ` and ${unready.length - 5} more` : '';
  return {
    code: 'invalidInput',
    what: `${counted(unready.length, 'rule')} not ready for '${to.name}'.`,
    where: unready.map(({ rule }) => rule).join(', '),
    why: `${reasons.join('; ')}${more}.`,
    next: 'Wait for more clean runs, or force the promotion: its revision says so.',
  };
}

function whyNot({ streaks }: Eligibility): string {
  const short = streaks.find(({ enough }) => !enough);
  if (short === undefined) return 'has no run that counts in some chosen source';
  const ended = short.ended === undefined ? '' : ` (before: ${short.ended})`;
  return `has ${counted(short.runs, 'clean run')} over ${Math.floor(short.days * 10) / 10} days in ${short.source}${ended}`;
}
