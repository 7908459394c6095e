import { toLiteral } from '#core/cel/index.ts';
import type { Scope } from '#core/policy/model.ts';
import type { ObjectName } from '#core/workspace/model.ts';

/** CEL over `object` for what scopes and waivers say; the same answers as core/policy/scope.ts and core/decide/waivers.ts give. */

const NAMESPACE = 'object.metadata.namespace';
const LABELS = 'object.metadata.labels';

/** True where there is none. */
export const allOf = (parts: readonly string[]): string =>
  parts.length <= 1 ? (parts[0] ?? 'true') : parts.map((part) => `(${part})`).join(' && ');

export const anyOf = (parts: readonly string[]): string =>
  parts.length === 1 ? (parts[0] ?? '') : parts.map((part) => `(${part})`).join(' || ');

/** Whether an object lies in one of the namespaces, given by name or pattern. */
export function inNamespaces(patterns: readonly string[]): string {
  const names = patterns.filter((pattern) => !pattern.includes('*'));
  const globs = patterns.filter((pattern) => pattern.includes('*'));
  const tests = [
    ...(names.length === 0 ? [] : [`${NAMESPACE} in ${toLiteral(names)}`]),
    ...globs.map((glob) => `${NAMESPACE}.matches(${toLiteral(`^${glob.split('*').map(quoted).join('.*')}$`)})`),
  ];
  return `has(${NAMESPACE}) && (${tests.length === 0 ? 'false' : tests.join(' || ')})`;
}

/** A text as a regular expression that fits nothing else. */
const quoted = (text: string): string => text.replaceAll(/[\\^$.|?+()[\]{}]/g, (character) => `\\${character}`);

/** The parts of a scope, all of which must hold; none where it takes in everything. */
export function scopeParts({ namespaces, exceptNamespaces, labels }: Scope): readonly string[] {
  return [
    ...(namespaces === undefined ? [] : [inNamespaces(namespaces)]),
    ...(exceptNamespaces === undefined || exceptNamespaces.length === 0 ? [] : [`!(${inNamespaces(exceptNamespaces)})`]),
    ...Object.entries(labels ?? {}).map(
      ([key, value]) => `has(${LABELS}) && ${toLiteral(key)} in ${LABELS} && ${LABELS}[${toLiteral(key)}] == ${toLiteral(value)}`,
    ),
  ];
}

/** The object of a group and kind, whatever its version. */
export const objectParts = ({ group, kind, namespace, name }: ObjectName): readonly string[] => [
  `object.kind == ${toLiteral(kind)}`,
  group === '' ? "!object.apiVersion.contains('/')" : `object.apiVersion.startsWith(${toLiteral(`${group}/`)})`,
  namespace === undefined ? `!has(${NAMESPACE})` : `has(${NAMESPACE}) && ${NAMESPACE} == ${toLiteral(namespace)}`,
  `has(object.metadata.name) && object.metadata.name == ${toLiteral(name)}`,
];
