import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createScriptedServices } from '#test/scripted-services.ts';
import { createHttpClient } from '../../renderer/state/client.ts';
import { startServer } from './index.ts';
import type { RunningServer } from './index.ts';

const INDEX =
  '<!doctype html><meta property="csp-nonce" nonce="__CSP_NONCE__"><script type="module" src="/assets/index-1.js"></script>';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
interface Ask {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const scripted = createScriptedServices();
let folder: string;
let server: RunningServer;
let cookie: string;

/** Not fetch: it would normalise paths, refuse to set Host and Origin, and hide what the wire carries. */
const ask = ({ path: target = '/', method = 'GET', headers = {}, body }: Ask): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: server.port, path: target, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });

/** As the page sends it. */
const call = (ask_: Ask = {}): Promise<Answer> =>
  ask({
    path: '/rpc/app/info',
    method: 'POST',
    body: '{"json":{}}',
    ...ask_,
    headers: { cookie, origin: server.origin, 'content-type': 'application/json', ...ask_.headers },
  });

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'plimsoll-server-'));
  const root = path.join(folder, 'renderer');
  await mkdir(path.join(root, 'assets'), { recursive: true });
  await writeFile(path.join(folder, 'outside.txt'), 'CANARY');
  await writeFile(path.join(root, 'index.html'), INDEX);
  await writeFile(path.join(root, 'assets', 'index-1.js'), 'export {};');
  await writeFile(path.join(root, 'assets', 'index-1.js.map'), 'CANARY');
  await writeFile(path.join(root, 'assets', 'a b.css'), 'a {}');
  await writeFile(path.join(root, 'favicon.svg'), '<svg/>');
  await writeFile(path.join(root, '.env.txt'), 'CANARY');
  await symlink(path.join(folder, 'outside.txt'), path.join(root, 'link.txt'));
  await symlink(folder, path.join(root, 'linked'));
  server = await startServer({ services: scripted.services, rendererDir: root });
  const entered = await ask({ path: new URL(server.url).pathname + new URL(server.url).search });
  cookie = (entered.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '';
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

describe('entering', () => {
  test('the printed address names 127.0.0.1, the port and a token of 256 bits', () => {
    expect(server.url).toBe(`http://127.0.0.1:${server.port}/?token=${server.token}`);
    expect(server.token).toMatch(/^[0-9a-f]{64}$/);
  });

  test('the token is exchanged for a cookie named after the port, which holds another secret', async () => {
    const answer = await ask({ path: `/?token=${server.token}` });
    expect(answer.status).toBe(200);
    expect(answer.headers['set-cookie']).toHaveLength(1);
    expect(answer.headers['set-cookie']?.[0]).toMatch(
      new RegExp(`^plimsoll-${server.port}=[0-9a-f]{64}; Path=/; HttpOnly; SameSite=Strict$`),
    );
    expect(answer.headers['set-cookie']?.[0]).not.toContain(server.token);
    expect(answer.body).not.toContain(server.token);
    expect(answer.body).toContain('content="0;url=/"');
    expect((await ask({ headers: { cookie } })).body).toContain('/assets/index-1.js');
  });

  test('a deep link keeps its path and query, and leads nowhere else', async () => {
    expect((await ask({ path: `/findings?severity=high&token=${server.token}` })).body).toContain('url=/findings?severity=high"');
    expect((await ask({ path: `//evil.test/x?token=${server.token}` })).body).toContain('url=/evil.test/x"');
    expect((await ask({ path: `/x?a=%22%3E%3Cscript%3E&token=${server.token}` })).body).not.toMatch(/"><script/i);
  });

  test.each([
    ['nothing', {}],
    ['a wrong cookie', { cookie: 'plimsoll-1=x' }],
    ['an empty bearer', { authorization: 'Bearer ' }],
    ['a wrong bearer', { authorization: `Bearer ${'0'.repeat(64)}` }],
    ['basic authorization', { authorization: `Basic ${'0'.repeat(64)}` }],
  ])('%s opens neither page nor file nor call', async (_title, headers) => {
    for (const target of ['/', '/assets/index-1.js', '/findings', '/?token=', '/?token=x', '/rpc/app/info']) {
      const answer = await ask({ path: target, headers });
      expect(answer.status).toBe(401);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
    expect((await ask({ path: '/rpc/app/info', method: 'POST', headers, body: '{"json":{}}' })).status).toBe(401);
  });

  test('a person without the token reads where to find it; a program gets an error as a value', async () => {
    const page = await ask({ headers: { accept: 'text/html,*/*' } });
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.body).toContain('printed in its terminal');
    expect(JSON.parse((await ask({})).body)).toMatchObject({ json: { ok: false, error: { code: 'unauthorized' } } });
    expect(await createHttpClient(server.origin).app.info()).toMatchObject({
      ok: false,
      error: { code: 'unauthorized', next: /terminal/ },
    });
  });
});

describe('hosts and origins', () => {
  test.each(['evil.test', 'localhost', 'localhost:1', '127.0.0.1', '127.0.0.1:1', '[::1]:80', '127.0.0.1.evil.test'])(
    'host %j is not ours',
    async (host) => {
      const misdirected = await ask({ headers: { host, cookie } });
      // Node itself refuses a request without any host.
      expect([421, 400]).toContain(misdirected.status);
      expect((await call({ headers: { host } })).status).not.toBe(200);
    },
  );

  test.each([
    ['null', 403],
    ['http://evil.test', 403],
    ['http://127.0.0.1', 403],
    ['http://127.0.0.1:1', 403],
    ['https://127.0.0.1', 403],
  ])('a call from origin %s is refused', async (origin, status) => {
    expect((await call({ headers: { origin } })).status).toBe(status);
  });

  test('a cookie alone does not call: browsers name the origin, and tools bring the token', async () => {
    const headers = { 'content-type': 'application/json' };
    const asked = { path: '/rpc/app/info', method: 'POST', body: '{"json":{}}' };
    expect((await ask({ ...asked, headers: { ...headers, cookie } })).status).toBe(403);
    expect((await ask({ ...asked, headers: { ...headers, authorization: `Bearer ${server.token}` } })).status).toBe(200);
    expect(
      (await ask({ ...asked, headers: { ...headers, authorization: `Bearer ${server.token}`, origin: 'http://evil.test' } }))
        .status,
    ).toBe(403);
  });

  test.each(['cross-site', 'same-site'])('a call that the browser calls %s is refused', async (site) => {
    expect((await call({ headers: { 'sec-fetch-site': site } })).status).toBe(403);
    expect((await call({ headers: { 'sec-fetch-site': 'same-origin' } })).status).toBe(200);
  });

  test('only 127.0.0.1 is bound', async () => {
    const reached = await new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.2', port: server.port }, () => resolve(true));
      socket.on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    expect(reached).toBe(false);
  });
});

describe('calls', () => {
  test.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s is no call', async (method) => {
    const answer = await call({ method, path: '/rpc/app/info?data=%7B%22json%22%3A%7B%7D%7D', body: '' });
    expect(answer.status).toBe(405);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/event-stream',
    'application/jsonp',
    '',
  ])('content type %j is no call', async (type) => {
    expect((await call({ headers: { 'content-type': type } })).status).toBe(415);
  });

  test.each([
    ['{', 400],
    ['{"json":', 400],
    ['7', 400],
    ['[]', 400],
    ['null', 400],
    ['"text"', 400],
    ['{"input":{}}', 400],
    ['{"json":{},"meta":7}', 400],
    ['{"json":{},"meta":[[0,"a","b"]]}', 400],
    ['{"json":{},"meta":[[1,"__proto__","x"]]}', 400],
    ['{"json":"x","meta":[[5]]}', 400],
    ['\u0000', 400],
  ])('the body %j is an invalid input', async (body, status) => {
    const answer = await call({ body });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ json: { ok: false, error: { code: 'invalidInput', where: 'app.info' } } });
  });

  test('more than 1 MiB is refused, announced or not', async () => {
    const body = JSON.stringify({ json: 'x'.repeat(2 * 1024 * 1024) });
    const announced = await call({ body, headers: { 'content-length': String(body.length) } }).catch(
      (thrown: NodeJS.ErrnoException) => thrown.code,
    );
    const chunked = await call({ body, headers: { 'transfer-encoding': 'chunked' } }).catch(
      (thrown: NodeJS.ErrnoException) => thrown.code,
    );
    for (const answer of [announced, chunked])
      expect(typeof answer === 'object' ? answer.status : answer).toSatisfy(
        (got) => got === 413 || got === 'ECONNRESET' || got === 'EPIPE',
      );
  });

  test.each([
    '/rpc',
    '/rpc/',
    '/rpc/nope',
    '/rpc/app',
    '/rpc/app/nope',
    '/rpc/app/info/more',
    '/rpc/__proto__/x',
    '/rpc/constructor',
    '/rpc/app/..%2finfo',
  ])('%s is not in the contract', async (target) => {
    const answer = await call({ path: target });
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.body)).toMatchObject({ json: { ok: false, error: { code: 'notFound' } } });
  });

  test('answers are not kept by caches', async () => {
    expect((await call()).headers['cache-control']).toBe('no-store');
  });
});

