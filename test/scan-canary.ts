import { inflateRawSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { unpackBodies } from '#main/store/body.ts';
import type { Manifest } from './scan-objects.ts';
import { configMap, namespace, secret } from './scan-objects.ts';

/**
 * A cluster in which every place that may carry a credential carries one, each recognisable by its own number: none of them may
 * be found in anything that Plimsoll keeps, prints or sends (decisions.md 10, reference/security.md §5 and §6).
 */

/** Every credential in the cluster and the kubeconfig has this in it. */
export const CANARY = 'CANARY';
/** And every harmless text beside them this: it must be kept. */
export const KEPT = 'kept-';

let count = 0;
const canary = (): string => `${CANARY}-${String((count += 1)).padStart(3, '0')}-kQ7vXw2Zt9`;
const pem = (): string => `-----BEGIN RSA PRIVATE KEY-----\nMIIE${canary()}\n-----END RSA PRIVATE KEY-----\n`;
const base64 = (text: string): string => Buffer.from(text).toString('base64');

const ENV = [
  ...[
    'DB_PASSWORD',
    'API_TOKEN',
    'STRIPE_SECRET_KEY',
    'AWS_ACCESS_KEY',
    'REDIS_AUTH',
    'SENTRY_DSN',
    'SMTP_PWD',
    'GH_CREDENTIALS',
    'SESSION_SALT',
  ].map((name) => ({
    name,
    value: canary(),
  })),
  { name: 'DATABASE_URL', value: `postgres://shop:${canary()}@db.shop:5432/shop` },
  { name: 'PROXY', value: `http://:${canary()}@proxy:3128` },
  { name: 'TLS', value: pem() },
  { name: 'JWT', value: `eyJhbGciOiJIUzI1NiJ9.eyJ${canary()}.sig` },
  { name: 'FORGE', value: `ghp_${CANARY}${'a1B2c3D4e5'.repeat(3)}` },
  { name: 'OPTS', value: `-Xmx1g -Djavax.net.ssl.keyStorePassword=${canary()}` },
  { name: 'LOG_LEVEL', value: `${KEPT}debug` },
  { name: 'UPSTREAM', value: `https://${KEPT}upstream.example/path` },
  { name: 'FROM_SECRET', valueFrom: { secretKeyRef: { name: `${KEPT}ref`, key: 'password' } } },
];

const ARGS = [
  `--password=${canary()}`,
  `--db-password="${canary()}"`,
  '--token',
  canary(),
  '-u',
  `shop:${canary()}`,
  `--database-url=mysql://root:${canary()}@db/shop`,
  `--api-key=${canary()}`,
  `--header=Authorization: Bearer ${canary()}`,
  `--log-level=${KEPT}info`,
];

const COMMAND = ['sh', '-c', `export DB_PASSWORD=${canary()}; mysql -u root --password='${canary()}'; exec ${KEPT}server`];

const ANNOTATIONS = {
  'example.com/api-token': canary(),
  'example.com/tls': pem(),
  'example.com/webhook': `https://user:${canary()}@hooks.example/x`,
  'example.com/snippet': `proxy_set_header Authorization "Basic ${base64(canary())}";`,
  'example.com/document': `${'some tool keeps a document here '.repeat(40)} ${canary()}`,
  'example.com/owner': `${KEPT}shop`,
  'plimsoll.dev/waive.memory-limit': `the password=${canary()} is in the vault`,
};

const probe = (name: string) => ({
  exec: { command: ['check', `--password=${canary()}`, `${KEPT}${name}`] },
});

const container = (name: string) => ({
  name,
  image: `registry.example/${name}`,
  env: ENV,
  args: ARGS,
  command: COMMAND,
  livenessProbe: probe('live'),
  readinessProbe: {
    httpGet: {
      path: '/healthz',
      port: 8080,
      httpHeaders: [
        { name: 'Authorization', value: `Bearer ${canary()}` },
        { name: 'X-Api-Key', value: canary() },
        { name: 'Accept', value: `${KEPT}accept` },
      ],
    },
  },
  lifecycle: { preStop: { exec: { command: ['curl', '-u', `admin:${canary()}`, 'http://localhost/stop'] } } },
});

const job = { name: 'job', image: 'registry.example/job:1', env: ENV, args: ARGS, command: COMMAND };

const podSpec = {
  containers: [container('web')],
  initContainers: [{ ...container('sidecar'), restartPolicy: 'Always' }, job],
  volumes: [
    {
      name: 'share',
      csi: {
        driver: 'smb.csi.k8s.io',
        volumeAttributes: { source: `//${KEPT}server/share`, password: canary(), secretKey: canary() },
      },
    },
  ],
};

/** As kubectl leaves it behind: the whole object once more, in one annotation. */
function applied(object: Manifest): Manifest {
  const annotations = (object.metadata['annotations'] ?? {}) as Record<string, string>;
  const last = JSON.stringify(object);
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...annotations, 'kubectl.kubernetes.io/last-applied-configuration': last } },
  };
}

const workload = (apiVersion: string, kind: string, name: string, spec: object): Manifest => ({
  apiVersion,
  kind,
  metadata: { name, namespace: 'shop', annotations: ANNOTATIONS, labels: { app: `${KEPT}label` } },
  spec,
});

const template = { metadata: { labels: { app: 'web' }, annotations: ANNOTATIONS }, spec: podSpec };

const crd: Manifest = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'databases.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'databases', singular: 'database', kind: 'Database' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        },
      },
    ],
  },
};

