import { Agent, request } from 'undici';
import { readFileSync } from 'node:fs';

/** What a test or a benchmark needs to know of a running API server (`ApiServer` of test/apiserver.ts fits). */
export interface LoadTarget {
  readonly url: string;
  readonly caFile: string;
  token(user: string): string;
}

export interface LoadReport {
  readonly created: number;
  readonly seconds: number;
  readonly byKind: Readonly<Record<string, number>>;
}

type Json = Record<string, unknown>;

interface Made {
  readonly path: string;
  readonly body: Json;
}

const TEAMS = ['checkout', 'catalogue', 'payments', 'search', 'platform'];
const TIERS = ['api', 'worker', 'web', 'cache', 'batch'];

const pick = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;

const labelsOf = (i: number, name: string): Json => ({
  app: name,
  team: pick(TEAMS, i),
  'app.kubernetes.io/name': name,
  'app.kubernetes.io/instance': `${name}-${i % 3}`,
  'app.kubernetes.io/part-of': 'shop',
  'app.kubernetes.io/version': `1.${i % 20}.${i % 7}`,
});

/** Some good, some bad, never twice the same: rules get every branch to walk. */
function container(i: number, name: string): Json {
  const good = i % 3 !== 0;
  return {
    name,
    image: i % 4 === 0 ? `registry.shop.example/${name}:latest` : `registry.shop.example/${name}:1.${i % 20}.${i % 7}`,
    imagePullPolicy: 'IfNotPresent',
    args: ['--listen=:8080', `--shard=${i % 16}`, '--log-format=json'],
    ports: [{ name: 'http', containerPort: 8080 }],
    env: [
      { name: 'LOG_LEVEL', value: i % 2 === 0 ? 'info' : 'debug' },
      { name: 'REGION', value: 'eu-central-1' },
      { name: 'SHARD', value: String(i) },
      { name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: `${name}-db`, key: 'password' } } },
    ],
    ...(good
      ? {
          resources: {
            requests: { cpu: '100m', memory: '128Mi' },
            limits: { cpu: '500m', memory: '256Mi' },
          },
        }
      : {}),
    ...(i % 5 === 0 ? {} : { livenessProbe: { httpGet: { path: '/healthz', port: 'http' }, initialDelaySeconds: 5 } }),
    ...(i % 5 === 1 ? {} : { readinessProbe: { httpGet: { path: '/ready', port: 'http' } } }),
    ...(good
      ? {
          securityContext: {
            runAsNonRoot: true,
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
        }
      : {}),
    volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
  };
}

const podSpec = (i: number, name: string): Json => ({
  containers: i % 6 === 0 ? [container(i, name), container(i + 1, 'proxy')] : [container(i, name)],
  ...(i % 7 === 0
    ? {
        initContainers: [
          {
            name: 'migrate',
            image: 'registry.shop.example/migrate:3',
            command: ['/migrate', 'up'],
          },
        ],
      }
    : {}),
  volumes: [{ name: 'tmp', emptyDir: {} }],
  serviceAccountName: `${name}-sa`,
  ...(i % 9 === 0 ? { hostNetwork: true } : {}),
});

type Maker = (i: number, name: string, meta: Json, namespace: string) => Made;

const MAKERS: readonly Maker[] = [
  (i, name, metadata, ns) => ({
    path: `/apis/apps/v1/namespaces/${ns}/deployments`,
    body: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: (i % 4) + 1,
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels: labelsOf(i, name) }, spec: podSpec(i, name) },
      },
    },
  }),
  (i, name, metadata, ns) => ({
    path: `/api/v1/namespaces/${ns}/pods`,
    body: { apiVersion: 'v1', kind: 'Pod', metadata, spec: podSpec(i, name) },
  }),
  (i, _name, metadata, ns) => ({
    path: `/api/v1/namespaces/${ns}/configmaps`,
    body: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata,
      data: {
        'application.yaml': `server:\n  port: 8080\nshard: ${i}\n`.repeat(8),
        FEATURE: String(i % 2 === 0),
      },
    },
  }),
  (_i, name, metadata, ns) => ({
    path: `/api/v1/namespaces/${ns}/services`,
    body: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: {
        clusterIP: 'None',
        selector: { app: name },
        ports: [{ name: 'http', port: 80, targetPort: 8080 }],
      },
    },
  }),
];

const NAMESPACES = 20;
const namespaceOf = (i: number): string => `load-${pick(TEAMS, i)}-${Math.floor(i / TEAMS.length) % (NAMESPACES / TEAMS.length)}`;

function make(i: number): Made {
  const maker = pick(MAKERS, i);
  const name = `${pick(TIERS, Math.floor(i / MAKERS.length))}-${i}`;
  const namespace = namespaceOf(Math.floor(i / MAKERS.length));
  return maker(
    i,
    name,
    {
      name,
      namespace,
      labels: labelsOf(i, name),
      annotations: { 'shop.example/owner': `${pick(TEAMS, i)}@shop.example` },
    },
    namespace,
  );
}

/** The objects that `loadCluster` creates, without a cluster. */
export const loadObjects = (count: number): readonly Json[] => Array.from({ length: count }, (_, i) => make(i).body);

/**
 * Creates `count` believable objects (equal parts Deployments, Pods, ConfigMaps and headless Services, in 20 namespaces `load-*`)
 * in an API server without controllers: about 700 a second on two cores. The objects of a given count are always the same.
 * Throws at the first refusal. Existing objects (409) count as created, so that loading twice is harmless.
 */
export async function loadCluster(api: LoadTarget, count: number): Promise<LoadReport> {
  const started = performance.now();
  const dispatcher = new Agent({
    allowH2: false,
    connections: 24,
    connect: { ca: readFileSync(api.caFile) },
  });
  const headers = {
    authorization: `Bearer ${api.token('admin')}`,
    'content-type': 'application/json',
    accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
  };
  const byKind: Record<string, number> = {};
  const post = async ({ path, body }: Made): Promise<void> => {
    const response = await request(api.url + path, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
      dispatcher,
    });
    const text = await response.body.text();
    if (response.statusCode >= 300 && response.statusCode !== 409)
      throw new Error(`${path}: ${response.statusCode} ${text.slice(0, 300)}`);
    const kind = String(body['kind']);
    byKind[kind] = (byKind[kind] ?? 0) + 1;
  };
  try {
    const names = new Set(Array.from({ length: NAMESPACES }, (_, i) => namespaceOf(i)));
    await Promise.all(
      [...names].map((name) =>
        post({
          path: '/api/v1/namespaces',
          body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
        }),
      ),
    );
    let next = 0;
    const work = async (): Promise<void> => {
      for (let i = next++; i < count; i = next++) await post(make(i));
    };
    await Promise.all(Array.from({ length: 24 }, work));
  } finally {
    await dispatcher.destroy();
  }
  return { created: count, seconds: (performance.now() - started) / 1000, byKind };
}
