import type { JsonObject } from '#core/json.ts';
import type { Mode, Severity } from '#core/model.ts';

/** Where a policy stands in the ratchet: what already holds, or what is wanted. */
export const STAGES = ['baseline', 'strict'] as const;
export type Stage = (typeof STAGES)[number];

/** Which objects something speaks of. Patterns are of namespaces, `*` stands for any run of characters; labels must all be equal. */
export interface Scope {
  readonly namespaces?: readonly string[];
  readonly exceptNamespaces?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

/** What one policy file says of a rule. What is absent comes from the policy it extends, else from the rule. */
export interface OwnSetting {
  readonly mode?: Mode;
  readonly severity?: Severity;
  /** With the variables of decisions.md 18. */
  readonly message?: string;
  readonly params?: JsonObject;
  readonly scope?: Scope;
  /** Why it is set so: kept with a rule that was disabled, promoted or demoted. */
  readonly reason?: string;
}

/** A policy as its file has it: one layer of the inheritance organisation → environment → product x environment. */
export interface PolicyDocument {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly stage?: Stage;
  /** Name of the policy, of the workspace or a template, whose settings it starts from. */
  readonly extends?: string;
  readonly exportAnnotationWaivers?: boolean;
  readonly rules: Readonly<Record<string, OwnSetting>>;
}

/** The fields of a setting that can come from different layers. */
export const SETTING_FIELDS = ['mode', 'severity', 'message', 'params', 'scope', 'reason'] as const;
export type SettingField = (typeof SETTING_FIELDS)[number];

/** From which policy each field of a setting comes; what is absent is the rule's own. */
export type Origins = Readonly<Partial<Record<SettingField, string>>>;