const custom: Manifest = {
  apiVersion: 'example.com/v1',
  kind: 'Database',
  metadata: { name: 'orders', namespace: 'shop' },
  spec: {
    adminPassword: canary(),
    auth: { clientSecret: canary(), accessKey: canary(), tier: `${KEPT}gold` },
    connectionString: canary(),
    uri: `mongodb://admin:${canary()}@mongo/orders`,
    parameters: [
      { name: 'password', value: canary() },
      { name: 'size', value: `${KEPT}large` },
    ],
    certificate: pem(),
    env: [{ name: 'TOKEN', value: canary() }],
  },
};

const webhook: Manifest = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name: 'gate' },
  webhooks: [
    {
      name: 'gate.example.com',
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      failurePolicy: 'Ignore',
      clientConfig: { url: 'https://gate.example/check', caBundle: base64(testCertificate()) },
      rules: [{ apiGroups: ['none.example'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['nothings'] }],
    },
  ],
};

/** The API server reads a caBundle; what stands before the certificate is ignored and kept. */
function testCertificate(): string {
  return `${canary()}\n-----BEGIN CERTIFICATE-----
MIIBdDCCARqgAwIBAgIUTG9uZ1Rlc3RDZXJ0aWZpY2F0ZTAxMAoGCCqGSM49BAMCMA8xDTALBgNVBAMMBHRlc3QwHhcNMjYwMTAxMDAwMDAwWhcNMzYwMTAxMDAwMDAwWjAP
-----END CERTIFICATE-----\n`;
}

/** Everything, namespaces and definitions first. The webhook may be refused: then it is not there. */
export const canaryObjects = (): readonly Manifest[] => [
  namespace('shop'),
  crd,
  applied(secret(`${KEPT}secret`, { password: canary(), 'tls.key': pem() })),
  { ...secret('annotated', { token: canary() }), metadata: { name: 'annotated', namespace: 'shop', annotations: ANNOTATIONS } },
  applied(
    configMap(`${KEPT}config`, {
      'application.properties': `db.password=${canary()}`,
      [`${KEPT}key`]: canary(),
      harmless: canary(),
    }),
  ),
  applied(workload('apps/v1', 'Deployment', 'web', { selector: { matchLabels: { app: 'web' } }, template })),
  workload('apps/v1', 'StatefulSet', 'db', { serviceName: 'db', selector: { matchLabels: { app: 'web' } }, template }),
  workload('apps/v1', 'DaemonSet', 'agent', { selector: { matchLabels: { app: 'web' } }, template }),
  workload('batch/v1', 'CronJob', 'nightly', {
    schedule: '0 0 * * *',
    jobTemplate: {
      metadata: { annotations: ANNOTATIONS },
      spec: { template: { ...template, spec: { ...podSpec, restartPolicy: 'Never', containers: [job], initContainers: [] } } },
    },
  }),
  workload('v1', 'Pod', 'bare', podSpec),
  applied(custom),
  webhook,
];

/** A kubeconfig whose every credential field is a canary; its current context signs in with the token given. */
export const canaryKubeconfig = (server: string, caFile: string, token: string): string => `apiVersion: v1
kind: Config
clusters:
  - {name: test, cluster: {server: "${server}", certificate-authority: "${caFile}"}}
users:
  - {name: used, user: {token: "${token}"}}
  - {name: basic, user: {username: admin, password: "${canary()}"}}
  - {name: certificate, user: {client-certificate-data: "${base64(canary())}", client-key-data: "${base64(pem())}"}}
  - {name: wrong, user: {token: "${canary()}"}}
  - name: exec
    user:
      exec:
        apiVersion: client.authentication.k8s.io/v1
        command: /bin/sh
        args: [-c, "echo ${canary()}; echo password=${canary()} >&2; exit 3"]
        env: [{name: SECRET, value: "${canary()}"}]
        interactiveMode: Never
  - name: provider
    user: {auth-provider: {name: oidc, config: {client-secret: "${canary()}", id-token: "${canary()}", refresh-token: "${canary()}"}}}
contexts:
${['used', 'basic', 'certificate', 'wrong', 'exec', 'provider'].map((user) => `  - {name: ${user}, context: {cluster: test, user: ${user}}}`).join('\n')}
current-context: used
`;

/** Forms in which a canary may hide: as it is, and in base64 at each of the three offsets. */
const FORMS = [
  CANARY,
  ...[0, 1, 2].map((offset) =>
    base64(' '.repeat(offset) + CANARY).slice(offset === 0 ? 0 : offset === 1 ? 2 : 3, offset === 0 ? 8 : -3),
  ),
];

/** The surroundings of the canaries in a text, each canary once. */
export function canariesIn(text: string): readonly string[] {
  const found = new Map<string, string>();
  for (const form of FORMS) {
    for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) {
      const itself = text.slice(at, at + CANARY.length + 4);
      if (!found.has(itself)) found.set(itself, text.slice(Math.max(0, at - 80), at + 30));
    }
  }
  return [...found.values()];
}

const unpacked = (bytes: Buffer): string => {
  for (const unpack of [() => unpackBodies(bytes).join('\n'), () => inflateRawSync(bytes).toString('utf8')]) {
    try {
      return unpack();
    } catch {
      // packed otherwise, or a hash
    }
  }
  return bytes.toString('latin1');
};

/** Everything in a database as text, unpacked: table by table, value by value. */
export function databaseText(file: string): string {
  const db = new Database(file, { readonly: true });
  try {
    const tables = db.prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table'`).pluck().all();
    return tables
      .flatMap((table) => db.prepare<[], unknown[]>(`SELECT * FROM "${table}"`).raw().all())
      .flat()
      .map((value) => (Buffer.isBuffer(value) ? unpacked(value) : String(value)))
      .join('\n');
  } finally {
    db.close();
  }
}
