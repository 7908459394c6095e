import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Writes a folder that looks like an unpacked Electron for Linux, so that electron-builder packs the app on a machine that
 * cannot download the real one: `node scripts/fake-electron-dist.ts FOLDER`. Its "binary" is a text that holds the fuse
 * sentinel and wire, which @electron/fuses finds and flips as in the real one. It starts nothing.
 */

/** The marker before the fuses in every Electron binary (@electron/fuses, src/constants.ts), version 1, nine fuses, all off. */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const FUSES = 9;
const OFF = '0';

const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: node scripts/fake-electron-dist.ts FOLDER');

const wire = Buffer.concat([Buffer.from(SENTINEL), Buffer.from([1, FUSES]), Buffer.from(OFF.repeat(FUSES))]);
const binary = Buffer.concat([
  Buffer.from('#!/bin/sh\necho "not Electron, only its outline" >&2; exit 1\n'),
  wire,
  Buffer.from('\n'),
]);

await rm(folder, { recursive: true, force: true });
await mkdir(path.join(folder, 'resources'), { recursive: true });
await mkdir(path.join(folder, 'locales'));
await writeFile(path.join(folder, 'electron'), binary);
await chmod(path.join(folder, 'electron'), 0o755);
for (const file of ['LICENSE', 'LICENSES.chromium.html', 'version', 'chrome-sandbox', 'locales/en-US.pak']) {
  await writeFile(path.join(folder, file), 'stand-in\n');
}
