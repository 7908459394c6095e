/** Small objects for tests of scans: what they say is what the test changes. */

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>> & { readonly name: string };
  readonly [key: string]: unknown;
}

export const namespace = (name: string, labels: Readonly<Record<string, string>> = {}): Manifest => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels },
});

export interface DeploymentParts {
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly replicas?: number;
  readonly image?: string;
  readonly env?: readonly unknown[];
  readonly args?: readonly string[];
  /** Limits, requests and probes, as the default policy wants them. */
  readonly sound?: boolean;
}

const probe = { httpGet: { path: '/healthz', port: 8080 } };

const SOUND = {
  resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '200m', memory: '128Mi' } },
  livenessProbe: probe,
  readinessProbe: probe,
};

/** Fails memory, CPU and probe rules of the default policy unless `sound`. */
export function deployment(name: string, parts: DeploymentParts = {}): Manifest {
  const { labels = {}, annotations, replicas = 2, image = 'registry.example/web:1.2.3', env = [], args, sound = false } = parts;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: parts.namespace ?? 'shop', labels, ...(annotations === undefined ? {} : { annotations }) },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'web', image, env, ...(args === undefined ? {} : { args }), ...(sound ? SOUND : {}) }] },
      },
    },
  };
}

export const service = (name: string, type = 'ClusterIP', inNamespace = 'shop'): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: inNamespace },
  spec: { type, selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] },
});

export const configMap = (name: string, data: Readonly<Record<string, string>>, inNamespace = 'shop'): Manifest => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: inNamespace },
  data,
});

export const secret = (name: string, data: Readonly<Record<string, string>>, inNamespace = 'shop'): Manifest => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: inNamespace },
  stringData: data,
});
