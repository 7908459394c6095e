import { substituteParams, toLiteral } from '#core/cel/index.ts';
import { fieldsOf, guard, select } from '#core/evaluate/cel-text.ts';
import { elementPlace } from '#core/enforce/places.ts';
import type { ElementPlace } from '#core/enforce/places.ts';
import { listExpression } from '#core/evaluate/variables.ts';
import type { ComposedVariable } from '#core/evaluate/variables.ts';
import { MESSAGE_LIMIT, MESSAGE_VARIABLES, messageNames, paramTexts, renderMessage } from '#core/rules/message.ts';
import type { Matchers, Rule } from '#core/rules/model.ts';

/** What a refused developer reads. `variables` come after the rule's own. */
export interface EnforcedMessage {
  readonly message: string;
  readonly messageExpression?: string;
  readonly variables: readonly ComposedVariable[];
}

/** The failing elements of the rule's collection, and the message made of the first; collections may not take these names. */
const FAILING = 'failing';
const MESSAGE = 'message';
export const MESSAGE_VARIABLE_NAMES: readonly string[] = [FAILING, MESSAGE];
const FIRST = `variables.${FAILING}[0]`;

/**
 * The message of a rule (decisions.md 18) as a text and, where it has variables of the request, as an expression. The API server
 * takes the text where the expression cannot be computed: the rule's title then, which has no gaps.
 */
export function enforcedMessage(rule: Rule, template: string, matchers: Matchers): EnforcedMessage {
  const filled = oneLine(renderMessage(template, paramTexts(withoutHostNames(rule))));
  const asked = messageNames(filled).filter((name) => (MESSAGE_VARIABLES as readonly string[]).includes(name));
  if (asked.length === 0) return { message: cut(filled), variables: [] };
  const message = cut(oneLine(rule.title));
  const place = elementPlace(rule, matchers);
  const failing = place === undefined ? undefined : failingElements(rule, place);
  const texts = asked.map((name) => [name, textOf(name, rule, matchers, place)] as const);
  if (texts.some(([, text]) => text === undefined)) return { message, variables: [] };
  const values = new Map(texts.map(([name, text]) => [name, text ?? "''"]));
  const whole = concatenation(filled, values);
  const limit = MESSAGE_LIMIT;
  const said = `variables.${MESSAGE}`;
  return {
    message,
    messageExpression: `size(${said}) > ${limit} ? ${said}.substring(0, ${limit - 1}) + '…' : ${said}`,
    variables: [
      ...(failing !== undefined && whole.includes(FIRST) ? [{ name: FAILING, expression: failing }] : []),
      { name: MESSAGE, expression: whole },
    ],
  };
}

/** Names of the host come before parameters of the same name. */
const withoutHostNames = ({ params }: Rule) =>
  Object.fromEntries(Object.entries(params).filter(([name]) => !(MESSAGE_VARIABLES as readonly string[]).includes(name)));

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
const cut = (text: string): string => (text.length > MESSAGE_LIMIT ? `${text.slice(0, MESSAGE_LIMIT - 1)}…` : text);

const VARIABLE = /\{\{\s*([A-Za-z_]\w*)\s*\}\}/;

function concatenation(template: string, values: ReadonlyMap<string, string>): string {
  const parts = template
    .split(VARIABLE)
    .map((part, at) => (at % 2 === 0 ? toLiteral(part) : (values.get(part) ?? toLiteral(`{{${part}}}`))));
  return parts.filter((part) => part !== "''").join(' + ');
}

/** The elements that fail, or for nested collections the outermost elements that hold one. */
function failingElements(rule: Rule, place: ElementPlace): string | undefined {
  const required = substituteParams(rule.require, rule.params);
  const [outermost, ...inner] = place;
  if (!required.ok || outermost === undefined) return undefined;
  let passes = required.value;
  for (const [at, { collection, element }] of [...inner.entries()].toReversed()) {
    const around = place[at]?.element ?? '';
    passes = collection.lists.map((list) => `${listExpression(list, around)}.all(${element}, ${passes})`).join(' && ');
  }
  return `variables.${outermost.collection.name}.filter(${outermost.element}, !(${passes}))`;
}

/** CEL for a variable of messages, a string; undefined where an admission policy cannot know it. */
function textOf(name: string, rule: Rule, matchers: Matchers, place: ElementPlace | undefined): string | undefined {
  switch (name) {
    case 'name':
      return `(has(object.metadata.name) ? string(object.metadata.name) : has(object.metadata.generateName) ? string(object.metadata.generateName) : '')`;
    case 'namespace':
      return `(has(object.metadata.namespace) ? string(object.metadata.namespace) : '')`;
    case 'kind':
      return 'string(object.kind)';
    case 'path':
      return toLiteral(rule.field);
    case 'container':
      return place?.[0]?.collection.containers === true ? `(has(${FIRST}.name) ? string(${FIRST}.name) : '')` : undefined;
    default:
      return valueText(rule, matchers, place);
  }
}

/** A scalar at the rule's field in one line; composite values have no text. */
function valueText(rule: Rule, matchers: Matchers, place: ElementPlace | undefined): string | undefined {
  const collection = rule.forEach === undefined ? undefined : matchers.collections[rule.forEach];
  if (collection?.type === 'host') return collection.host === 'apiVersions' ? 'string(object.apiVersion)' : undefined;
  if (collection?.type === 'lists' && place?.length !== 1) return undefined;
  if (!/^([A-Za-z_]\w*(\.[A-Za-z_]\w*)*)?$/.test(rule.field)) return undefined;
  const fields = fieldsOf(rule.field);
  const root = collection?.type === 'single' && collection.in === 'podSpec' ? 'variables.podSpec' : 'object';
  const base = place === undefined ? select(root, fieldsOf(collection?.type === 'single' ? collection.path : undefined)) : FIRST;
  const value = select(base, fields);
  const scalar = `(type(${value}) == map || type(${value}) == list ? '' : string(${value}).replace('\\n', ' '))`;
  return fields.length === 0 ? scalar : `(${guard(base, fields)} ? ${scalar} : '')`;
}
