import type { EnforcePreview } from '#core/api/enforce.ts';
import { TARGETS } from '#core/enforce/targets.ts';
import type { Target } from '#core/enforce/targets.ts';
import type { AppError } from '#core/model.ts';
import type { DeepReadonly } from '#main/rpc/services.ts';
import type { Planned } from '#main/services/enforce-plan.ts';
import { invalidInput } from '#main/services/errors.ts';

/** Why an export is not planned, shown or saved. */

export const noTarget = (asked: string): AppError =>
  invalidInput(`There is no engine '${asked}'.`, 'target', `Plimsoll writes for ${TARGETS.join(', ')}.`, 'Choose one of them.');

export const excludedToo = (namespace: string): AppError =>
  invalidInput(
    `The namespace '${namespace}' has a mode or a policy and is excluded.`,
    'modes and policies of namespaces',
    'Nothing is enforced in excluded namespaces.',
    'Leave it out of one of the two.',
  );

export const oneOnly = (target: Target): AppError =>
  invalidInput(
    'Several policies can be exported together as ValidatingAdmissionPolicies alone.',
    '--policy',
    `Those of the target ${target} have names that one policy fills.`,
    'Name one policy, or the target vap.',
  );

export const noChart = (target: Target, why: string): AppError =>
  invalidInput(
    `The target '${target}' cannot be a Helm chart.`,
    '--helm',
    `${why.charAt(0).toUpperCase()}${why.slice(1)}.`,
    'Leave out --helm, and apply the files in their order.',
  );

/** Where two policies would be for the same namespace; undefined: none are. */
export function twiceNamed(
  placed: readonly { readonly policy: string; readonly namespaces?: readonly string[] | undefined }[],
): AppError | undefined {
  const policies = placed.map(({ policy }) => policy);
  const policy = policies.find((name, at) => policies.indexOf(name) < at);
  if (policy !== undefined) return sharedPlace(`The policy '${policy}' is named twice.`);
  if (placed.filter(({ namespaces }) => namespaces === undefined).length > 1)
    return sharedPlace('Two policies are for all namespaces that no other names.');
  const names = placed.flatMap(({ namespaces }) => namespaces ?? []);
  const namespace = names.find((name, at) => names.indexOf(name) < at);
  return namespace === undefined ? undefined : sharedPlace(`The namespace '${namespace}' has two policies.`);
}

const sharedPlace = (what: string): AppError =>
  invalidInput(what, '--policy', 'In one namespace one policy counts.', 'Give each policy namespaces of its own.');

export const noFile = (name: string): AppError =>
  invalidInput(`The export has no file '${name}'.`, 'name', 'The preview lists its files.', 'Choose one of them.');

export const notAbsolute = (folder: string): AppError =>
  invalidInput(
    `'${folder}' is no whole path.`,
    'folder',
    'Nobody can tell from where it is meant.',
    'Begin it at the root of the file system.',
  );

export const nothingToSave = ({ made }: Planned): AppError =>
  invalidInput(
    `Nothing of the policy '${made.policy}' can be enforced.`,
    'policy',
    made.skipped[0] === undefined ? 'It switches on no rule.' : `${made.skipped[0].rule}: ${made.skipped[0].why}.`,
    'The list of what is skipped says why of each rule.',
  );

export const notChosen = (): AppError =>
  invalidInput(
    'Rules deny, and nothing says what happens where one cannot be computed.',
    'failurePolicy',
    'Ignore lets such a request through; Fail refuses it, which can stand in the way of the cluster itself.',
    'Choose Ignore or Fail, or go no further than warn.',
  );

const CONFIRM = 'Fix or waive them, go no further than warn, or confirm each of these rules.';

/** Objects that an error names. */
const SHOWN = 5;

/** Rules that deny what is there; `next`: how it is confirmed. */
export function notConfirmed(live: DeepReadonly<EnforcePreview['liveFailures']>, next: string = CONFIRM): AppError {
  const named = live.flatMap(({ rule, first }) =>
    first.map(({ kind, namespace, name }) => `${rule}: ${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`),
  );
  const more = live.reduce((sum, { objects }) => sum + objects, 0) - Math.min(named.length, SHOWN);
  return {
    code: 'conflict',
    what: `${live.length === 1 ? '1 rule denies' : `${live.length} rules deny`} what is there: such objects could not be created again.`,
    where: live.map(({ rule }) => rule).join(', '),
    why: `${named.slice(0, SHOWN).join('; ')}${more > 0 ? `; and ${more} more` : ''}.`,
    next,
  };
}
