import type { z } from 'zod';
import type { FileProblem } from '#core/api/workspace.ts';
import { isObject } from '#core/json.ts';
import type { JsonObject } from '#core/json.ts';
import { nearest } from '#core/nearest.ts';
import type { PolicyDocument } from '#core/policy/model.ts';
import { documentOf } from '#core/rules/load.ts';
import { API_VERSION, policyFile, ruleFile } from '#core/rules/schema.ts';
import type { Debt, Decision, FeedbackRound, Waiver, Workspace } from '#core/workspace/model.ts';
import { debtFile, decisionsFile, DOCUMENT_KINDS, feedbackFile, waiverFile, workspaceFile } from '#core/workspace/schema.ts';
import type { DocumentKind } from '#core/workspace/schema.ts';
import { textField } from './documents.ts';
import type { RawDocument } from './documents.ts';
import { exact } from './exact.ts';

/** What one checked document says. `name` is what it is known by among its kind: two of one name contradict each other. */
export type Part = { readonly name: string } & (
  | { readonly kind: 'Workspace'; readonly value: Workspace }
  | { readonly kind: 'Policy'; readonly value: PolicyDocument }
  | { readonly kind: 'Waiver'; readonly value: Waiver }
  | { readonly kind: 'Decisions'; readonly value: readonly Decision[] }
  | { readonly kind: 'Debt'; readonly value: Debt }
  | { readonly kind: 'Feedback'; readonly value: FeedbackRound }
  | { readonly kind: 'Rule'; readonly value: JsonObject }
);

/** What came of a document: what it says, or problems. `name` is also that of a broken one, where it can be told. */
export interface ReadPart {
  readonly document: RawDocument;
  readonly kind: DocumentKind;
  readonly name: string | undefined;
  /** Absent: broken, see the problems. */
  readonly part?: Part;
}

/** Checks a document of a workspace file. Undefined: it is none of ours (a Kubernetes manifest, an empty one). */
export function readPart(document: RawDocument): { readonly read?: ReadPart; readonly problems: readonly FileProblem[] } {
  const { value } = document;
  const kind = DOCUMENT_KINDS.find((known) => known === textField(value, 'kind'));
  if (kind === undefined) return { problems: document.broken ? [] : foreign(document) };
  const name = nameOf(kind, document);
  if (document.broken || !isObject(value)) return { read: { document, kind, name }, problems: [] };
  const checked = check(kind, value);
  if ('error' in checked) {
    return { read: { document, kind, name }, problems: checked.error.issues.flatMap((issue) => problemsOf(document, issue)) };
  }
  return { read: { document, kind, name, part: checked }, problems: kind === 'Rule' ? [customRule(document)] : [] };
}

function check(kind: DocumentKind, value: JsonObject): Part | { readonly error: z.ZodError } {
  switch (kind) {
    case 'Workspace': {
      const { success, data, error } = workspaceFile.safeParse(value);
      return success ? { kind, name: '', value: bare(data) } : { error };
    }
    case 'Policy': {
      const { success, data, error } = policyFile.safeParse(value);
      return success ? { kind, name: data.name, value: documentOf(data) } : { error };
    }
    case 'Waiver': {
      const { success, data, error } = waiverFile.safeParse(value);
      return success ? { kind, name: data.id, value: bare(data) } : { error };
    }
    case 'Decisions': {
      const { success, data, error } = decisionsFile.safeParse(value);
      return success
        ? { kind, name: data.policy, value: exact(data.decisions).map((entry) => ({ ...entry, policy: data.policy })) }
        : { error };
    }
    case 'Debt': {
      const { success, data, error } = debtFile.safeParse(value);
      return success ? { kind, name: `${data.policy}--${data.source}`, value: debtOf(data) } : { error };
    }
    case 'Feedback': {
      const { success, data, error } = feedbackFile.safeParse(value);
      return success ? { kind, name: data.id, value: bare(data) } : { error };
    }
    case 'Rule': {
      const { success, data, error } = ruleFile.safeParse(value);
      return success ? { kind, name: data.id, value } : { error };
    }
  }
}

function bare<T extends { readonly apiVersion: string; readonly kind: string }>(data: T) {
  const { apiVersion: _apiVersion, kind: _kind, ...rest } = exact(data);
  return rest;
}

