import type { z } from 'zod';
import type { WaiverInput, waiverChange } from '#core/api/inbox.ts';
import { countsIn } from '#core/decide/waivers.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';
import type { AppError } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import { waiverFile } from '#core/workspace/schema.ts';
import type { Services } from '#main/rpc/services.ts';
import type { ServiceContext } from '#main/services/context.ts';
import { invalidInput } from '#main/services/errors.ts';
import { annotations, fileWaivers, waiverRow } from '#main/services/waiver-rows.ts';
import { dayOf } from '#main/services/workspace-lenses.ts';
import type { DocumentEdit } from '#main/workspace/edit.ts';
import { exact } from '#main/workspace/exact.ts';

/** Waivers of files and annotations: what each lets off, and changes of those in files. */
export function waiversService(context: ServiceContext): Services['waivers'] {
  const { workspace, views, library, now } = context;
  return {
    list: async ({ scanId, policy }) => {
      const { content, places } = workspace.now().read;
      const waivers = policy === undefined ? content.waivers : content.waivers.filter((waiver) => countsIn(waiver, policy));
      const view = views.open(scanId, policy ?? 'all');
      if (!view.ok) return view;
      const asked = { library, today: dayOf(now()), expiringDays: content.workspace.expiringDays };
      // One that counts in some policies only lets nothing off anywhere else: it is looked at through the first of them.
      const through = Map.groupBy(waivers, (waiver) => policy ?? waiver.policies?.[0] ?? 'all');
      const found = [...through].flatMap(([name, own]) => {
        const seen = views.open(scanId, name);
        return fileWaivers({ ...asked, view: seen.ok ? seen.value : view.value, waivers: own });
      });
      const files = new Map(places.flatMap(({ kind, name, file }) => (kind === 'Waiver' ? [[name, file]] : [])));
      const all = [...found, ...annotations({ view: view.value, library })];
      return ok({ waivers: all.map((one) => waiverRow(one, files.get(one.waiver?.id ?? ''))) });
    },
    change: async ({ id, patch }) => {
      const before = workspace.now().read.content.waivers.find((waiver) => waiver.id === id);
      const next = changedText(before === undefined ? {} : plain(before), patch);
      const wrong = before === undefined ? undefined : shapeProblem(id, next);
      if (wrong !== undefined) return err(wrong);
      const edit: DocumentEdit = {
        type: 'put',
        kind: 'Waiver',
        name: id,
        file: waiverPath(id),
        next: (raw) => changedText(raw, patch),
      };
      if (before === undefined) return err(noWaiver(id));
      const change = await workspace.change({ what: `Changed waiver ${id}`, edits: [edit], cause: { kind: 'decision' } });
      return change.ok ? ok({ change: change.value }) : change;
    },
    remove: async ({ id, reason }) => {
      const edit: DocumentEdit = { type: 'remove', kind: 'Waiver', name: id };
      const change = await workspace.change({ what: `Removed waiver ${id}`, edits: [edit], cause: { kind: 'decision', reason } });
      return change.ok ? ok({ change: change.value }) : change;
    },
  };
}

const waiverPath = (id: string): string => `waivers/${id}.yaml`;
const plain = (value: unknown): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject;

/** A new waiver in a file of its own. */
export function newWaiver(
  { workspace, now }: Pick<ServiceContext, 'workspace' | 'now'>,
  input: WaiverInput,
): { readonly id: string; readonly edit: DocumentEdit } | { readonly error: AppError } {
  const { read } = workspace.now();
  const taken = new Set([...read.places, ...read.broken].flatMap(({ kind, name }) => (kind === 'Waiver' ? [name] : [])));
  const id = freeId(stemOf(input), taken);
  const value = { id, ...plain(exact(input)), created: new Date(now()).toISOString() };
  const error = shapeProblem(id, value);
  if (error !== undefined) return { error };
  return { id, edit: { type: 'put', kind: 'Waiver', name: id, file: waiverPath(id), next: () => value, hash: '' } };
}

/** `memory-limit-web`: what it is about, for people who look at the folder. */
function stemOf({ rule, object, namespaces, container }: WaiverInput): string {
  const about = object?.name ?? namespaces?.[0] ?? container ?? '';
  return `${rule}-${about}`
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 56)
    .replace(/-+$/, '');
}

function freeId(stem: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? stem : `${stem}-${number}`;
    if (!taken.has(id)) return id;
  }
}

function changedText(raw: JsonObject, patch: z.infer<typeof waiverChange>['patch']): JsonObject {
  const { expires, ...rest } = patch;
  const next: Record<string, JsonValue> = { ...raw, ...plain(exact(rest)) };
  if (expires === null) delete next['expires'];
  else if (expires !== undefined) next['expires'] = expires;
  return next;
}

function shapeProblem(id: string, value: JsonObject): AppError | undefined {
  const checked = waiverFile.safeParse({ apiVersion: 'plimsoll.dev/v1', kind: 'Waiver', ...value });
  const issue = checked.error?.issues[0];
  if (issue === undefined) return undefined;
  const where = issue.path.length === 0 ? `waiver ${id}` : issue.path.map(String).join('.');
  return invalidInput(
    `The waiver ${issue.message}.`,
    where,
    'Its file could not be read with it.',
    'Correct it; nothing was saved.',
  );
}

const noWaiver = (id: string): AppError => ({
  code: 'notFound',
  what: `There is no waiver '${id}'.`,
  where: 'the workspace',
  why: 'No file of the workspace folder has it; annotations are changed on the object that carries them.',
  next: 'It may have been removed in the meantime: look again.',
});
