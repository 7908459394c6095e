import { describe, expect, it } from 'vitest';
import { Redacted } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';
import { redactObject, redactText, REDACTED_TEXT } from './redact.ts';

const keep = { dropEnvValues: false };
const redact = (object: JsonObject): JsonObject => redactObject(object, keep);
const marker = (kind: ConstructorParameters<typeof Redacted>[0]): Redacted => new Redacted(kind);

const pod = (container: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p' },
  spec: { containers: [{ name: 'c', ...container }] },
});
const containerOf = (object: JsonObject): JsonObject =>
  (object as unknown as { spec: { containers: JsonObject[] } }).spec.containers[0] ?? {};
const envValue = (name: string, value: string): JsonValue | undefined => {
  const [first] = (containerOf(redact(pod({ env: [{ name, value }] }))) as { env: JsonObject[] }).env;
  return first?.['value'];
};
const args = (...items: string[]): JsonValue | undefined => containerOf(redact(pod({ args: items })))['args'];
const annotation = (name: string, value: string): JsonValue | undefined =>
  (
    redact({ apiVersion: 'v1', kind: 'Pod', metadata: { annotations: { [name]: value } } }) as unknown as {
      metadata: { annotations: JsonObject };
    }
  ).metadata.annotations[name];

describe('Secrets and ConfigMaps', () => {
  it('keeps type and key names, and no value', () => {
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'Opaque',
      metadata: { name: 's' },
      data: { user: 'YQ==', password: 'Yg==' },
      stringData: { a: 'b' },
    };
    expect(redact(secret)).toEqual({
      ...secret,
      data: { user: marker('secret'), password: marker('secret') },
      stringData: { a: marker('secret') },
    });
    expect(
      redact({ apiVersion: 'v1', kind: 'ConfigMap', data: { 'a.conf': 'x' }, binaryData: { b: 'eA==' }, immutable: true }),
    ).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      data: { 'a.conf': marker('configMap') },
      binaryData: { b: marker('configMap') },
      immutable: true,
    });
  });

  it('finds them inside other objects, and survives hostile keys and shapes', () => {
    const nested = redact({
      apiVersion: 'template.openshift.io/v1',
      kind: 'Template',
      objects: [{ apiVersion: 'v1', kind: 'Secret', stringData: { x: 'plain' } }],
    });
    expect(nested).toEqual({
      apiVersion: 'template.openshift.io/v1',
      kind: 'Template',
      objects: [{ apiVersion: 'v1', kind: 'Secret', stringData: { x: marker('secret') } }],
    });
    const hostile = JSON.parse('{"apiVersion":"v1","kind":"Secret","data":{"__proto__":"a","constructor":"b"}}') as JsonObject;
    expect(Object.keys(redact(hostile)['data'] as JsonObject)).toEqual(['__proto__', 'constructor']);
    expect(redact({ apiVersion: 'v1', kind: 'Secret', data: 'CANARY' })).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      data: marker('secret'),
    });
  });

  it('is not fooled by another group', () => {
    const other = { apiVersion: 'example.com/v1', kind: 'Secret', data: { size: '3' } };
    expect(redact(other)).toBe(other);
  });
});