describe('files', () => {
  const get = (target: string): Promise<Answer> => ask({ path: target, headers: { cookie } });

  test.each(['/', '/findings', '/rules/run-as-non-root', '/index.html', '/linked', '/linked/'])(
    '%s is the app',
    async (target) => {
      const answer = await get(target);
      expect(answer).toMatchObject({
        status: 200,
        headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
      });
    },
  );

  test('files come with their type; hashed ones may be kept', async () => {
    expect(await get('/assets/index-1.js')).toMatchObject({
      status: 200,
      body: 'export {};',
      headers: { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'private, max-age=31536000, immutable' },
    });
    expect(await get('/assets/a%20b.css')).toMatchObject({ status: 200, headers: { 'content-type': 'text/css; charset=utf-8' } });
    expect(await get('/favicon.svg?v=1')).toMatchObject({
      status: 200,
      headers: { 'content-type': 'image/svg+xml', 'cache-control': 'no-store' },
    });
    const head = await ask({ path: '/favicon.svg', method: 'HEAD', headers: { cookie } });
    expect(head).toMatchObject({ status: 200, body: '', headers: { 'content-length': '6' } });
  });

  test.each([
    '/assets/index-1.js.map',
    '/.env.txt',
    '/link.txt',
    '/linked/outside.txt',
    '/nope.js',
    '/assets/nope.css',
    '/assets/a+b.css',
    '/favicon.svg/x.js',
  ])('%s is not there', async (target) => {
    const answer = await get(target);
    expect(answer.status).toBe(404);
    expect(answer.body).not.toContain('CANARY');
  });

  test.each([
    '/../outside.txt',
    '/assets/../../outside.txt',
    '/%2e%2e/outside.txt',
    '/%2E%2E%2Foutside.txt',
    '/..%2foutside.txt',
    '/assets/..%2f..%2foutside.txt',
    '/..%5coutside.txt',
    '/%5c..%5coutside.txt',
    '/..\\outside.txt',
    '/%252e%252e%252foutside.txt',
    '/..%252foutside.txt',
    '/outside.txt%00.js',
    '/%00',
    '/%',
    '/%zz',
    '/%c0%ae%c0%ae/outside.txt',
    '/./outside.txt',
    '/a%0d%0aset-cookie:x',
    '/%2e',
    '//..//outside.txt',
  ])('%s is refused', async (target) => {
    const answer = await get(target);
    expect([400, 404]).toContain(answer.status);
    expect(answer.body).not.toContain('CANARY');
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  test('a page without its build says how to build it', async () => {
    const bare = await startServer({ services: scripted.services, rendererDir: path.join(folder, 'nowhere') });
    const answer = await fetch(bare.origin, { headers: { authorization: `Bearer ${bare.token}` } });
    expect([answer.status, await answer.text()]).toEqual([404, 'The screens are not built yet. Run: npm run build\n']);
    await bare.close();
  });
});

describe('headers', () => {
  const policy = (nonce: string): string =>
    `default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  const nonceOf = (answer: Answer): string =>
    /'nonce-([A-Za-z0-9+/]{22}==)'/.exec(String(answer.headers['content-security-policy']))?.[1] ?? '';

  test.each([
    ['page', { path: '/' }, 200],
    ['script', { path: '/assets/index-1.js' }, 200],
    ['no such file', { path: '/nope.js' }, 404],
    ['hostile path', { path: '/..%2fx' }, 400],
    ['no token', { path: '/', headers: { cookie: 'none' } }, 401],
    ['wrong host', { path: '/', headers: { host: 'evil.test' } }, 421],
    ['no call', { path: '/rpc/app/info' }, 405],
  ] as const)('the answer "%s" carries them all', async (_title, asked: Ask, status) => {
    const answer = await ask({ ...asked, headers: { cookie, origin: server.origin, ...asked.headers } });
    expect(answer.status).toBe(status);
    expect(answer.headers['content-security-policy']).toBe(policy(nonceOf(answer)));
    expect(answer.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
    });
    expect(answer.headers['x-powered-by']).toBeUndefined();
  });

  test('the nonce stands in the page too, and differs with every answer', async () => {
    const [a, b] = [await ask({ headers: { cookie } }), await ask({ headers: { cookie } })];
    expect(a.body).toContain(`nonce="${nonceOf(a)}"`);
    expect(a.body).not.toContain('__CSP_NONCE__');
    expect(nonceOf(a)).not.toBe(nonceOf(b));
  });
});

describe('closing', () => {
  test('ends open event streams, idle and half-sent requests within a second, and frees the port', async () => {
    const own = await startServer({ services: scripted.services, rendererDir: folder });
    const client = createHttpClient(own.origin, { authorization: `Bearer ${own.token}` });
    const streams = await Promise.all(Array.from({ length: 5 }, () => client.scans.events()));
    const waiting = streams.map((stream) =>
      stream.next().then(
        () => 'ended',
        () => 'ended',
      ),
    );
    const half = connect({ host: '127.0.0.1', port: own.port });
    half.on('error', () => undefined);
    half.write('POST /rpc/app/info HTTP/1.1\r\n');
    await vi.waitUntil(() => scripted.listening() === 5, { timeout: 5_000 });

    const before = performance.now();
    await own.close();
    expect(performance.now() - before).toBeLessThan(1_000);
    expect(await Promise.all(waiting)).toEqual(Array.from({ length: 5 }, () => 'ended'));
    await vi.waitUntil(() => scripted.listening() === 0, { timeout: 1_000 });
    expect(await client.app.info()).toMatchObject({ ok: false, error: { code: 'unreachable' } });
    const again = await startServer({ services: scripted.services, rendererDir: folder, port: own.port });
    expect(again.port).toBe(own.port);
    await again.close();
  });

  test('a port that is taken is an error at the start', async () => {
    await expect(startServer({ services: scripted.services, rendererDir: folder, port: server.port })).rejects.toThrow(
      /EADDRINUSE/,
    );
  });
});
