import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { newNonce, securityHeaders } from './headers.ts';
import type { Host } from './headers.ts';

/** The only kinds of file that the built screens consist of; anything else is not served. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
};

/** What renderer/index.html holds in the place of the nonce. */
export const NONCE_PLACEHOLDER = '__CSP_NONCE__';

const NOT_BUILT = 'The screens are not built yet. Run: npm run build\n';

interface StaticFile {
  readonly type: string;
  readonly body: Uint8Array;
  readonly cache: string;
}

export interface StaticAnswer {
  readonly status: 200 | 400 | 404;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Answers a raw request path (still percent-encoded, without query): the file, index.html for a route of the app, or an error. */
export type StaticFiles = (rawPath: string) => StaticAnswer;

async function readAll(root: string): Promise<ReadonlyMap<string, StaticFile>> {
  const files = new Map<string, StaticFile>();
  const walk = async (folder: string, prefix: string): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const name = `${prefix}/${entry.name}`;
      const type = TYPES[path.extname(entry.name)];
      // Symbolic links are neither files nor directories here, so nothing outside the folder can be reached through one.
      if (entry.isDirectory()) await walk(path.join(folder, entry.name), name);
      else if (entry.isFile() && type !== undefined && !entry.name.startsWith('.')) {
        const cache = name.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-store';
        files.set(name, { type, body: await readFile(path.join(folder, entry.name)), cache });
      }
    }
  };
  await walk(root, '');
  return files;
}

/** Decodes once. Undefined for what no link of ours holds: bad encoding, a second layer of it, backslash, NUL, dot segments. */
function decodedPath(rawPath: string): string | undefined {
  if (!rawPath.startsWith('/') || rawPath.includes('\\')) return undefined;
  let decoded: string;
  try {
    decoded = decodeURIComponent(rawPath);
  } catch {
    return undefined;
  }
  if (/%[0-9a-f]{2}/i.test(decoded) || decoded.includes('\\')) return undefined;
  for (let i = 0; i < decoded.length; i++) if (decoded.charCodeAt(i) < 32) return undefined;
  if (decoded.split('/').some((segment) => segment === '..' || segment === '.')) return undefined;
  return decoded;
}

const isRoute = (decoded: string): boolean => !decoded.slice(decoded.lastIndexOf('/') + 1).includes('.');

/**
 * The built screens for both hosts (loopback server, plimsoll:// protocol), with the security headers on every answer.
 * All files are read once: a request can then only name what was listed, so no path can lead out of the folder.
 * A folder that does not exist gives 404 answers that say how to build it.
 */
export async function loadStaticFiles(root: string, host: Host): Promise<StaticFiles> {
  const files = await readAll(root).catch((thrown: unknown) => {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return new Map<string, StaticFile>();
    throw thrown;
  });
  const index = files.get('/index.html');
  const indexText = index === undefined ? undefined : new TextDecoder().decode(index.body);

  const answer = (
    status: StaticAnswer['status'],
    type: string,
    cache: string,
    nonce: string,
    body: Uint8Array,
  ): StaticAnswer => ({
    status,
    headers: { ...securityHeaders(host, nonce), 'content-type': type, 'cache-control': cache },
    body,
  });
  const text = (status: 400 | 404, message: string): StaticAnswer =>
    answer(status, 'text/plain; charset=utf-8', 'no-store', newNonce(), new TextEncoder().encode(message));

  return (rawPath) => {
    const decoded = decodedPath(rawPath);
    if (decoded === undefined) return text(400, 'Not a path of this app.\n');
    const nonce = newNonce();
    if (decoded === '/index.html' || isRoute(decoded)) {
      if (indexText === undefined) return text(404, NOT_BUILT);
      const body = new TextEncoder().encode(indexText.replaceAll(NONCE_PLACEHOLDER, nonce));
      return answer(200, 'text/html; charset=utf-8', 'no-store', nonce, body);
    }
    const file = files.get(decoded);
    return file === undefined ? text(404, 'No such file.\n') : answer(200, file.type, file.cache, nonce, file.body);
  };
}
