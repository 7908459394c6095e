import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AppError } from '#core/model.ts';
import { networkFailure } from './network-error.ts';
import { openCluster } from '#main/sources/cluster/open.ts';
import { type FakeApiServer, startFakeApiServer } from '#test/fake-apiserver.ts';
import { testAuthority } from '#test/fake-apiserver-certs.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const authority = testAuthority();
const stranger = testAuthority('another-ca');
const good = authority.issue({ name: 'server', hosts: ['127.0.0.1', 'cluster.internal'] });
const caData = `certificate-authority-data: ${base64(authority.cert)}`;

async function tryOpen(fake: FakeApiServer, cluster: string, user?: string, server?: string): Promise<AppError | 'opened'> {
  const kubeconfig = fake.kubeconfig({
    cluster,
    ...(user === undefined ? {} : { user }),
    ...(server === undefined ? {} : { server }),
  });
  const opened = await openCluster({ kubeconfig, env: {}, signal: new AbortController().signal });
  if (!opened.ok) return opened.error;
  await opened.value.close();
  return 'opened';
}

const servers: FakeApiServer[] = [];
const serve = async (tls: Parameters<typeof startFakeApiServer>[0] & object): Promise<FakeApiServer> => {
  const fake = await startFakeApiServer(tls);
  servers.push(fake);
  return fake;
};
afterAll(async () => {
  await Promise.all(servers.map((fake) => fake.stop()));
});

describe('checking the server', () => {
  let fake: FakeApiServer;
  beforeAll(async () => {
    fake = await serve({ tls: good });
  });

  it('opens where the certificate authority fits', async () => {
    expect(await tryOpen(fake, caData)).toBe('opened');
  });

  it('opens by another name where the kubeconfig gives it', async () => {
    expect(await tryOpen(fake, `${caData}, tls-server-name: cluster.internal`)).toBe('opened');
  });

  it('opens unchecked only where the kubeconfig says so', async () => {
    expect(await tryOpen(fake, 'insecure-skip-tls-verify: true')).toBe('opened');
  });

  it.each([
    ['an unknown authority', '', 'certificate authority that is not trusted'],
    ['another authority', `certificate-authority-data: ${base64(stranger.cert)}`, 'certificate authority that is not trusted'],
    ['another host', `${caData}, tls-server-name: elsewhere.internal`, 'for another host name'],
  ])('refuses %s, says so, and sends no credential', async (_name, cluster, why) => {
    const asked = fake.requests.length;
    expect(await tryOpen(fake, cluster)).toMatchObject({ code: 'tls', why: expect.stringContaining(why) as string });
    expect(fake.requests.length).toBe(asked);
  });

  it('names an unusable authority before connecting', async () => {
    expect(await tryOpen(fake, `certificate-authority-data: ${base64('CANARY no certificate')}`)).toMatchObject({
      code: 'kubeconfig',
      what: expect.stringContaining('certificate authority') as string,
    });
  });
});

describe('certificates out of their time', () => {
  const day = 86_400_000;
  it('names an expired one', async () => {
    const fake = await serve({
      tls: authority.issue({
        name: 's',
        hosts: ['127.0.0.1'],
        notBefore: new Date(Date.now() - 2 * day),
        notAfter: new Date(Date.now() - day),
      }),
    });
    expect(await tryOpen(fake, caData)).toMatchObject({ code: 'tls', why: expect.stringContaining('has expired') as string });
  });

  it('names one that is not valid yet', async () => {
    const fake = await serve({
      tls: authority.issue({
        name: 's',
        hosts: ['127.0.0.1'],
        notBefore: new Date(Date.now() + day),
        notAfter: new Date(Date.now() + 2 * day),
      }),
    });
    expect(await tryOpen(fake, caData)).toMatchObject({ code: 'tls', why: expect.stringContaining('not valid yet') as string });
  });
});

describe('client certificates', () => {
  const client = authority.issue({ name: 'carol', groups: ['team'] });
  const inline = (cert: string, key: string): string =>
    `client-certificate-data: ${base64(cert)}, client-key-data: ${base64(key)}`;

  it('are presented', async () => {
    const fake = await serve({ tls: { ...good, ca: authority.cert, requestCert: true, rejectUnauthorized: true } });
    expect(await tryOpen(fake, caData, inline(client.cert, client.key))).toBe('opened');
    // Node's server cuts the connection without a word; a Go server sends an alert, which is put into words below.
    expect(await tryOpen(fake, caData, 'token: x')).toMatchObject({ code: 'unreachable' });
    expect(networkFailure(Object.assign(new Error('x'), { code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' }))).toEqual({
      kind: 'tls',
      reason: expect.stringContaining('want of a valid client certificate') as string,
    });
  });

  it.each([
    ['a key of another certificate', inline(client.cert, good.key)],
    ['no PEM', inline('CANARY', 'CANARY')],
  ])('%s is named without a word of it', async (_name, user) => {
    const fake = await serve({ tls: good });
    const error = await tryOpen(fake, caData, user);
    expect(error).toMatchObject({ code: 'kubeconfig', what: expect.stringContaining('client certificate') as string });
    expect(JSON.stringify(error)).not.toMatch(/CANARY|BEGIN/u);
  });

  it('half of one is refused', async () => {
    const fake = await serve({ tls: good });
    expect(await tryOpen(fake, caData, `client-certificate-data: ${base64(client.cert)}`)).toMatchObject({
      code: 'kubeconfig',
      what: expect.stringContaining('half') as string,
    });
  });
});

describe('plain HTTP', () => {
  it('is used on this machine, as with kubectl proxy', async () => {
    expect(await tryOpen(await serve({}), '')).toBe('opened');
  });

  it('never carries a credential to another machine', async () => {
    const fake = await serve({});
    expect(await tryOpen(fake, '', 'token: CANARY', 'http://192.0.2.1:8080')).toMatchObject({
      code: 'tls',
      what: 'The credential was not sent.',
    });
  });

  it('on a TLS port, and TLS on a plain port, are named', async () => {
    const secure = await serve({ tls: good });
    expect(await tryOpen(secure, '', undefined, secure.url.replace('https', 'http'))).toMatchObject({ code: 'unreachable' });
    const plain = await serve({});
    expect(await tryOpen(plain, 'insecure-skip-tls-verify: true', undefined, plain.url.replace('http', 'https'))).toMatchObject({
      code: 'tls',
      why: expect.stringContaining('does not speak TLS') as string,
    });
  });

  it('accepts no protocol older than TLS 1.2', async () => {
    const fake = await serve({ tls: { ...good, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } });
    expect(await tryOpen(fake, caData)).toMatchObject({ code: 'tls' });
  });
});
