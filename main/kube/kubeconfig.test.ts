import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveConnection } from './connection.ts';
import { listContexts } from './contexts.ts';
import { loadKubeconfig } from './kubeconfig.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'plimsoll-kubeconfig-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const write = (name: string, text: string): string => {
  const path = join(dir, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
};

interface Simple {
  readonly context?: string;
  readonly server?: string;
  readonly current?: string;
  readonly user?: string;
  readonly cluster?: string;
}

const simple = ({
  context = 'one',
  server = 'https://one.example:6443',
  current,
  user = 'token: CANARY-token',
  cluster = '',
}: Simple): string => `
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "${server}"${cluster}}}]
users: [{name: u, user: {${user}}}]
contexts: [{name: ${context}, context: {cluster: c, user: u}}]
${current === undefined ? '' : `current-context: ${current}`}
`;

const listed = (...paths: string[]): { env: Record<string, string> } => ({
  env: { KUBECONFIG: paths.join(delimiter), HOME: dir },
});

const connect = (source: { kubeconfig?: string; env: Record<string, string> }, context?: string) => {
  const config = loadKubeconfig(source);
  return config.ok ? resolveConnection(config.value, context) : config;
};

const error = (result: ReturnType<typeof connect>) => (result.ok ? undefined : result.error);

describe('where a kubeconfig is looked for', () => {
  it('reads ~/.kube/config where KUBECONFIG is unset or empty', () => {
    write('.kube/config', simple({ current: 'one' }));
    expect(connect({ env: { HOME: dir } })).toMatchObject({
      ok: true,
      value: { contextName: 'one' },
    });
    expect(connect({ env: { HOME: dir, KUBECONFIG: '' } })).toMatchObject({ ok: true });
  });

  it('reads an explicit file alone', () => {
    write('.kube/config', simple({ context: 'home', current: 'home' }));
    const file = write('other', simple({ context: 'other' }));
    const config = loadKubeconfig({
      kubeconfig: file,
      env: { HOME: dir, KUBECONFIG: join(dir, '.kube/config') },
    });
    expect(config.ok && [...config.value.contexts.keys()]).toEqual(['other']);
    expect(config.ok && config.value.currentContext).toBeUndefined();
  });

  it('says which places were looked at when nothing is found, and makes up no localhost', () => {
    const nothing = error(connect({ env: { HOME: dir } }));
    expect(nothing).toMatchObject({
      code: 'kubeconfig',
      what: 'No kubeconfig with a context was found.',
    });
    expect(nothing?.where).toContain(join(dir, '.kube', 'config'));
    expect(error(connect(listed(join(dir, 'no'), join(dir, 'nope'))))?.where).toContain('nope');
    expect(error(connect({ kubeconfig: join(dir, 'absent'), env: {} }))).toMatchObject({
      code: 'kubeconfig',
      why: 'there is no such file',
    });
  });
});

describe('merging a KUBECONFIG list as kubectl does', () => {
  it('takes the first current-context', () => {
    const source = listed(
      write('a', simple({ context: 'a' })),
      write('b', simple({ context: 'b', current: 'b' })),
      write('c', simple({ context: 'c', current: 'c' })),
    );
    expect(connect(source)).toMatchObject({ ok: true, value: { contextName: 'b' } });
  });

  it('takes the first definition of a name, whole: no field of the second is mixed in', () => {
    const first = write('a', simple({ server: 'https://first.example', user: 'token: first', current: 'one' }));
    const second = write(
      'b',
      simple({
        server: 'https://second.example',
        user: 'token: second, username: x',
        cluster: ', tls-server-name: second',
      }),
    );
    const merged = connect(listed(first, second));
    expect(merged).toMatchObject({
      ok: true,
      value: { server: new URL('https://first.example'), user: { token: 'first' } },
    });
    expect(merged.ok && merged.value.user.username).toBeUndefined();
    expect(merged.ok && merged.value.cluster.tlsServerName).toBeUndefined();
  });

  it('ignores missing and empty files, empty entries and a file named twice', () => {
    const good = write('good', simple({ current: 'one' }));
    expect(connect(listed(join(dir, 'missing'), '', write('empty', ''), good, good))).toMatchObject({
      ok: true,
      value: { contextName: 'one' },
    });
  });

  it('lets a context of one file use a cluster and user of another', () => {
    const contexts = write(
      'contexts',
      'contexts: [{name: x, context: {cluster: c, user: u, namespace: shop}}]\ncurrent-context: x\n',
    );
    expect(connect(listed(contexts, write('rest', simple({}))))).toMatchObject({
      ok: true,
      value: { contextName: 'x', namespace: 'shop' },
    });
  });

  it('resolves paths against the file that they stand in', () => {
    write('deep/ca.pem', 'THE CA');
    const deep = write(
      'deep/config',
      simple({
        current: 'one',
        cluster: ', certificate-authority: ca.pem',
        user: 'tokenFile: ../t, client-certificate: c.pem, client-key: /abs/k.pem',
      }),
    );
    expect(connect(listed(deep))).toMatchObject({
      ok: true,
      value: {
        ca: 'THE CA',
        user: {
          tokenFile: join(dir, 't'),
          clientCertificate: { path: join(dir, 'deep', 'c.pem') },
          clientKey: { path: '/abs/k.pem' },
        },
      },
    });
  });

  it('prefers inline data to a file', () => {
    const data = Buffer.from('INLINE').toString('base64');
    const file = write(
      'a',
      simple({
        current: 'one',
        cluster: `, certificate-authority: gone.pem, certificate-authority-data: ${data}`,
      }),
    );
    expect(connect(listed(file))).toMatchObject({ ok: true, value: { ca: 'INLINE' } });
  });

  it('reads JSON, YAML merges, and keeps a token of digits as it is written', () => {
    const json = write(
      'json',
      JSON.stringify({
        contexts: [{ name: 'j', context: { cluster: 'c', user: 'u' } }],
        'current-context': 'j',
      }),
    );
    const merges = write(
      'yaml',
      `x: &base {insecure-skip-tls-verify: yes}\nclusters:\n- name: c\n  cluster:\n    <<: *base\n    server: https://m\nusers: [{name: u, user: {token: 00123}}]\n`,
    );
    expect(connect(listed(json, merges))).toMatchObject({
      ok: true,
      value: { cluster: { insecureSkipTlsVerify: true }, user: { token: '00123' } },
    });
  });
});

describe('what is wrong in a kubeconfig', () => {
  const broken: readonly (readonly [string, string, number | undefined, string])[] = [
    ['half-written', 'users:\n- name: u\n  user:\n    token: "CANARY-half', 4, 'closing quote'],
    ['half-written key', 'users:\n- name: u\n  user:\n    token: CANARY\n    client-key-da', 5, 'missing'],
    ['tabs', 'users:\n\t- CANARY: x\n', 2, 'tab'],
    ['bad indent', 'users:\n  - name: CANARY\n user: x\n', 3, ''],
    ['list expected', 'contexts: {CANARY: 1}\n', 1, 'contexts must be a list'],
    ['no name', 'users:\n- name: a\n- user: {token: CANARY}\n', 3, 'users[1] has no name'],
    ['duplicate name in one file', 'users:\n- name: a\n- name: a\n  user: {token: CANARY}\n', 3, 'used before'],
    ['not base64', 'clusters:\n- name: a\n  cluster:\n    certificate-authority-data: "CANARY-***"\n', 4, 'is not base64'],
    ['another kind', 'kind: Secret\ndata: {a: CANARY}\n', 1, 'is not Config'],
    ['a text', 'CANARY', undefined, 'is not a mapping'],
    ['two documents', 'kind: Config\n---\nCANARY: 1\n', 2, 'more than one'],
    [
      'alias bomb',
      `a: &a [CANARY]\n${'bcdefghij'
        .split('')
        .map((key, i) => `${key}: &${key} [${Array.from({ length: 9 }, () => `*${'abcdefghij'[i]}`).join(',')}]`)
        .join('\n')}\n`,
      undefined,
      'aliases',
    ],
  ];

  it.each(broken)('%s: names file and line, and quotes nothing', (_name, text, line, reason) => {
    const file = write('bad', text);
    const found = error(connect(listed(file)));
    expect(found).toMatchObject({
      code: 'kubeconfig',
      where: line === undefined ? file : `${file}:${line}`,
    });
    expect(found?.why).toContain(reason);
    expect(JSON.stringify(found)).not.toContain('CANARY');
  });

  it('keeps good contexts beside the errors of bad files for the list, but connects with none', () => {
    const source = listed(write('bad', '{'), write('good', simple({ current: 'one' })));
    expect(listContexts(source)).toMatchObject({
      contexts: [{ name: 'one' }],
      errors: [{ code: 'kubeconfig' }],
    });
    expect(connect(source).ok).toBe(false);
  });

  it.each([
    ['an unknown context', simple({ current: 'one' }), 'nope', 'There is no context "nope"'],
    ['no current context', simple({}), undefined, 'No context was chosen'],
    ['a missing cluster', 'contexts: [{name: one, context: {cluster: x, user: u}}]', 'one', 'cluster that is not defined'],
    ['a missing user', `${simple({}).replace('user: u}', 'user: v}')}`, 'one', 'user that is not defined'],
    ['no server', simple({ server: '' }), 'one', 'no usable server address'],
    ['a server that is no web address', simple({ server: 'ftp://x' }), 'one', 'no usable server address'],
    [
      'CA and insecure',
      simple({ cluster: ', insecure-skip-tls-verify: true, certificate-authority-data: AAAA' }),
      'one',
      'two opposite things',
    ],
    ['a proxy', simple({ cluster: ', proxy-url: http://proxy' }), 'one', 'through a proxy'],
    [
      'a missing CA file',
      simple({ cluster: ', certificate-authority: gone.pem' }),
      'one',
      'certificate authority could not be read',
    ],
  ])('%s', (_name, text, context, what) => {
    const found = error(connect(listed(write('k', text)), context));
    expect(found?.what).toContain(what);
    expect(JSON.stringify(found)).not.toContain('CANARY');
  });
});

describe('listing contexts', () => {
  it('shows names, host, namespace and kinds, and never a credential', () => {
    const file = write(
      'all',
      `clusters:
- {name: a, cluster: {server: "https://user:CANARY@a.example:6443/k8s/clusters/x", certificate-authority-data: Q0FOQVJZ}}
- {name: b, cluster: {server: "http://127.0.0.1:8001"}}
- {name: c, cluster: {server: c.example, insecure-skip-tls-verify: true}}
users:
- {name: token, user: {token: CANARY}}
- {name: exec, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: CANARY, args: [CANARY]}}}
- {name: cert, user: {client-certificate-data: Q0FOQVJZ, client-key-data: Q0FOQVJZ, as: root}}
- {name: basic, user: {username: x, password: CANARY}}
- {name: oidc, user: {auth-provider: {name: oidc, config: {id-token: CANARY}}}}
contexts:
- {name: 1, context: {cluster: a, user: token, namespace: shop}}
- {name: 2, context: {cluster: b, user: none}}
- {name: 3, context: {cluster: c, user: exec}}
- {name: 4, context: {cluster: gone, user: cert}}
- {name: 5, context: {cluster: a, user: basic}}
- {name: 6, context: {cluster: a, user: oidc}}
current-context: 2
`,
    );
    const { contexts, errors } = listContexts(listed(file));
    expect(errors).toEqual([]);
    expect(contexts).toMatchObject([
      {
        name: '1',
        cluster: 'a',
        server: 'a.example:6443',
        namespace: 'shop',
        authKind: 'token',
        tlsMode: 'ca',
        current: false,
      },
      {
        name: '2',
        server: '127.0.0.1:8001',
        namespace: 'default',
        authKind: 'none',
        tlsMode: 'plain',
        current: true,
      },
      { name: '3', server: 'c.example:443', authKind: 'exec', tlsMode: 'insecure' },
      { name: '4', server: '', authKind: 'clientCertificate', impersonates: true },
      { name: '5', authKind: 'basic' },
      { name: '6', authKind: 'authProvider' },
    ]);
    expect(JSON.stringify(contexts)).not.toMatch(/CANARY|Q0FOQVJZ/u);
  });
});
