import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { boot } from '#test/electron-host.ts';
import { fake } from '#test/fake-electron.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'plimsoll-protocol-'));
  await mkdir(path.join(folder, 'renderer', 'assets'), { recursive: true });
  await writeFile(path.join(folder, 'outside.txt'), 'CANARY');
  await writeFile(path.join(folder, 'renderer', 'index.html'), '<meta property="csp-nonce" nonce="__CSP_NONCE__">');
  await writeFile(path.join(folder, 'renderer', 'assets', 'a.js'), 'export {};');
  fake.reset();
  await boot({ renderer: path.join(folder, 'renderer') });
});
afterAll(() => rm(folder, { recursive: true }));

const policy = (nonce: string): string =>
  `default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; font-src 'self'; connect-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

test('the scheme is registered as a standard, secure one without further rights', () => {
  expect(fake.state.schemes).toEqual([
    { scheme: 'plimsoll', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
});

test.each([
  ['plimsoll://app/', 200, 'text/html; charset=utf-8'],
  ['plimsoll://app', 200, 'text/html; charset=utf-8'],
  ['plimsoll://app/findings?a=b#c', 200, 'text/html; charset=utf-8'],
  ['plimsoll://app/assets/a.js', 200, 'text/javascript; charset=utf-8'],
  ['plimsoll://app/assets/a.js?v=1', 200, 'text/javascript; charset=utf-8'],
  ['plimsoll://app/nope.js', 404, 'text/plain; charset=utf-8'],
  ['plimsoll://app/%00', 400, 'text/plain; charset=utf-8'],
  ['plimsoll://evil/', 404, 'text/plain; charset=utf-8'],
])('%s answers %i as %s, with the policy of the page', async (url, status, type) => {
  const answer = await fake.request(url);
  const nonce = /'nonce-([^']+)'/.exec(answer.headers.get('content-security-policy') ?? '')?.[1] ?? '';
  expect([answer.status, answer.headers.get('content-type')]).toEqual([status, type]);
  expect(answer.headers.get('content-security-policy')).toBe(policy(nonce));
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expect(answer.headers.get('cross-origin-opener-policy')).toBe('same-origin');
  expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
  if (type.startsWith('text/html')) expect(await answer.text()).toContain(`nonce="${nonce}"`);
});

describe('hostile addresses', () => {
  const up = [
    '../outside.txt',
    '%2e%2e/outside.txt',
    '%2E%2E%2Foutside.txt',
    '..%2foutside.txt',
    '..%5coutside.txt',
    '%5c..%5coutside.txt',
    '..\\outside.txt',
  ];
  const hostile = [
    ...up.flatMap((tail) => [`plimsoll://app/${tail}`, `plimsoll://app/assets/../${tail}`, `plimsoll://app/assets/..%2f${tail}`]),
    'plimsoll://app/%252e%252e%252foutside.txt',
    'plimsoll://app/..%252foutside.txt',
    'plimsoll://app/outside.txt%00.js',
    'plimsoll://app/%zz',
    'plimsoll://app/%',
    'plimsoll://app/%c0%ae%c0%ae/outside.txt',
    'plimsoll://app//..//outside.txt',
    'plimsoll://app/./outside.txt',
    'plimsoll://evil/outside.txt',
    'plimsoll://app.evil/index.html',
    'plimsoll://app@evil/index.html',
    'plimsoll://u:p@app/assets/a.js',
    'plimsoll://app:1/assets/a.js',
    'plimsoll:///outside.txt',
    'plimsoll:outside.txt',
    'plimsoll://app/assets/a.js/x.js',
    'plimsoll://app/assets/.env.txt',
    'plimsoll://app/assets/a.js%0d%0ax-y:z.js',
    'plimsoll://app/C:%5cwindows%5cwin.ini',
    'plimsoll://app//etc/passwd.txt',
    'plimsoll://APP/assets/a.js',
  ];

  test('there are at least 40', () => expect(hostile.length).toBeGreaterThanOrEqual(40));

  test.each(hostile)('%s gives nothing', async (url) => {
    const answer = await fake.request(url);
    expect([400, 404]).toContain(answer.status);
    expect(await answer.text()).not.toContain('CANARY');
    expect(answer.headers.get('x-y')).toBeNull();
  });
});

test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s is no way to ask for a page', async (method) => {
  expect((await fake.request('plimsoll://app/', method)).status).toBe(405);
});

test('HEAD answers without a body', async () => {
  const answer = await fake.request('plimsoll://app/assets/a.js', 'HEAD');
  expect([answer.status, await answer.text()]).toEqual([200, '']);
});
