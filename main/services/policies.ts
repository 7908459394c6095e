import type { PolicyMatrix, Revision } from '#core/api/policies.ts';
import type { JsonObject } from '#core/json.ts';
import type { AppError } from '#core/model.ts';
import { changeTexts, comparePolicies } from '#core/policy/compare.ts';
import { isReserved } from '#core/policy/effective.ts';
import type { EffectivePolicy } from '#core/policy/effective.ts';
import type { PolicyDocument } from '#core/policy/model.ts';
import { rulesHeld } from '#core/ratchet/ticks.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { Policy } from '#core/rules/model.ts';
import { boundSource } from '#core/workspace/bindings.ts';
import { inOrder, matrixCells } from '#core/workspace/matrix.ts';
import type { Cell } from '#core/workspace/matrix.ts';
import type { DeepReadonly, Services } from '#main/rpc/services.ts';
import type { ServiceContext } from '#main/services/context.ts';
import { invalidInput } from '#main/services/errors.ts';
import { patched, policyPath, putPatch, settingText } from '#main/services/policy-edits.ts';
import { policyPage, previewOf, summaryOf } from '#main/services/policy-page.ts';
import type { RevisionKind, StoredRevision } from '#main/store/index.ts';
import type { DocumentEdit } from '#main/workspace/edit.ts';
import { readRaw } from '#main/workspace/edit.ts';

/** Policies: lists, the editor, revisions. Import and export stand in policy-files.ts. */
export function policiesService(context: ServiceContext): Omit<Services['policies'], 'import' | 'export' | 'compare'> {
  const { workspace, store } = context;
  return {
    list: async () => {
      const { names } = workspace.now().book;
      const latest = store.revisions.latest(workspace.folder);
      const found = names.flatMap((name) => {
        const policy = workspace.find(name);
        return policy.ok ? [summaryOf(policy.value, context, latest)] : [];
      });
      return ok(found);
    },
    matrix: async ({ scanId }) => ok(matrixOf(context, scanId)),
    get: async ({ name, scanId }) => policyPage(context, name, scanId),
    preview: async ({ name, patch, scanId }) => {
      const document = documentOf(context, name);
      const before = workspace.find(name);
      if (!before.ok) return before;
      const draft = document ?? {
        name,
        title: before.value.title,
        description: before.value.description,
        rules: before.value.rules,
      };
      return previewOf(context, patched(draft, patch), before.value, scanId);
    },
    save: async ({ name, hash, patch, reason }) => {
      const own = ownPolicy(context, name);
      return own.ok ? saved(context, name, `Changed ${name}`, 'edit', [putPatch(name, patch, hash)], reason) : own;
    },
    create: async ({ name, reason, ...input }) => {
      if (isReserved(context.library, name)) return err(reservedName(name));
      if (documentOf(context, name) !== undefined) return err(takenName(name));
      const from = input.from === undefined ? ok(undefined) : workspace.find(input.from);
      if (!from.ok) return from;
      const edit = newPolicy(name, { ...input, rules: from.value?.rules ?? {} });
      return saved(context, name, `Made ${name}`, 'edit', [edit], reason);
    },
    remove: async ({ name, reason }) => {
      const own = ownPolicy(context, name);
      if (!own.ok) return own;
      const user = userOf(context, name);
      if (user !== undefined) return err(stillUsed(name, user));
      const edit: DocumentEdit = { type: 'remove', kind: 'Policy', name };
      const change = await workspace.change({ what: `Removed ${name}`, edits: [edit], cause: { kind: 'edit', reason } });
      return change.ok ? ok({ change: change.value }) : change;
    },
    revisions: async ({ name }) => {
      const found = store.revisions.of(workspace.folder, name);
      if (found.length > 0) return ok(found.map((revision, index) => revisionRow(context, revision, found[index + 1])));
      const policy = workspace.find(name);
      return policy.ok ? ok([]) : policy;
    },
    diff: async ({ from, to }) => {
      const before = versionOf(context, from);
      if (!before.ok) return before;
      const after = versionOf(context, to);
      if (!after.ok) return after;
      return ok({ rows: comparePolicies(context.library, before.value, after.value) });
    },
    restore: async ({ name, number, reason }) => {
      const revision = store.revisions.get(workspace.folder, name, number);
      if (revision === undefined) return err(noRevision(name, number));
      if (revision.text === undefined) return err(wasRemoved(name, number));
      const raw = readRaw(revision.text, 'Policy', name);
      const edit: DocumentEdit = { type: 'put', kind: 'Policy', name, file: policyPath(name), next: () => raw };
      return saved(context, name, `Restored revision ${number} of ${name}`, 'restore', [edit], reason);
    },
  };
}

export const documentOf = ({ workspace }: ServiceContext, name: string): PolicyDocument | undefined =>
  workspace.now().read.content.policies.find((document) => document.name === name);

/** A policy that a file of the workspace has: what ships cannot be changed. */
export function ownPolicy(context: ServiceContext, name: string): Result<EffectivePolicy, AppError> {
  const policy = context.workspace.find(name);
  if (!policy.ok || policy.value.origin === 'workspace') return policy;
  return err(
    invalidInput(
      `'${name}' ships with Plimsoll and is not changed.`,
      `policy ${name}`,
      'Everyone who names it means the same rules.',
      'Make a policy of your own that extends it.',
    ),
  );
}

/** Saves edits of one policy, and gives its page as it is then. */
export async function saved(
  context: ServiceContext,
  name: string,
  what: string,
  kind: RevisionKind,
  edits: readonly DocumentEdit[],
  reason: string,
  evidence: readonly string[] = [],
) {
  const change = await context.workspace.change({ what, edits, cause: { kind, ...(reason === '' ? {} : { reason }), evidence } });
  if (!change.ok) return change;
  const page = policyPage(context, name);
  return page.ok ? ok({ page: page.value, change: change.value }) : page;
}

