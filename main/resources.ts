import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
/** From source this file is main/resources.ts; bundled, its code stands in out/main/*.js (also inside app.asar). */
const root = import.meta.url.endsWith('.ts') ? path.join(here, '..') : path.join(here, '..', '..');

/**
 * The absolute path of a file that ships beside the code (rules, policies, the sample ...): `resourcePath('rules')`.
 * Works from source, from out/main and inside app.asar, whose layout is the repository's (electron-builder.yml).
 */
export const resourcePath = (...parts: readonly string[]): string => path.join(root, 'resources', ...parts);

/** The built screens: index.html and its assets. */
export const rendererPath = (): string => path.join(root, 'out', 'renderer');

/** The built preload script of the Electron host. */
export const preloadPath = (): string => path.join(root, 'out', 'preload', 'index.cjs');

/**
 * The path of an entry of its own (a worker, a utility process) that vite.main.config.ts builds flat into out/main:
 * from source it is the .ts file under main/, e.g. `entryPath('scan.worker', 'scan/worker.ts')`.
 */
export const entryPath = (built: string, source: string): string =>
  import.meta.url.endsWith('.ts') ? path.join(here, source) : path.join(here, `${built}.js`);
