import type { AppError } from '#core/model.ts';
import { nearest } from '#core/nearest.ts';
import { SETTING_FIELDS } from '#core/policy/model.ts';
import type { Origins, OwnSetting, PolicyDocument } from '#core/policy/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { Library, Policy, RuleSetting } from '#core/rules/model.ts';

/** What `default` means until the workspace defines one (decisions.md 7). */
export const DEFAULT_TEMPLATE = 'datree-default';

/** A policy with its inheritance resolved, and where everything in it comes from. */
export interface EffectivePolicy extends Policy {
  /** `workspace`: a file of the team; `template`: ships with Plimsoll; `builtin`: `default` and `all`. */
  readonly origin: 'workspace' | 'template' | 'builtin';
  /** From itself to the outermost policy that it extends. */
  readonly chain: readonly string[];
  readonly origins: Readonly<Record<string, Origins>>;
  /** What its own file says; empty for what ships. */
  readonly own: Readonly<Record<string, OwnSetting>>;
}

/** Every policy there is: the workspace's files, the templates, `default` and `all`. */
export interface PolicyBook {
  readonly names: readonly string[];
  /** The error says what is wrong with the chain, or names the nearest policy. */
  find(name: string): Result<EffectivePolicy, AppError>;
}

/** What a policy says of a rule, be the rule named like a property that every object has. */
export const settingOf = (policy: Policy | undefined, rule: string): RuleSetting | undefined =>
  policy !== undefined && Object.hasOwn(policy.rules, rule) ? policy.rules[rule] : undefined;

/** Whether a policy judges a rule at all. */
export const isOn = (policy: Policy | undefined, rule: string): boolean => (settingOf(policy, rule)?.mode ?? 'off') !== 'off';

/** Names that no file of a workspace may take (decisions.md 7); `default` it may define. */
export const isReserved = (library: Library, name: string): boolean =>
  name === 'all' || library.policies.some((template) => template.name === name);

/** Resolves inheritance: what a policy's own file does not say comes from the one it extends, field by field. */
export function policyBook(library: Library, documents: readonly PolicyDocument[]): PolicyBook {
  const files = new Map(documents.filter(({ name }) => !isReserved(library, name)).map((document) => [document.name, document]));
  const templates = new Map(library.policies.map((template) => [template.name, template]));
  const known = new Map<string, Result<EffectivePolicy, AppError>>();
  const names = [...new Set(['default', ...files.keys(), ...templates.keys(), 'all'])];
  const find = (name: string, below: readonly string[] = []): Result<EffectivePolicy, AppError> => {
    const made = known.get(name);
    if (made !== undefined) return made;
    if (below.includes(name)) return err(circle([...below.slice(below.indexOf(name)), name]));
    const result = resolve(name, below);
    // An error inside a circle speaks of the policy it was met from.
    if (result.ok || below.length === 0) known.set(name, result);
    return result;
  };
  const resolve = (name: string, below: readonly string[]): Result<EffectivePolicy, AppError> => {
    const file = files.get(name);
    if (file !== undefined) {
      if (file.extends === undefined) return ok(layered(file, undefined));
      if (!names.includes(file.extends)) return err(noParent(file, names));
      const parent = find(file.extends, [...below, name]);
      return parent.ok ? ok(layered(file, parent.value)) : parent;
    }
    if (name === 'all') return ok(shipped(everyRule(library), 'builtin'));
    const template = templates.get(name === 'default' ? DEFAULT_TEMPLATE : name);
    if (template === undefined) return err(unknownPolicy(name, names));
    return ok(name === 'default' ? shipped({ ...template, name }, 'builtin') : shipped(template, 'template'));
  };
  return { names, find: (name) => find(name) };
}

function layered(file: PolicyDocument, parent: EffectivePolicy | undefined): EffectivePolicy {
  const rules: Record<string, RuleSetting> = { ...parent?.rules };
  const origins: Record<string, Origins> = { ...parent?.origins };
  for (const [id, own] of Object.entries(file.rules)) {
    const inherited = settingOf(parent, id);
    rules[id] = { ...inherited, ...own, mode: own.mode ?? inherited?.mode ?? 'deny' };
    const named = SETTING_FIELDS.filter((field) => own[field] !== undefined).map((field) => [field, file.name]);
    if (own.mode === undefined && inherited === undefined) named.push(['mode', file.name]);
    origins[id] = { ...(inherited === undefined ? {} : parent?.origins[id]), ...Object.fromEntries(named) };
  }
  const stage = file.stage ?? parent?.stage;
  const exportAnnotationWaivers = file.exportAnnotationWaivers ?? parent?.exportAnnotationWaivers;
  return {
    name: file.name,
    title: file.title,
    description: file.description,
    ...(stage === undefined ? {} : { stage }),
    ...(exportAnnotationWaivers === undefined ? {} : { exportAnnotationWaivers }),
    rules,
    origin: 'workspace',
    chain: [file.name, ...(parent?.chain ?? [])],
    origins,
    own: file.rules,
  };
}

function shipped(policy: Policy, origin: 'template' | 'builtin'): EffectivePolicy {
  const origins = Object.entries(policy.rules).map(([id, setting]) => [
    id,
    Object.fromEntries(SETTING_FIELDS.filter((field) => setting[field] !== undefined).map((field) => [field, policy.name])),
  ]);
  return { ...policy, origin, chain: [policy.name], origins: Object.fromEntries(origins), own: {} };
}

const everyRule = (library: Library): Policy => ({
  name: 'all',
  title: 'Every rule',
  description: 'All rules of the library, each at its own severity.',
  rules: Object.fromEntries(library.rules.map((rule) => [rule.id, { mode: 'deny' as const }])),
});

export const unknownPolicy = (name: string, names: readonly string[]): AppError => ({
  code: 'notFound',
  what: `There is no policy named '${name}'.`,
  where: '--policy',
  why: `The policies are ${names.join(', ')}.`,
  next: `Did you mean '${nearest(name, names)}'?`,
});

const noParent = (file: PolicyDocument, names: readonly string[]): AppError => ({
  code: 'invalidInput',
  what: `The policy '${file.name}' extends '${file.extends ?? ''}', which there is not.`,
  where: `policy ${file.name}, extends`,
  why: `The policies are ${names.join(', ')}.`,
  next: `Did you mean '${nearest(file.extends ?? '', names)}'?`,
});

const circle = (chain: readonly string[]): AppError => ({
  code: 'invalidInput',
  what: `The policy '${chain[0] ?? ''}' extends itself.`,
  where: `policy ${chain[0] ?? ''}, extends`,
  why: `The chain is ${chain.join(' → ')}.`,
  next: 'Let one of them extend another policy, or none.',
});
