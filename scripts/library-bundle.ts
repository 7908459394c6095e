import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { issueText } from '#core/rules/load.ts';
import { readLibrary } from '#main/library.ts';
import { stringifyJson } from '#main/yaml/json.ts';
import type { JsonValue } from '#core/json.ts';

/**
 * Part of `npm run build`: resolves the YAML library into out/main/library.json. Reading that takes 2 ms, the YAML with its
 * checks and hashes 110 ms, which every start of the command line would pay.
 */
const library = readLibrary();
if (!library.ok) throw new Error(library.error.map(issueText).join('\n'));
const file = path.join(import.meta.dirname, '..', 'out', 'main', 'library.json');
writeFileSync(file, stringifyJson(library.value as unknown as JsonValue));
