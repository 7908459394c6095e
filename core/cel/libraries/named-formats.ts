import type { EvaluationFrame } from '../frame.ts';
import { define, type Library } from '../library.ts';
import { NAMED_FORMATS, NamedFormat } from '../named-formats.ts';
import { NONE, Optional, type CelValue, type Val } from '../values.ts';

const SINCE = 31;

function named(f: EvaluationFrame, name: CelValue): Val {
  if (typeof name !== 'string') return f.noOverload(name);
  const found = NAMED_FORMATS.get(name);
  return found === undefined ? NONE : new Optional(found);
}

function validate(f: EvaluationFrame, format: CelValue, text: CelValue): Val {
  if (!(format instanceof NamedFormat) || typeof text !== 'string') return f.noOverload(format, text);
  if (!f.spendOn(text.length)) return f.overBudget();
  const messages = format.formatValidate(text);
  return messages.length === 0 ? NONE : new Optional(messages);
}

/** Kubernetes' named formats: k8s.io/apiserver/pkg/cel/library/format.go. */
export const namedFormats: Library = {
  name: 'format',
  functions: [
    define('format.named', SINCE, ['(string) optional(format)'], named),
    define('validate', SINCE, ['format.(string) optional(list(string))'], validate),
    ...Array.from(NAMED_FORMATS, ([name, format]) => define(`format.${name}`, SINCE, ['() format'], () => format)),
  ],
};
