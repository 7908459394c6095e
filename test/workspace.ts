import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openLibrary } from '#main/open-library.ts';
import { openStore } from '#main/store/index.ts';
import type { Store } from '#main/store/index.ts';
import { WorkspaceFolder } from '#main/workspace/index.ts';
import { unwrap } from '#test/store.ts';

/** Helpers for tests of workspace folders: real files, a real database. */

export interface TestWorkspace {
  readonly folder: string;
  readonly workspace: WorkspaceFolder;
  readonly store: Store;
  write(files: Readonly<Record<string, string>>): void;
  read(file: string): string;
  /** As another process would: a folder and a database of which nothing is remembered. */
  reopen(): WorkspaceFolder;
}

export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
}

/** `using w = openWorkspace({ 'policies/strict.yaml': ... })`. Its clock stands still. */
export function openWorkspace(files: Readonly<Record<string, string>> = {}): TestWorkspace & Disposable {
  const root = mkdtempSync(path.join(tmpdir(), 'plimsoll-workspace-'));
  const folder = path.join(root, 'workspace');
  writeFiles(folder, files);
  const store = unwrap(openStore({ file: path.join(root, 'plimsoll.db') }));
  const deps = { folder, store, env: {}, now: () => Date.parse('2027-01-04T08:00:00Z'), library: unwrap(openLibrary()) };
  return {
    folder,
    store,
    workspace: new WorkspaceFolder(deps),
    write: (more) => writeFiles(folder, more),
    read: (file) => readFileSync(path.join(folder, file), 'utf8'),
    reopen: () => new WorkspaceFolder(deps),
    [Symbol.dispose]: () => {
      store.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** A document of ours with these lines. */
export const yaml = (kind: string, ...lines: readonly string[]): string =>
  ['apiVersion: plimsoll.dev/v1', `kind: ${kind}`, ...lines, ''].join('\n');

export const policyText = (name: string, ...lines: readonly string[]): string =>
  yaml('Policy', `name: ${name}`, `title: ${name}`, ...lines);
