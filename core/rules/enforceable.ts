import type { Rule } from '#core/rules/model.ts';

/** Whether admission can enforce a rule: it judges an object alone. Host collections are enforced by what stands for them. */
export const isEnforceable = (rule: Rule): boolean => rule.scope === 'object';
