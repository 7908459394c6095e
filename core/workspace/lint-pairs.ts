import { MODES } from '#core/model.ts';
import type { Mode } from '#core/model.ts';
import { isOn, settingOf } from '#core/policy/effective.ts';
import type { EffectivePolicy } from '#core/policy/effective.ts';
import type { LintContext } from '#core/workspace/lint-context.ts';
import { policyPairs } from '#core/workspace/matrix.ts';
import { policyDocument, WORKSPACE } from '#core/workspace/problem.ts';
import type { DocumentName, Problem } from '#core/workspace/problem.ts';

/** A baseline and the strict policy beside it: what holds is also wanted, and is not held harder than it is wanted. */
export function pairProblems(context: LintContext): readonly Problem[] {
  const told = new Set<string>();
  return policyPairs(context.content.workspace).flatMap(({ baseline, strict }) => {
    const [low, high] = [context.effective(baseline), context.effective(strict)];
    if (low === undefined || high === undefined) return [];
    return Object.keys(low.rules).flatMap((rule) => {
      const key = `${baseline} ${strict} ${rule}`;
      if (told.has(key) || !isOn(low, rule) || !context.rules.has(rule)) return [];
      told.add(key);
      return contradiction(rule, low, high, context);
    });
  });
}

const rank = (mode: Mode): number => MODES.indexOf(mode);

function contradiction(rule: string, low: EffectivePolicy, high: EffectivePolicy, { content }: LintContext): readonly Problem[] {
  const [held, wanted] = [settingOf(low, rule)?.mode ?? 'off', settingOf(high, rule)?.mode ?? 'off'];
  const place = placeOf(
    rule,
    low,
    content.policies.map(({ name }) => name),
  );
  if (wanted === 'off') {
    return [
      {
        ...place,
        severity: 'error',
        message: `'${rule}' is on in the baseline '${low.name}' and off in the strict policy '${high.name}'`,
        next: 'Switch it on in the strict policy, or off in the baseline.',
      },
    ];
  }
  if (rank(held) <= rank(wanted)) return [];
  return [
    {
      ...place,
      severity: 'warning',
      message: `'${rule}' is at ${held} in the baseline '${low.name}' and only at ${wanted} in the strict policy '${high.name}'`,
      next: 'Raise it in the strict policy, or lower it in the baseline.',
    },
  ];
}

/** The file that says the baseline's mode; where that is none of the workspace's, the bindings that put the two together. */
function placeOf(
  rule: string,
  low: EffectivePolicy,
  files: readonly string[],
): { readonly document: DocumentName; readonly path: string } {
  const origin = Object.hasOwn(low.origins, rule) ? low.origins[rule]?.mode : undefined;
  const file = origin ?? low.name;
  return files.includes(file)
    ? { document: policyDocument(file), path: `rules.${rule}` }
    : { document: WORKSPACE, path: 'bindings' };
}
