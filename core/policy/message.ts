import type { FactFinding } from '#core/inventory/model.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';
import type { ObjectRef } from '#core/model.ts';

/** The variables that a message may use besides the rule's parameters (decisions.md 18). */
export const MESSAGE_VARIABLES = ['name', 'namespace', 'kind', 'path', 'value', 'container'] as const;

/** Fills `{{variable}}`; an unknown or absent one becomes an empty text. Values were redacted when they were stored. */
export function renderMessage(template: string, object: ObjectRef, finding: FactFinding, params: JsonObject): string {
  return template.replaceAll(/\{\{\s*([A-Za-z][A-Za-z0-9]*)\s*\}\}/g, (_, name: string) =>
    variable(name, object, finding, params),
  );
}

function variable(name: string, object: ObjectRef, finding: FactFinding, params: JsonObject): string {
  switch (name) {
    case 'name':
      return object.name;
    case 'namespace':
      return object.namespace ?? '';
    case 'kind':
      return object.kind;
    case 'path':
      return finding.path;
    case 'value':
      return finding.value ?? '';
    case 'container':
      return finding.container ?? '';
    default:
      return Object.hasOwn(params, name) ? paramText(params[name]) : '';
  }
}

const paramText = (value: JsonValue | undefined): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : (JSON.stringify(value) ?? '');
