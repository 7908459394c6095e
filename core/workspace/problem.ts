import { nearest } from '#core/nearest.ts';
import { byAlias } from '#core/policy/policies.ts';
import type { Library } from '#core/rules/model.ts';
import type { DocumentKind } from '#core/workspace/schema.ts';

/** A document of the workspace folder. Names: a policy's, a waiver's id, the policy of decisions, `<policy>--<source>` of debt, a round's id; empty for the workspace. */
export interface DocumentName {
  readonly kind: DocumentKind;
  readonly name: string;
}

/** Something wrong with what a document says. The host adds file and line. */
export interface Problem {
  readonly document: DocumentName;
  /** Dot path; list elements by their number from 0. Empty for the whole. */
  readonly path: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly next?: string;
}

export const WORKSPACE: DocumentName = { kind: 'Workspace', name: '' };
export const policyDocument = (name: string): DocumentName => ({ kind: 'Policy', name });

/** What a name should have been: the nearest of those that there are. */
export function meant(name: string, known: readonly string[]): { readonly next?: string } {
  const found = nearest(name, known);
  return found === '' ? {} : { next: `Did you mean '${found}'?` };
}

/** Which rule ids are known: those of the library, and custom rules that are kept. */
export interface KnownRules {
  readonly has: (id: string) => boolean;
  /** The problem of an id that no rule has; an alias names its rule. */
  readonly unknown: (id: string) => Pick<Problem, 'message' | 'next'>;
}

export function knownRules(library: Library, custom: readonly string[]): KnownRules {
  const ids = [...library.rules.map(({ id }) => id), ...custom];
  const known = new Set(ids);
  return {
    has: (id) => known.has(id),
    unknown: (id) => {
      const rule = byAlias(library, id);
      if (rule === undefined) return { message: `there is no rule '${id}'`, ...meant(id, ids) };
      return { message: `'${id}' is another name of the rule '${rule}'`, next: `Write '${rule}'.` };
    },
  };
}
