import { describe, expect, it } from 'vitest';
import { authenticatorFor } from './auth.ts';
import type { Connection } from './connection.ts';
import type { NamedUser } from './kubeconfig-model.ts';

const signal = new AbortController().signal;

async function headersOf(user: Partial<NamedUser>) {
  const connection: Connection = {
    contextName: 'x',
    cluster: { name: 'c', file: 'k', server: 'https://c', insecureSkipTlsVerify: false },
    server: new URL('https://c'),
    user: { name: 'u', file: 'k', ...user },
  };
  const made = authenticatorFor(connection, { env: {} });
  if (!made.ok) return made.error;
  const found = await made.value.credentials(signal);
  return found.ok ? found.value.headers : found.error;
}

describe('what a request carries', () => {
  it('a token, a password, or nothing', async () => {
    expect(await headersOf({ token: 'abc' })).toEqual({ authorization: 'Bearer abc' });
    expect(await headersOf({ username: 'ä', password: 'p:w' })).toEqual({
      authorization: `Basic ${Buffer.from('ä:p:w').toString('base64')}`,
    });
    expect(await headersOf({})).toEqual({});
  });

  it('prefers a token to a plugin, as kubectl does', async () => {
    expect(
      await headersOf({
        token: 'abc',
        exec: { apiVersion: 'x', command: 'never-run', args: [], env: {}, provideClusterInfo: false },
      }),
    ).toEqual({ authorization: 'Bearer abc' });
  });

  it('all of an impersonation', async () => {
    const impersonate = { user: 'dora', uid: '7', groups: ['a', 'b'], extra: { 'Example.com/Why%': ['x'] } };
    expect(await headersOf({ token: 'abc', impersonate })).toEqual({
      authorization: 'Bearer abc',
      'impersonate-user': 'dora',
      'impersonate-uid': '7',
      'impersonate-group': ['a', 'b'],
      'impersonate-extra-Example.com%2FWhy%25': ['x'],
    });
  });
});

describe('what is refused, without quoting it', () => {
  it.each([
    ['half an impersonation', { token: 'CANARY', impersonate: { groups: ['CANARY'], extra: {} } }, 'kubeconfig'],
    [
      'an impersonation that is no header',
      { token: 'CANARY', impersonate: { user: 'CANARY\n', groups: [], extra: {} } },
      'kubeconfig',
    ],
    ['a token that is no header', { token: 'CANARY\nX: y' }, 'kubeconfig'],
    ['token and password', { token: 'CANARY', password: 'CANARY' }, 'kubeconfig'],
    ['an auth-provider', { authProvider: 'oidc' }, 'unsupported'],
    ['a missing token file', { tokenFile: '/no/such/file' }, 'kubeconfig'],
  ])('%s', async (_name, user, code) => {
    const error = await headersOf(user);
    expect(error).toMatchObject({ code });
    expect(JSON.stringify(error)).not.toContain('CANARY');
  });
});
