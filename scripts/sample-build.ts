import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { loadShippedLibrary } from '#main/library.ts';
import { resourcePath } from '#main/resources.ts';
import { tell } from './sample/cluster.ts';
import { writeSnapshots } from './sample/snapshots.ts';
import { readStory } from './sample/story.ts';

/**
 * `npm run sample:build` writes the six snapshots of resources/sample from its story and the rule library.
 * `-- --check` builds them aside and compares: it fails where the ones that are there are older than either.
 */

const folder = resourcePath('sample');
const SUFFIX = '*.plimsoll.gz';

/** The lines of a snapshot; compressed bytes may differ between versions of zlib. */
const linesOf = (file: string): string[] => gunzipSync(readFileSync(file)).toString('utf8').split('\n');

const libraryOf = (header: string): string => {
  const { libraryHash, rules } = JSON.parse(header) as { libraryHash?: unknown; rules?: unknown };
  return JSON.stringify([libraryHash, rules]);
};

function compare(built: string, names: readonly string[]): string[] {
  const problems = globSync(SUFFIX, { cwd: folder })
    .filter((name) => !names.includes(name))
    .map((name) => `${name}: the story has no such look`);
  for (const name of names) {
    const file = join(folder, name);
    if (!existsSync(file)) {
      problems.push(`${name}: is missing`);
      continue;
    }
    const [header = '', ...objects] = linesOf(file);
    const [wanted = '', ...expected] = linesOf(join(built, name));
    if (libraryOf(header) !== libraryOf(wanted)) problems.push(`${name}: its facts are older than the rule library`);
    else if (header !== wanted || objects.join('\n') !== expected.join('\n'))
      problems.push(`${name}: is not what the story and the rules give`);
  }
  return problems;
}

async function main(check: boolean): Promise<number> {
  const library = loadShippedLibrary();
  if (!library.ok) {
    const [first] = library.error;
    process.stderr.write(`the rule library cannot be loaded: ${first?.file ?? ''}: ${first?.message ?? ''}\n`);
    return 1;
  }
  const story = readStory(folder);
  const looks = tell(story);
  const target = check ? mkdtempSync(join(tmpdir(), 'plimsoll-sample-')) : folder;
  try {
    if (!check) for (const name of globSync(SUFFIX, { cwd: folder })) rmSync(join(folder, name));
    const names = await writeSnapshots(looks, story, library.value, target);
    const problems = check ? compare(target, names) : [];
    for (const problem of problems) process.stderr.write(`${problem}\n`);
    if (problems.length > 0) process.stderr.write('build them again with: npm run sample:build\n');
    else
      process.stdout.write(
        `sample: ${names.length} snapshots ${check ? 'are current' : 'written'}, ${looks.at(-1)?.objects.length ?? 0} objects in the last\n`,
      );
    return problems.length === 0 ? 0 : 1;
  } finally {
    if (check) rmSync(target, { recursive: true, force: true });
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.includes('--check'));
