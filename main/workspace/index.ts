import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ulid } from 'ulid';
import type { Change } from '#core/api/workspace.ts';
import type { AppError } from '#core/model.ts';
import { isReserved, policyBook } from '#core/policy/effective.ts';
import type { EffectivePolicy, PolicyBook } from '#core/policy/effective.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { Library } from '#core/rules/model.ts';
import { attempt, StoreFailure } from '#main/store/index.ts';
import type { FileChange, Store } from '#main/store/index.ts';
import { authorOf, gitState } from './author.ts';
import { brokenDocument, fileChanges } from './edit.ts';
import type { DocumentEdit } from './edit.ts';
import { stampOf } from './read-files.ts';
import { readWorkspace } from './read-workspace.ts';
import type { ReadWorkspace } from './read-workspace.ts';
import { newRevisions } from './revisions.ts';
import type { RevisionCause } from './revisions.ts';
import { saveFiles } from './save.ts';
import { schemaFiles } from './schemas.ts';
import { watchFolder } from './watch.ts';

export interface WorkspaceDeps {
  /** Absolute; need not exist. */
  readonly folder: string;
  readonly library: Library;
  /** Absent: no history is kept; for commands that only read. */
  readonly store?: Pick<Store, 'revisions' | 'changes'>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
}

/** A change to be saved: what it does, in a few words, and why the policies in it are other than before. */
export interface ChangeRequest {
  readonly what: string;
  readonly edits: readonly DocumentEdit[];
  readonly cause: Omit<RevisionCause, 'author' | 'change'>;
}

/** The workspace as it is now: what was read, and its policies with their inheritance resolved. The same object while nothing changes. */
export interface WorkspaceNow {
  readonly read: ReadWorkspace;
  readonly book: PolicyBook;
}

/** The workspace folder (decisions.md 19): read when asked, edited with care, and every revision of its policies kept. */
export class WorkspaceFolder {
  readonly folder: string;
  readonly #deps: WorkspaceDeps;
  readonly #listeners = new Set<() => void>();
  #now: (WorkspaceNow & { readonly stamp: string }) | undefined;

  constructor(deps: WorkspaceDeps) {
    this.#deps = deps;
    this.folder = deps.folder;
  }

  /** Reads the folder where somebody wrote to it since; what is new in its policies becomes revisions. */
  now(): WorkspaceNow {
    return this.#refresh({ kind: 'external' });
  }

  /** A policy by its name. One whose file is broken is an error, never taken for one that ships. */
  find(name: string): Result<EffectivePolicy, AppError> {
    return findPolicyIn(this.now(), name);
  }

  author(): Promise<string> {
    return authorOf(this.folder, this.#deps.env);
  }

  git(): ReturnType<typeof gitState> {
    return gitState(this.folder, this.#deps.env);
  }

  /** Saves a change: all its files or none, and never over what somebody else wrote meanwhile (`conflict`). */
  async change({ what, edits, cause }: ChangeRequest): Promise<Result<Change, AppError>> {
    const author = await this.author();
    const changes = fileChanges(this.now().read, edits);
    if (!changes.ok) return changes;
    const schemas = changes.value.some(({ before }) => before === undefined) ? schemaFiles((file) => this.#contentOf(file)) : [];
    const saved = saveFiles(this.folder, [...schemas, ...changes.value]);
    return saved.ok ? this.#keep(what, changes.value, { ...cause, author }) : saved;
  }

  /** Takes a change back while its files still say what it made them say. */
  async undo(id: string): Promise<Result<Change, AppError>> {
    const change = this.#deps.store?.changes.get(this.folder, id);
    if (change === undefined) return err(noChange(id));
    const back = change.files.map(({ file, before, after }): FileChange => ({
      file,
      ...(after === undefined ? {} : { before: after }),
      ...(before === undefined ? {} : { after: before }),
    }));
    const author = await this.author();
    this.now();
    const saved = saveFiles(this.folder, back);
    if (!saved.ok) return saved;
    this.#deps.store?.changes.remove(id);
    return this.#keep(`Undone: ${change.what}`, back, { kind: 'restore', reason: `Undone: ${change.what}`, author });
  }

  /** Called after the content of the folder has changed, by whomever. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Looks by itself from now on, until closed: for hosts that stay open. */
  watch(): { close(): void } {
    return watchFolder(this.folder, () => void this.now());
  }

  #keep(what: string, files: readonly FileChange[], cause: RevisionCause): Result<Change, AppError> {
    const id = ulid(this.#deps.now());
    const kept = attempt(this.folder, () => {
      this.#deps.store?.changes.add(this.folder, { id, what, files, at: this.#deps.now() });
      this.#refresh({ ...cause, change: id });
    });
    return kept.ok ? ok({ id, what, files: files.map(({ file }) => file) }) : kept;
  }

  #contentOf(file: string): string | undefined {
    const place = path.join(this.folder, file);
    return existsSync(place) ? readFileSync(place, 'utf8') : undefined;
  }

  #refresh(cause: RevisionCause): WorkspaceNow {
    const { library, store, now } = this.#deps;
    // Taken before reading: what is written meanwhile is found the next time.
    const stamp = stampOf(this.folder);
    if (this.#now?.stamp === stamp) return this.#now;
    const read = readWorkspace(this.folder, (name) => isReserved(library, name));
    const book = policyBook(library, read.content.policies);
    const isFirst = this.#now === undefined;
    this.#now = { read, book, stamp };
    // A folder that is not there (not mounted, say) says nothing about its policies.
    if (read.exists && store !== undefined) {
      const revisions = newRevisions(read, book, store.revisions.latest(this.folder), cause, now());
      if (revisions.length > 0) {
        const added = store.revisions.add(this.folder, revisions);
        // Seen again with the next look; a change of our own must not go without its reason.
        if (!added.ok) this.#now = { read, book, stamp: '' };
        if (!added.ok && cause.change !== undefined) throw new StoreFailure(added.error);
      }
    }
    if (!isFirst) for (const listener of this.#listeners) listener();
    return this.#now;
  }
}

/** A policy of a workspace that was read. One whose file is broken is an error, never taken for one that ships. */
export function findPolicyIn({ read, book }: WorkspaceNow, name: string): Result<EffectivePolicy, AppError> {
  const broken = brokenAbove(read, name);
  return broken === undefined ? book.find(name) : err(brokenDocument('Policy', broken.name, broken.problem));
}

/** Reads a folder once, without keeping anything: for a `test` that opens no database. */
export function readOnce(folder: string, library: Library): WorkspaceNow {
  const read = readWorkspace(folder, (name) => isReserved(library, name));
  return { read, book: policyBook(library, read.content.policies) };
}

/** The broken document that a policy stands on: its own, or one that it extends. */
function brokenAbove({ broken, content }: ReadWorkspace, name: string): ReadWorkspace['broken'][number] | undefined {
  const seen = new Set<string>();
  for (let at: string | undefined = name; at !== undefined && !seen.has(at);) {
    seen.add(at);
    const found = broken.find((one) => one.kind === 'Policy' && one.name === at);
    if (found !== undefined) return found;
    at = content.policies.find((policy) => policy.name === at)?.extends;
  }
  return undefined;
}

const noChange = (id: string): AppError => ({
  code: 'notFound',
  what: 'This change cannot be taken back any more.',
  where: `change ${id}`,
  why: 'It was taken back already, or is older than the last 200.',
  next: "Restore an earlier revision on the policy's page.",
});
