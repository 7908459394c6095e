import { MESSAGE_VARIABLES, paramTexts, renderMessage } from '#core/rules/message.ts';
import type { Rule, RuleSetting } from '#core/rules/model.ts';

const PLACEHOLDERS = Object.fromEntries(MESSAGE_VARIABLES.map((name) => [name, `<${name}>`]));

/** A message as Datree can show it, which knows no variables: parameters by their values, the rest as `<container>`. */
export const plainMessage = (rule: Rule, setting: Pick<RuleSetting, 'message' | 'params'> = {}): string =>
  renderMessage(setting.message ?? rule.message, { ...paramTexts({ ...rule.params, ...setting.params }), ...PLACEHOLDERS });
