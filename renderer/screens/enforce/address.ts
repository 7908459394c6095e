import type { z } from 'zod';
import type { EnforceInput, enforceStep } from '#core/api/enforce.ts';
import { REPLAY_OUTCOMES, type ReplayOutcome } from '#core/enforce/replay/words.ts';

/** What the address says of the Enforce screen: what is to be exported, and what of it is looked at. Pure. */

export type Step = z.infer<typeof enforceStep>;
export type Mode = Step['mode'];
export const ENFORCE_MODES = ['audit', 'warn', 'deny'] as const satisfies readonly Mode[];

export const TABS = ['effect', 'objects', 'rules', 'rollout', 'files', 'bypass', 'drift'] as const;
export type Tab = (typeof TABS)[number];

export const GROUPINGS = ['team', 'namespace', 'rule'] as const;
export type Grouping = (typeof GROUPINGS)[number];

export const FAILURE_POLICIES = ['Ignore', 'Fail'] as const;
export type FailurePolicy = (typeof FAILURE_POLICIES)[number];

/** `plan`: what the rollout plan says of the day; a mode: no further than that step either. */
export type Rollout = 'plan' | Mode;

export interface Address {
  readonly target: string | undefined;
  /** How far to go at most where no other step names the namespace; `deny`: as far as the policy says. */
  readonly mode: Mode;
  /** In namespaces by name. */
  readonly steps: readonly (Step & { readonly namespaces: string[] })[];
  /** Undefined: those that are left out by default. */
  readonly excluded: readonly string[] | undefined;
  readonly kubernetes: string | undefined;
  readonly failure: FailurePolicy | undefined;
  readonly rollout: Rollout | undefined;
  /** First day of the rollout plan, and the day that it is read on. */
  readonly start: string | undefined;
  readonly on: string | undefined;
  readonly tab: Tab;
  readonly by: Grouping;
  readonly filter: ObjectFilter;
  readonly file: string | undefined;
}

/** Which objects are listed. An empty namespace or team: those without one. */
export interface ObjectFilter {
  readonly outcome?: ReplayOutcome | undefined;
  readonly rule?: string | undefined;
  readonly namespace?: string | undefined;
  readonly team?: string | undefined;
  readonly text?: string | undefined;
}

const oneOf = <T extends string>(list: readonly T[], text: string | null): T | undefined => list.find((one) => one === text);
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const dayOf = (text: string | null): string | undefined => (text !== null && DAY.test(text) ? text : undefined);

/** Words as people type them: parted by commas or blanks, each once. */
export const wordsOf = (text: string): string[] => [...new Set(text.split(/[\s,]+/).filter((word) => word !== ''))];

export function readAddress(params: URLSearchParams): Address {
  const steps = params.getAll('mode').flatMap((text) => stepOf(text) ?? []);
  return {
    target: params.get('target') ?? undefined,
    mode: steps.find(({ namespaces }) => namespaces === undefined)?.mode ?? 'deny',
    steps: steps.flatMap(({ mode, namespaces }) => (namespaces === undefined ? [] : [{ mode, namespaces }])),
    excluded: params.has('exclude') ? wordsOf(params.get('exclude') ?? '') : undefined,
    kubernetes: /^1\.\d{1,2}$/.exec(params.get('kubernetes') ?? '')?.[0],
    failure: oneOf(FAILURE_POLICIES, params.get('failure')),
    rollout: oneOf(['plan', ...ENFORCE_MODES] as const, params.get('rollout')),
    start: dayOf(params.get('start')),
    on: dayOf(params.get('on')),
    tab: oneOf(TABS, params.get('tab')) ?? 'effect',
    by: oneOf(GROUPINGS, params.get('by')) ?? 'team',
    filter: {
      outcome: oneOf(REPLAY_OUTCOMES, params.get('outcome')),
      rule: params.get('rule') ?? undefined,
      namespace: params.get('namespace') ?? undefined,
      team: params.get('team') ?? undefined,
      text: params.get('text') ?? undefined,
    },
    file: params.get('file') ?? undefined,
  };
}

/** `warn`, or `deny:payments,checkout`, as the command line takes it. */
function stepOf(text: string): Step | undefined {
  const [word, names] = text.split(':', 2);
  const mode = oneOf(ENFORCE_MODES, word ?? null);
  if (mode === undefined) return undefined;
  const namespaces = names === undefined ? undefined : wordsOf(names);
  return namespaces === undefined || namespaces.length === 0 ? { mode } : { mode, namespaces };
}

const OWN = ['target', 'mode', 'exclude', 'kubernetes', 'failure', 'rollout', 'start', 'on', 'tab', 'by', 'file'] as const;
const FILTERS = ['outcome', 'rule', 'namespace', 'team', 'text'] as const;

/** The parameters of an address in place of those that `before` has of it; the rest of `before` stays. */
export function writeAddress(address: Address, before: URLSearchParams): URLSearchParams {
  const next = new URLSearchParams(before);
  for (const name of [...OWN, ...FILTERS]) next.delete(name);
  const put = (name: string, value: string | undefined): void => {
    if (value !== undefined) next.append(name, value);
  };
  put('target', address.target);
  if (address.mode !== 'deny') put('mode', address.mode);
  for (const { mode, namespaces } of address.steps) put('mode', `${mode}:${namespaces.join(',')}`);
  put('exclude', address.excluded?.join(','));
  put('kubernetes', address.kubernetes);
  put('failure', address.failure);
  put('rollout', address.rollout);
  put('start', address.start);
  put('on', address.on);
  if (address.tab !== 'effect') put('tab', address.tab);
  if (address.by !== 'team') put('by', address.by);
  for (const name of FILTERS) put(name, address.filter[name]);
  put('file', address.file);
  return next;
}

interface Stand {
  readonly policy: string;
  readonly target: string;
  readonly scanId: string;
}

/** What is asked of the host. Equal exports ask the same, whatever of them is looked at. */
export function inputOf(address: Address, { policy, target, scanId }: Stand): EnforceInput & { readonly scanId: string } {
  const { mode, steps, excluded, kubernetes, failure, rollout, start, on } = address;
  return {
    policy,
    target: address.target ?? target,
    steps: [...(mode === 'deny' ? [] : [{ mode }]), ...steps.map((step) => ({ ...step, namespaces: [...step.namespaces] }))],
    ...(excluded === undefined ? {} : { excludedNamespaces: [...excluded] }),
    ...(kubernetes === undefined ? {} : { kubernetes }),
    ...(failure === undefined ? {} : { failurePolicy: failure }),
    ...(rollout === undefined
      ? {}
      : {
          rollout: {
            ...(start === undefined ? {} : { start }),
            ...(on === undefined ? {} : { on }),
            ...(rollout === 'plan' ? {} : { step: rollout }),
          },
        }),
    scanId,
  };
}
