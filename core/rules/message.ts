import type { JsonObject, JsonValue } from '#core/json.ts';

/** Message templates of rules: `container {{container}} has no memory limit` (decisions.md 18). */

export const MESSAGE_VARIABLES = ['name', 'namespace', 'kind', 'path', 'value', 'container'] as const;
export type MessageVariable = (typeof MESSAGE_VARIABLES)[number];

/** Rendered with typical names a message must not be longer: id, binding name and message share 256 characters of a warning. */
export const MESSAGE_LIMIT = 110;

const PLACE = /\{\{\s*([A-Za-z_]\w*)\s*\}\}/g;

/** The names that a message puts in, in order, each once. */
export const messageNames = (message: string): readonly string[] => [
  ...new Set([...message.matchAll(PLACE)].map((match) => match[1] ?? '')),
];

/** Puts values in; a name without a value stays as it is written, so that a gap is seen. Values are not looked into again. */
export const renderMessage = (message: string, values: Readonly<Record<string, string>>): string =>
  message.replaceAll(PLACE, (written, name: string) => (Object.hasOwn(values, name) ? (values[name] ?? written) : written));

/** Parameter values as messages show them: scalars as they are, lists and maps as JSON. */
export const paramTexts = (params: JsonObject): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, paramText(value)]));

const paramText = (value: JsonValue): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));
