import type { JsonObject } from '#core/json.ts';

const CONTAINERS = 100;
const VARIABLES = 100;

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

/** A setting as real ones are: a third are addresses, most are short words. */
const variable = (container: number, index: number): JsonObject => ({
  name: `SERVICE_${container}_SETTING_${index}`,
  value: index % 3 === 0 ? `https://service-${index}.shop.svc.cluster.local:8443/v1` : `setting-${index}-of-${container}`,
});

const probe = (path: string): JsonObject => ({ httpGet: { path, port: 8080 }, periodSeconds: 10, failureThreshold: 3 });

const container = (index: number): JsonObject => ({
  name: `service-${index}`,
  image: `registry.example.com/shop/service-${index}:1.${index}.0@sha256:${'0123456789abcdef'.repeat(4)}`,
  imagePullPolicy: 'IfNotPresent',
  args: ['--config=/etc/service/config.yaml', `--listen=:${8000 + index}`],
  env: range(VARIABLES).map((each) => variable(index, each)),
  ports: [{ name: 'http', containerPort: 8000 + index, protocol: 'TCP' }],
  resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '500m', memory: '256Mi' } },
  livenessProbe: probe('/live'),
  readinessProbe: probe('/ready'),
  securityContext: {
    allowPrivilegeEscalation: false,
    privileged: false,
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    runAsUser: 10_001,
    runAsGroup: 10_001,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  },
  volumeMounts: [{ name: 'config', mountPath: '/etc/service', readOnly: true }],
});

/** The Pod on which rules show their cost (decisions.md 15): 100 containers with 100 environment variables each, nothing wrong with it. */
export const stressPod = (): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'stress',
    namespace: 'shop-production',
    labels: { app: 'stress', team: 'shop', env: 'prod', owner: 'shop', 'app.kubernetes.io/name': 'stress' },
    annotations: { 'example.com/note': 'made to be large' },
  },
  spec: {
    serviceAccountName: 'stress',
    automountServiceAccountToken: false,
    priorityClassName: 'normal',
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: range(CONTAINERS).map(container),
    volumes: [{ name: 'config', configMap: { name: 'service-config' } }],
  },
});
