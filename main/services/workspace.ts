import type { z } from 'zod';
import type { WorkspaceView, workspaceSave } from '#core/api/workspace.ts';
import type { JsonValue } from '#core/json.ts';
import type { AppError } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import { boundSource } from '#core/workspace/bindings.ts';
import { previewBindings } from '#core/workspace/binding-preview.ts';
import type { Workspace } from '#core/workspace/model.ts';
import { workspaceFile } from '#core/workspace/schema.ts';
import type { DeepReadonly, Services } from '#main/rpc/services.ts';
import type { ServiceContext } from '#main/services/context.ts';
import { invalidInput } from '#main/services/errors.ts';
import { guideOf } from '#main/services/guide.ts';
import { workspaceProblems } from '#main/services/problems.ts';
import { pairOf } from '#main/services/ratchet-parts.ts';
import { dayOf } from '#main/services/workspace-lenses.ts';
import type { DocumentEdit } from '#main/workspace/edit.ts';
import { exact } from '#main/workspace/exact.ts';
import { listText } from '#main/workspace/list-text.ts';

type Save = Omit<z.infer<typeof workspaceSave>, 'hash'>;

/** The workspace folder: who is who, and which policy governs what. */
export function workspaceService(context: ServiceContext): Services['workspace'] {
  const { workspace, views } = context;
  return {
    get: async (input) => ok(await viewOf(context, input?.scanId)),
    save: async ({ hash, ...parts }) => {
      const wrong = shapeProblem(parts);
      if (wrong !== undefined) return err(wrong);
      const edit = putWorkspace(workspace.now().read.content.workspace, parts, hash);
      const what = `Changed ${Object.keys(parts).join(', ')} of the workspace`;
      const change = await workspace.change({ what, edits: [edit], cause: { kind: 'edit' } });
      return change.ok ? ok({ view: await viewOf(context, undefined), change: change.value }) : change;
    },
    preview: async ({ scanId, bindings }) => {
      const view = views.open(scanId, 'all');
      if (!view.ok) return view;
      const { run, objects } = view.value;
      const source = boundSource(workspace.now().read.content.workspace, run.source.name, run.labels);
      return ok(
        previewBindings(
          exact(bindings),
          source,
          objects.filter(({ idle }) => !idle),
        ),
      );
    },
    undo: async ({ change }) => {
      const undone = await workspace.undo(change);
      return undone.ok ? ok({ what: undone.value.what.replace(/^Undone: /, '') }) : undone;
    },
  };
}

async function viewOf(context: ServiceContext, scanId: string | undefined): Promise<DeepReadonly<WorkspaceView>> {
  const { workspace, library, store, now } = context;
  const { read } = workspace.now();
  const [author, git] = await Promise.all([workspace.author(), workspace.git()]);
  const sources = store.sources.list().map(({ name }) => name);
  return {
    folder: workspace.folder,
    exists: read.exists,
    ...(git === undefined ? {} : { git }),
    author,
    ...read.content.workspace,
    hash: read.places.find(({ kind }) => kind === 'Workspace')?.hash ?? '',
    problems: workspaceProblems(read, library, { today: dayOf(now()), sources }),
    steps: guideOf(context, scanId),
    pair: pairOf(read.content),
  };
}

/** What a file could not be read back as is not written. */
function shapeProblem(parts: Save): AppError | undefined {
  const checked = workspaceFile.partial().safeParse(parts);
  const issue = checked.error?.issues[0];
  if (issue === undefined) return undefined;
  const where = issue.path.map(String).join('.');
  return invalidInput(
    `'${where}' ${issue.message}.`,
    where,
    'The workspace file could not be read with it.',
    'Correct it; nothing was saved.',
  );
}

/** Saves parts of the workspace. An item of a list that says the same as before stays as its file has it. */
export function putWorkspace(before: Workspace, parts: Save, hash?: string): DocumentEdit {
  return {
    type: 'put',
    kind: 'Workspace',
    name: '',
    file: 'workspace.yaml',
    ...(hash === undefined ? {} : { hash }),
    next: (raw) => {
      const next: Record<string, JsonValue> = { ...raw };
      for (const [key, value] of Object.entries(exact(parts))) {
        next[key] = Array.isArray(value)
          ? listText(raw[key], Reflect.get(before, key), value)
          : (JSON.parse(JSON.stringify(value)) as JsonValue);
      }
      return next;
    },
  };
}

/** The workspace's file as an edit that changes its bindings. */
export const putBindings = (before: Workspace, bindings: Workspace['bindings']): DocumentEdit =>
  putWorkspace(before, { bindings: JSON.parse(JSON.stringify(bindings)) as NonNullable<Save['bindings']> });
