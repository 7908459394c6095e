import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where a policy's export for a target goes, unless somebody says otherwise. */
export const exportFolder = (workspace: string, policy: string, target: string): string =>
  join(workspace, 'enforce', policy, target);

/** How many exports the workspace folder holds: folders of a policy and a target with files in them. What cannot be read holds none. */
export function exportsIn(workspace: string): number {
  const root = join(workspace, 'enforce');
  return foldersIn(root)
    .flatMap((policy) => foldersIn(join(root, policy)).map((target) => join(root, policy, target)))
    .filter((folder) => entriesIn(folder).some((entry) => entry.isFile())).length;
}

const foldersIn = (folder: string): readonly string[] =>
  entriesIn(folder).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

function entriesIn(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
