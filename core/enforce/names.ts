import type { EnforceMode } from '#core/enforce/model.ts';

/** `plimsoll-<rule>-<mode>`: a rule has one action of a mode, so that it is unique; at most 55 characters. */
export const actionName = (rule: string, mode: EnforceMode): string => `plimsoll-${rule}-${mode}`;
