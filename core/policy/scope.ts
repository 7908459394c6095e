import type { Scope } from '#core/policy/model.ts';

/** What a scope looks at of an object. */
export interface Scoped {
  readonly namespace?: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A pattern of namespaces as a test: `*` stands for any run of characters, everything else for itself. */
export function namespacePattern(pattern: string): (namespace: string) => boolean {
  if (!pattern.includes('*')) return (namespace) => namespace === pattern;
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop() ?? '';
  return (namespace) => {
    if (!namespace.startsWith(first) || !namespace.endsWith(last) || namespace.length < first.length + last.length) return false;
    let from = first.length;
    for (const part of rest) {
      const found = namespace.indexOf(part, from);
      if (found === -1 || found + part.length > namespace.length - last.length) return false;
      from = found + part.length;
    }
    return true;
  };
}

/**
 * Whether a namespace lies in a scope, labels aside. Cluster-scoped objects (undefined or the empty name) are in no namespace: a
 * scope that names namespaces leaves them out, one that only makes exceptions keeps them.
 */
export function namespaceTest({ namespaces, exceptNamespaces }: Scope): (namespace: string | undefined) => boolean {
  const among = namespaces?.map(namespacePattern);
  const except = exceptNamespaces?.map(namespacePattern) ?? [];
  return (namespace) => {
    if (namespace === undefined || namespace === '') return among === undefined;
    return (among?.some((fits) => fits(namespace)) ?? true) && !except.some((fits) => fits(namespace));
  };
}

/** Whether an object has all the labels of a scope. */
export function labelTest({ labels }: Scope): (labelsOfObject: Scoped['labels']) => boolean {
  const wanted = Object.entries(labels ?? {});
  return (own) => wanted.every(([name, value]) => Object.hasOwn(own, name) && own[name] === value);
}

export const selectsByLabel = ({ labels }: Scope): boolean => labels !== undefined && Object.keys(labels).length > 0;

export function scopeTest(scope: Scope): (object: Scoped) => boolean {
  const [inNamespace, hasLabels] = [namespaceTest(scope), labelTest(scope)];
  return ({ namespace, labels }) => inNamespace(namespace) && hasLabels(labels);
}
