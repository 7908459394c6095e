import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { start } from '#cli/start.ts';
import { findElectron } from '#main/electron-binary.ts';
import { buildIfStale } from './testing/build.ts';

/** `npm start`: see cli/start.ts. `--no-serve`, CI, or a stdout that is no terminal end it after the summary (decisions.md 28). */
const root = path.join(import.meta.dirname, '..');
const serve = !process.argv.includes('--no-serve') && (process.env['CI'] ?? '') === '' && process.stdout.isTTY === true;
const folder = path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'plimsoll', 'sample');
mkdirSync(folder, { recursive: true, mode: 0o700 });
if (serve && !buildIfStale(root)) process.exit(1);
await start({ database: path.join(folder, 'plimsoll.db'), serve, electron: findElectron(root, process.env) });