/** A new document. Its title is its name where none is given. */
export function newPolicy(
  name: string,
  input: {
    readonly title: string;
    readonly description?: string | undefined;
    readonly stage?: 'baseline' | 'strict' | undefined;
    readonly extends?: string | undefined;
    readonly rules: PolicyDocument['rules'];
  },
): DocumentEdit {
  const rules: JsonObject = Object.fromEntries(
    Object.entries(input.rules).map(([id, setting]) => [id, settingText(setting, undefined)]),
  );
  const value: JsonObject = {
    name,
    title: input.title.trim() === '' ? name : input.title,
    ...(input.description === undefined || input.description === '' ? {} : { description: input.description }),
    ...(input.stage === undefined ? {} : { stage: input.stage }),
    ...(input.extends === undefined ? {} : { extends: input.extends }),
    rules,
  };
  return { type: 'put', kind: 'Policy', name, file: policyPath(name), next: () => value, hash: '' };
}

/** The same, or not said. */
const alike = (left: string | undefined, right: string | undefined): boolean =>
  left === undefined || right === undefined || left === right;

function matrixOf(context: ServiceContext, scanId: string | undefined): PolicyMatrix {
  const { workspace, views, store } = context;
  const roster = workspace.now().read.content.workspace;
  const latest = store.revisions.latest(workspace.folder);
  const figures = new Map<string, { readonly rules?: number; readonly failing?: number }>();
  const figuresOf = (name: string) => {
    const policy = workspace.find(name);
    const view = scanId === undefined || !policy.ok ? undefined : views.open(scanId, name);
    const reached = view?.ok === true && view.value.projection.objects > 0 ? view.value : undefined;
    return {
      ...(policy.ok ? { rules: rulesHeld(policy.value) } : {}),
      ...(reached === undefined ? {} : { failing: reached.projection.rules.filter(({ counts }) => counts.fail > 0).length }),
    };
  };
  const run = scanId === undefined ? undefined : store.runs.get(scanId);
  const source = run === undefined ? undefined : boundSource(roster, run.source.name, run.labels);
  // A scan of production says nothing of staging.
  const isSeen = ({ product, environment }: Cell): boolean =>
    alike(source?.product, product) && alike(source?.environment, environment);
  return {
    products: roster.products.map(({ name }) => name),
    environments: inOrder(roster.environments).map(({ name, production }) => ({ name, production })),
    cells: matrixCells(roster).map((cell) => {
      if (cell.policy === undefined) return { ...cell };
      const known = figures.get(cell.policy) ?? figuresOf(cell.policy);
      figures.set(cell.policy, known);
      const revision = latest.get(cell.policy)?.number;
      const { failing: _elsewhere, ...unseen } = known;
      return { ...cell, ...(isSeen(cell) ? known : unseen), ...(revision === undefined ? {} : { revision }) };
    }),
  };
}

function revisionRow(
  { library }: ServiceContext,
  revision: StoredRevision,
  before: StoredRevision | undefined,
): DeepReadonly<Revision> {
  const changes = changeTexts(comparePolicies(library, before?.content, revision.content));
  const removed = revision.text === undefined ? ['removed'] : [];
  return {
    name: revision.name,
    number: revision.number,
    hash: revision.hash,
    ...(revision.author === undefined ? {} : { author: revision.author }),
    ...(revision.reason === undefined ? {} : { reason: revision.reason }),
    at: new Date(revision.at).toISOString(),
    kind: revision.kind,
    evidence: revision.evidence,
    changes: removed.length > 0 ? removed : changes,
  };
}

function versionOf(
  { workspace, store }: ServiceContext,
  { name, revision }: { readonly name: string; readonly revision?: number | undefined },
): Result<Policy, AppError> {
  if (revision === undefined) return workspace.find(name);
  const found = store.revisions.get(workspace.folder, name, revision);
  return found === undefined ? err(noRevision(name, revision)) : ok(found.content);
}

/** What would be left without its policy. */
function userOf({ workspace }: ServiceContext, name: string): string | undefined {
  const { policies, workspace: roster } = workspace.now().read.content;
  const child = policies.find((document) => document.extends === name);
  if (child !== undefined) return `the policy '${child.name}' extends it`;
  const isBound = roster.bindings.some(({ policies: bound }) => bound.baseline === name || bound.strict === name);
  return isBound ? 'a binding of the workspace names it' : undefined;
}

const stillUsed = (name: string, why: string): AppError =>
  invalidInput(
    `The policy '${name}' is still used.`,
    `policy ${name}`,
    `Removing it would break something: ${why}.`,
    'Change that first.',
  );

export const reservedName = (name: string): AppError =>
  invalidInput(
    `A policy may not be named '${name}'.`,
    'name',
    'Plimsoll has one of that name.',
    'Choose another name, and let it extend that one.',
  );

const takenName = (name: string): AppError =>
  invalidInput(
    `There is a policy '${name}' already.`,
    'name',
    'Each has a name of its own.',
    'Choose another name, or change that policy.',
  );

const noRevision = (name: string, number: number): AppError => ({
  code: 'notFound',
  what: `There is no revision ${number} of '${name}'.`,
  where: `policy ${name}`,
  why: 'No such revision was ever seen in this workspace folder.',
  next: "'plimsoll policy revisions' and the policy's page list its revisions.",
});

const wasRemoved = (name: string, number: number): AppError =>
  invalidInput(
    `Revision ${number} of '${name}' is its removal.`,
    `policy ${name}`,
    'There is no text to restore.',
    'Restore the one before it.',
  );
