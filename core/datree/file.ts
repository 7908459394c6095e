import type { JsonObject } from '#core/json.ts';

/** A policies.yaml of Datree, read: every name filled in, nothing left out. */
export interface DatreeFile {
  readonly policies: readonly DatreePolicy[];
  readonly customRules: readonly DatreeCustomRule[];
}

export interface DatreePolicy {
  readonly name: string;
  readonly isDefault: boolean;
  /** In the order of the file, those that are commented out at the end. */
  readonly rules: readonly DatreeRule[];
}

export interface DatreeRule {
  readonly identifier: string;
  /** Empty where the file gives none. */
  readonly message: string;
  /** False for a rule that was commented out. */
  readonly enabled: boolean;
}

/** A rule that the file defines itself. */
export interface DatreeCustomRule {
  readonly identifier: string;
  readonly name: string;
  readonly message: string;
  /** As the file has it. */
  readonly source: JsonObject;
}
