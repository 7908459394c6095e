import { canonicalJson } from '#core/canonical-json.ts';
import type { JsonValue } from '#core/json.ts';
import { isOn, isReserved, settingOf } from '#core/policy/effective.ts';
import type { EffectivePolicy } from '#core/policy/effective.ts';
import { SETTING_FIELDS } from '#core/policy/model.ts';
import type { OwnSetting, PolicyDocument } from '#core/policy/model.ts';
import type { LintContext } from '#core/workspace/lint-context.ts';
import { emptyScope } from '#core/workspace/lint-scope.ts';
import { policyDocument } from '#core/workspace/problem.ts';
import type { Problem } from '#core/workspace/problem.ts';

/** Policies, each for itself: its name, its chain, its rules, what contradicts itself and what changes nothing. */
export function policyProblems(context: LintContext): readonly Problem[] {
  const { policies } = context.content;
  return policies.flatMap((document, index) => [
    ...nameProblems(document, policies.findIndex(({ name }) => name === document.name) !== index, context),
    ...chainProblems(document, context),
    ...ruleProblems(document, context),
    ...conflictProblems(document, context),
  ]);
}

function nameProblems({ name }: PolicyDocument, twice: boolean, { library }: LintContext): readonly Problem[] {
  const problem = { document: policyDocument(name), path: 'name', severity: 'error' } as const;
  if (isReserved(library, name)) {
    return [
      {
        ...problem,
        message: `'${name}' is the name of a policy that ships`,
        next: 'Give it another name; it may extend the one that ships.',
      },
    ];
  }
  return twice
    ? [{ ...problem, message: `a policy named '${name}' stands in another file too`, next: 'Rename or remove one of them.' }]
    : [];
}

function chainProblems({ name }: PolicyDocument, { book, library }: LintContext): readonly Problem[] {
  const found = isReserved(library, name) ? undefined : book.find(name);
  if (found === undefined || found.ok) return [];
  // What is wrong further out is told there.
  if (!found.error.where.startsWith(`policy ${name},`)) return [];
  const { what, why, next } = found.error;
  return [{ document: policyDocument(name), path: 'extends', severity: 'error', message: `${what} ${why}`, next }];
}

function ruleProblems(policy: PolicyDocument, context: LintContext): readonly Problem[] {
  const { rules, effective, facts } = context;
  const document = policyDocument(policy.name);
  const parent = policy.extends === undefined ? undefined : effective(policy.extends);
  return Object.entries(policy.rules).flatMap(([id, setting]): readonly Problem[] => {
    const path = `rules.${id}`;
    if (!rules.has(id)) return [{ document, path, severity: 'error', ...rules.unknown(id) }];
    return [
      ...(saysTheSame(setting, parent, id)
        ? [
            {
              document,
              path,
              severity: 'warning' as const,
              message: `says of '${id}' what '${parent?.name ?? ''}' says already`,
              next: 'Remove it: the inherited setting counts.',
            },
          ]
        : []),
      ...(setting.scope === undefined ? [] : emptyScope(document, `${path}.scope`, setting.scope, facts)),
    ];
  });
}

function saysTheSame(own: OwnSetting, parent: EffectivePolicy | undefined, id: string): boolean {
  const inherited = settingOf(parent, id);
  const said = SETTING_FIELDS.filter((field) => own[field] !== undefined);
  return inherited !== undefined && said.every((field) => text(own, field) === text(inherited, field));
}

const text = (setting: OwnSetting, field: (typeof SETTING_FIELDS)[number]): string =>
  canonicalJson((setting[field] ?? null) as JsonValue);

/** Told where a pair of conflicting rules comes to be on: in the policy that switches one of them on itself. */
function conflictProblems(document: PolicyDocument, { library, effective }: LintContext): readonly Problem[] {
  const policy = effective(document.name);
  if (policy === undefined) return [];
  const told = new Set<string>();
  return library.rules.flatMap(({ id, conflicts }) =>
    conflicts.flatMap((other): readonly Problem[] => {
      const pair = [id, other].toSorted().join(' ');
      const own = [id, other].find((rule) => Object.hasOwn(document.rules, rule));
      if (told.has(pair) || own === undefined || !isOn(policy, id) || !isOn(policy, other)) return [];
      told.add(pair);
      return [
        {
          document: policyDocument(document.name),
          path: `rules.${own}`,
          severity: 'error',
          message: `'${id}' and '${other}' contradict each other, and both are on`,
          next: 'Switch one of them off.',
        },
      ];
    }),
  );
}