describe('environment variables', () => {
  it.each([
    ['DB_PASSWORD', 'CANARY-1'],
    ['dbPassword', 'hunter2'],
    ['API_KEY', 'abc'],
    ['SENTRY_DSN', 'https://o1.ingest.sentry.io/2'],
    ['GITHUB_TOKEN', 'x'],
    ['MYSQL_PWD', 'x'],
    ['GITHUB_PAT', 'x'],
    ['DATABASE_URL', 'postgres://app:CANARY@db:5432/app'],
    ['CACHE', 'redis://:CANARY@cache:6379'],
    ['REMOTE', 'https://ghp_0123456789abcdefghijABCDEFGHIJ012345@github.com/x/y.git'],
    ['HARMLESS', 'AKIAIOSFODNN7EXAMPLE'],
    ['HARMLESS', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U'],
    ['HARMLESS', '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----'],
    ['HARMLESS', 'xoxb-123456789012-abcdefghij'],
    ['HARMLESS', '3f2a9c81d04be7765a10cc93e8b1f2d4'],
    ['JAVA_OPTS', '-Xmx512m -Djavax.net.ssl.keyStorePassword=CANARY'],
    ['ODBC', 'Server=db;Database=app;User Id=sa;Password=CANARY;'],
  ])('takes away %s=%s', (name, value) => {
    expect(envValue(name, value)).toEqual(marker('env'));
  });

  it.each([
    ['LOG_LEVEL', 'debug'],
    ['REPLICAS', '3'],
    ['AUTH_ENABLED', 'true'],
    ['DB_PASSWORD', '$(DB_PASSWORD_FROM_SECRET)'],
    ['DB_PASSWORD', ''],
    ['DATABASE_URL', 'postgres://app:$(DB_PASSWORD)@db:5432/app'],
    ['ENDPOINT', 'https://shop.example.com:8443/path?x=1'],
    ['REPO', 'ssh://git@github.com/a/b.git'],
    ['JAVA_OPTS', '-Xmx512m -XX:+UseG1GC'],
    ['IMAGE', 'registry.example.com/shop/frontend@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'],
    ['CLASS', 'org.springframework.boot.loader.launch.JarLauncher'],
  ])('keeps %s=%s', (name, value) => {
    expect(envValue(name, value)).toBe(value);
  });

  it('drops every literal where that is asked for, and keeps references', () => {
    const object = pod({
      env: [
        { name: 'LOG_LEVEL', value: 'debug' },
        { name: 'X', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
      ],
    });
    expect(containerOf(redactObject(object, { dropEnvValues: true }))['env']).toEqual([
      { name: 'LOG_LEVEL', value: marker('env') },
      { name: 'X', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
    ]);
  });

  it('looks into custom resources at any depth, and at other lists of names and values', () => {
    const custom = {
      apiVersion: 'example.com/v1',
      kind: 'App',
      spec: { a: [{ b: { env: [{ name: 'MY_SECRET', value: 'CANARY' }] } }] },
    };
    expect(JSON.stringify(redact(custom))).not.toContain('CANARY');
    const probe = pod({
      livenessProbe: {
        httpGet: {
          httpHeaders: [
            { name: 'Authorization', value: 'Basic CANARY' },
            { name: 'Host', value: 'shop' },
          ],
        },
      },
    });
    const text = JSON.stringify(redact(probe));
    expect(text).not.toContain('CANARY');
    expect(text).toContain('shop');
  });
});

describe('arguments and commands', () => {
  it.each([
    ['--password=CANARY'],
    ['-Dspring.datasource.password=CANARY'],
    ['--db-api-key=CANARY'],
    ['--requirepass=CANARY'],
    ['export DB_PASS=CANARY && run'],
    ['curl -u admin:CANARY https://x/'],
    ['curl -H "Authorization: Bearer CANARY-0123456" https://x/'],
    ['mysqldump --password CANARY shop'],
    ['git clone https://user:CANARY@host/repo'],
    ['{"auths":{"r":{"auth":"Q0FOQVJZMTIzNDU2Nzg="}}}'],
    ['--token=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abc'],
  ])('takes away %s', (item) => {
    expect(args('server', item)).toEqual(['server', marker('argument')]);
  });

  it('takes away what follows a flag', () => {
    expect(args('--token', 'CANARY', '--port', '80')).toEqual(['--token', marker('argument'), '--port', '80']);
    expect(args('curl', '-u', 'admin:CANARY')).toEqual(['curl', '-u', marker('argument')]);
  });

  it.each([
    ['--tls-private-key-file=/etc/tls/tls.key'],
    ['--service-account-key-file=/var/run/sa.key'],
    ['--token-ttl=24h'],
    ['--secret-name=tls'],
    ['--password=$(DB_PASSWORD)'],
    ['--password=${DB_PASSWORD}'],
    ['--bypass=CIDR-10'],
    ['--enable-token-review=true'],
    ['while true; do sleep 30; done'],
    ['exec nginx -g "daemon off;"'],
  ])('keeps %s', (item) => {
    expect(args(item)).toEqual([item]);
  });

  it('judges commands of probes and hooks too', () => {
    expect(
      JSON.stringify(redact(pod({ livenessProbe: { exec: { command: ['redis-cli', '--pass', 'CANARY', 'ping'] } } }))),
    ).not.toContain('CANARY');
  });
});

describe('annotations and other texts', () => {
  it('takes away what is named or shaped like a credential, long documents and last-applied', () => {
    expect(annotation('example.com/api-token', 'CANARY')).toEqual(marker('annotation'));
    expect(annotation('note', 'use https://me:CANARY@host/')).toEqual(marker('annotation'));
    expect(annotation('note', 'x'.repeat(1025))).toEqual(marker('annotation'));
    expect(annotation('kubectl.kubernetes.io/last-applied-configuration', '{}')).toEqual(marker('lastApplied'));
  });

  it.each([
    ['plimsoll.dev/waive.no-secret-in-env', 'accepted until May'],
    ['datree.skip/CONTAINERS_MISSING_PASSWORD', 'accepted'],
    ['checksum/config', 'a'.repeat(63) + '1'],
    ['prometheus.io/scrape', 'true'],
    ['example.com/secret-name', 'tls'],
  ])('keeps %s', (name, value) => {
    expect(annotation(name, value)).toBe(value);
  });

  it('finds certain shapes anywhere, and fields that hold a credential', () => {
    const custom = redact({
      apiVersion: 'x/v1',
      kind: 'Y',
      spec: {
        adminPassword: 'CANARY',
        key: '-----BEGIN PRIVATE KEY-----\nCANARY',
        list: ['amqp://u:CANARY@h'],
        passwordSecretRef: 'keep',
      },
    });
    expect(JSON.stringify(custom)).not.toContain('CANARY');
    expect(JSON.stringify(custom)).toContain('keep');
    expect(redact({ webhooks: [{ clientConfig: { caBundle: 'LS0t' } }] })).toEqual({
      webhooks: [{ clientConfig: { caBundle: marker('secret') } }],
    });
  });

  it('drops managedFields, changes nothing in place, and shares what it need not change', () => {
    const object = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', managedFields: [{}] },
      spec: { containers: [{ name: 'c', env: [{ name: 'A', value: 'b' }] }] },
    };
    const before = JSON.stringify(object);
    const redacted = redact(object);
    expect(redacted['metadata']).toEqual({ name: 'p' });
    expect(redacted['spec']).toBe(object.spec);
    expect(JSON.stringify(object)).toBe(before);
    const clean = pod({ image: 'nginx' });
    expect(redact(clean)).toBe(clean);
  });
});

describe('values for messages', () => {
  it('hides credentials by their shape, and by their place', () => {
    expect(redactText('nginx:latest')).toBe('nginx:latest');
    expect(redactText('postgres://a:CANARY@h/')).toBe(REDACTED_TEXT);
    expect(redactText('CANARY', 'spec.containers[name=web].env[name=DB_PASSWORD].value')).toBe(REDACTED_TEXT);
    expect(redactText('debug', 'spec.containers[name=web].env[name=LOG_LEVEL].value')).toBe('debug');
    expect(redactText('debug', 'spec.containers[name=web].env[name=LOG_LEVEL].value', { dropEnvValues: true })).toBe(
      REDACTED_TEXT,
    );
    expect(redactText('CANARY', "data['a.conf']")).toBe(REDACTED_TEXT);
    expect(redactText('CANARY', "metadata.annotations['x/password']")).toBe(REDACTED_TEXT);
  });

  it('takes linear time on hostile texts', () => {
    const hostile = [
      'eyJ-'.repeat(50_000),
      'pass'.repeat(50_000),
      `${'a'.repeat(200_000)}://@`,
      ' -u'.repeat(60_000),
      '"auth" '.repeat(30_000),
      `--${'x-'.repeat(80_000)}`,
      '://a:'.repeat(40_000) + '@',
    ];
    const started = performance.now();
    for (const text of hostile) {
      redactText(text);
      args(text, `--password ${text}`);
      annotation('note', text);
      envValue(text, text);
    }
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
