import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import type { JsonValue } from '#core/json.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { loadLibrary } from '#core/rules/load.ts';
import type { LibraryFile, LibraryFiles, LibraryIssue } from '#core/rules/load.ts';
import type { Library } from '#core/rules/model.ts';
import { resourcePath } from '#main/resources.ts';
import { parseJson } from '#main/yaml/json.ts';

/** What `npm run build` resolved (scripts/library-bundle.ts); only beside bundled code, so that a checkout always reads its YAML. */
function readBundle(): Library | undefined {
  if (import.meta.url.endsWith('.ts')) return undefined;
  const file = fileURLToPath(new URL('./library.json', import.meta.url));
  if (!existsSync(file)) return undefined;
  // Written by our own build from a checked library: its shape is not checked again.
  return parseJson(readFileSync(file, 'utf8')) as unknown as Library;
}

/** The rule library that ships: rules, matchers, defaults and policy templates. Errors name file, place and reason. */
export function loadShippedLibrary(): Result<Library, readonly LibraryIssue[]> {
  const bundle = readBundle();
  return bundle === undefined ? readLibrary() : ok(bundle);
}

/** Reads the library from the YAML files below `folder`. */
export function readLibrary(folder: string = resourcePath()): Result<Library, readonly LibraryIssue[]> {
  const files = readLibraryFiles(folder);
  return files.ok ? loadLibrary(files.value) : files;
}

/** Reads and parses the YAML files of a library folder; paths in issues are relative to that folder. */
export function readLibraryFiles(folder: string): Result<LibraryFiles, readonly LibraryIssue[]> {
  const issues: LibraryIssue[] = [];
  const read = (file: string): LibraryFile => {
    try {
      // YAML gives what JSON gives here: the library's files hold no dates, tags or binary values.
      return { file, value: load(readFileSync(join(folder, file), 'utf8')) as JsonValue };
    } catch (cause) {
      issues.push({ file, path: '', message: `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}` });
      return { file, value: null };
    }
  };
  const files: LibraryFiles = {
    rules: yamlFiles(folder, 'rules').map(read),
    matchers: read('matchers.yaml'),
    defaults: read('defaults.yaml'),
    policies: yamlFiles(folder, 'policies').map(read),
  };
  return issues.length > 0 ? err(issues) : { ok: true, value: files };
}

/** Files named *.yaml below a subfolder, at any depth, in order of name; relative to the folder. */
function yamlFiles(folder: string, subfolder: string): readonly string[] {
  const start = join(folder, subfolder);
  if (!existsSync(start)) return [];
  return readdirSync(start, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => `${subfolder}/${name.replaceAll('\\', '/')}`)
    .toSorted();
}
