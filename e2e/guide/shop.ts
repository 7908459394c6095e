import { deployment, namespace, service, type Manifest } from '#test/scan-objects.ts';

/** The cluster of the walk: two teams with a namespace each. What an object lacks is what the test says it lacks. */

/** Written out here, not read from the product. */
export type Lack = 'memory-limit' | 'liveness-probe' | 'image-tag-explicit' | 'replicas-min-two' | 'no-privilege-escalation';

export interface Workload {
  readonly kind: 'Deployment';
  readonly namespace: string;
  readonly name: string;
  readonly lacks: readonly Lack[];
}
export interface Port {
  readonly kind: 'Service';
  readonly namespace: string;
  readonly name: string;
  readonly type: 'ClusterIP' | 'NodePort';
}
export type Thing = Workload | Port;

const workload = (where: string, name: string, ...lacks: readonly Lack[]): Workload => ({
  kind: 'Deployment',
  namespace: where,
  name,
  lacks,
});

export const TEAMS: Readonly<Record<string, string>> = { shop: 'checkout', billing: 'payments' };

export const FIRST: readonly Thing[] = [
  workload('shop', 'web'),
  workload('shop', 'cart', 'memory-limit', 'no-privilege-escalation'),
  workload('shop', 'search', 'liveness-probe'),
  workload('billing', 'ledger', 'memory-limit', 'image-tag-explicit'),
  workload('billing', 'invoices', 'liveness-probe', 'replicas-min-two'),
  workload('billing', 'reports', 'no-privilege-escalation'),
  { kind: 'Service', namespace: 'shop', name: 'web', type: 'ClusterIP' },
  { kind: 'Service', namespace: 'billing', name: 'ledger', type: 'NodePort' },
];

/** Comes later and breaks what held. */
export const HASTY = workload('billing', 'hasty', 'memory-limit');

/** The same things without one lack. */
export const without = (things: readonly Thing[], lack: Lack): readonly Thing[] =>
  things.map((thing) => (thing.kind === 'Service' ? thing : { ...thing, lacks: thing.lacks.filter((one) => one !== lack) }));

export const namespaces = (): readonly Manifest[] => Object.entries(TEAMS).map(([name, team]) => namespace(name, { team }));

/** What is applied to the cluster. */
export function manifestOf(thing: Thing): Manifest {
  if (thing.kind === 'Service') return service(thing.name, thing.type, thing.namespace);
  const lacks = (lack: Lack): boolean => thing.lacks.includes(lack);
  const manifest = deployment(thing.name, {
    namespace: thing.namespace,
    replicas: lacks('replicas-min-two') ? 1 : 2,
    image: lacks('image-tag-explicit') ? 'registry.example/web' : 'registry.example/web:1.2.3',
  });
  return { ...manifest, spec: { ...specOf(manifest), template: template(thing.name, manifest, lacks) } };
}

const specOf = (manifest: Manifest): object => manifest['spec'] as object;

function template(name: string, manifest: Manifest, lacks: (lack: Lack) => boolean): object {
  const probe = { httpGet: { path: '/healthz', port: 8080 } };
  const { template: bare } = manifest['spec'] as { template: { spec: { containers: readonly object[] } } };
  const [container] = bare.spec.containers;
  return {
    metadata: { labels: { app: name } },
    spec: {
      containers: [
        {
          ...container,
          resources: {
            requests: { cpu: '100m', memory: '64Mi' },
            limits: { cpu: '200m', ...(lacks('memory-limit') ? {} : { memory: '128Mi' }) },
          },
          readinessProbe: probe,
          ...(lacks('liveness-probe') ? {} : { livenessProbe: probe }),
          securityContext: lacks('no-privilege-escalation') ? {} : { allowPrivilegeEscalation: false },
        },
      ],
    },
  };
}