function debtOf({ policy, source, scan, frozen, rules }: z.infer<typeof debtFile>): Debt {
  const entries = Object.entries(rules).flatMap(([rule, objects]) => exact(objects).map((entry) => ({ rule, ...entry })));
  return { policy, source, scan, frozen, entries };
}

/** Also of a document that is broken: what it was meant to be must not be taken for missing. */
function nameOf(kind: DocumentKind, { value }: RawDocument): string | undefined {
  switch (kind) {
    case 'Workspace':
      return '';
    case 'Policy':
      return textField(value, 'name');
    case 'Waiver':
    case 'Feedback':
    case 'Rule':
      return textField(value, 'id');
    case 'Decisions':
      return textField(value, 'policy');
    case 'Debt': {
      const [policy, source] = [textField(value, 'policy'), textField(value, 'source')];
      return policy === undefined || source === undefined ? undefined : `${policy}--${source}`;
    }
  }
}

/** A workspace may stand in a repository with other YAML. Only what looks like one of ours gone wrong is said. */
function foreign(document: RawDocument): readonly FileProblem[] {
  const { value, file } = document;
  if (value === null || file.startsWith('imports/')) return [];
  const [apiVersion, kind] = [textField(value, 'apiVersion'), textField(value, 'kind')];
  if (apiVersion !== undefined && !apiVersion.startsWith('plimsoll')) return [];
  const kinds = DOCUMENT_KINDS.join(', ');
  if (apiVersion === undefined) {
    const message = `It does not say what it is, and was left out.`;
    const next = `Begin it with apiVersion: ${API_VERSION} and a kind: ${kinds}; or move it out of the workspace.`;
    return [{ file, ...document.at([]), path: '', severity: 'warning', message, next }];
  }
  const message = kind === undefined ? 'It has no kind.' : `There is no kind '${kind}'.`;
  const next =
    kind === undefined ? `The kinds are ${kinds}.` : `Did you mean ${nearest(kind, DOCUMENT_KINDS)}? The kinds are ${kinds}.`;
  return [{ file, ...document.at([], 'kind'), path: 'kind', severity: 'error', message, next }];
}

const customRule = (document: RawDocument): FileProblem => ({
  file: document.file,
  ...document.at([]),
  path: '',
  severity: 'warning',
  message: 'Custom rules are kept, and not evaluated yet.',
});

/** What the shape finds wrong, at its place. Of several shapes that would do, the one that fits best speaks. */
function problemsOf(document: RawDocument, issue: z.core.$ZodIssue, above: readonly PropertyKey[] = []): FileProblem[] {
  const path = [...above, ...issue.path].map((step) => (typeof step === 'symbol' ? String(step) : step));
  if (issue.code === 'invalid_union') {
    const isText = typeof issue.input === 'string' || typeof valueAt(document, path) === 'string';
    const best =
      issue.errors.find((errors) => errors.some(({ path: inner }) => inner.length > 0)) ?? issue.errors[isText ? 0 : 1];
    const shapes = isText ? issue.errors[0] : (best ?? issue.errors[0]);
    return (shapes ?? []).flatMap((inner) => problemsOf(document, inner, path));
  }
  const keys = issue.code === 'unrecognized_keys' ? issue.keys : [undefined];
  return keys.map((key) => ({
    file: document.file,
    ...document.at(path, key),
    path: [...path, ...(key === undefined ? [] : [key])].join('.'),
    severity: 'error' as const,
    message: `${fieldName(path)} ${messageOf(issue, key)}.`,
    next: 'Correct it; nothing of this document counts until then.',
  }));
}

const fieldName = (path: readonly (string | number)[]): string => (path.length === 0 ? 'The document' : `'${path.join('.')}'`);

function messageOf(issue: z.core.$ZodIssue, key: string | undefined): string {
  if (key !== undefined) return `has no field '${key}'`;
  if (issue.code === 'invalid_type' && issue.input === undefined) return 'is missing';
  return /^(is|has|names|must|lets) /.test(issue.message) ? issue.message : `is not right: ${issue.message}`;
}

function valueAt({ value }: RawDocument, path: readonly (string | number)[]): unknown {
  let at: unknown = value;
  for (const step of path) at = typeof at === 'object' && at !== null ? Reflect.get(at, step) : undefined;
  return at;
}
