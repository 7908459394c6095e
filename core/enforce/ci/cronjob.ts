import type { ExportFile } from '#core/enforce/files.ts';
import { CONTAINER_SECURITY, HOME_ENV, POD_SECURITY, SCAN_RESOURCES, TMP } from '#core/enforce/ci/pods.ts';
import { clusterRoleRules } from '#core/enforce/ci/rights.ts';
import type { Resource } from '#core/enforce/ci/rights.ts';
import type { Settings } from '#core/enforce/settings.ts';
import type { JsonObject } from '#core/json.ts';
import { textAt } from '#core/json.ts';

/** A scan of the cluster from inside, on a schedule. */
export interface ClusterScan {
  readonly policy: string;
  readonly bundle: string;
  readonly settings: Settings;
  /** What it may list, and lists. */
  readonly resources: readonly Resource[];
  /** Whether rules of the policy look at certain kinds only. */
  readonly someKinds: boolean;
  /** YAML documents of a workspace (core/enforce/ci/workspace.ts); empty where the policy needs none. */
  readonly workspace: string;
}

const NAME = 'plimsoll-scan';
const FILE = 'plimsoll-cronjob.yaml';
const ROLLBACK = 'rollback.yaml';
const LABELS = { 'app.kubernetes.io/managed-by': 'plimsoll', 'app.kubernetes.io/name': NAME };
const CONFIG = '/etc/plimsoll';
const CREDENTIALS = '/var/run/plimsoll';

/** The objects in the order in which they are needed, and what takes them back. */
export function cronJobFiles(scan: ClusterScan): readonly ExportFile[] {
  const objects = cronJobObjects(scan);
  return [
    { name: FILE, header: headerOf(scan), documents: objects },
    {
      name: ROLLBACK,
      header: [`Names everything of ${FILE}.`, `Take back with: kubectl delete -f ${ROLLBACK} --ignore-not-found`],
      documents: objects.toReversed().map(nameOnly),
    },
  ];
}

export function cronJobObjects(scan: ClusterScan): readonly JsonObject[] {
  const { namespace = '' } = scan.settings;
  const cluster = { name: NAME, labels: LABELS };
  const local = { ...cluster, namespace };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: local, automountServiceAccountToken: false },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: cluster,
      rules: clusterRoleRules(scan.resources),
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: cluster,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: NAME },
      subjects: [{ kind: 'ServiceAccount', name: NAME, namespace }],
    },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: local, data: configData(scan) },
    cronJob(scan, local),
  ];
}

const configData = ({ settings: { source = '' }, workspace }: ClusterScan): JsonObject => ({
  kubeconfig: kubeconfigText(source),
  ...(workspace === '' ? {} : { 'workspace.yaml': workspace }),
});

/** Names files only: the token is mounted by the kubelet, short-lived, and is read anew whenever it changes. */
const kubeconfigText = (context: string): string => `apiVersion: v1
kind: Config
clusters:
  - name: ${context}
    cluster:
      server: https://kubernetes.default.svc
      certificate-authority: ${CREDENTIALS}/ca.crt
users:
  - name: ${NAME}
    user:
      tokenFile: ${CREDENTIALS}/token
contexts:
  - name: ${context}
    context: {cluster: ${context}, user: ${NAME}}
current-context: ${context}
`;

/** The words after `plimsoll`. */
export const scanWords = ({ policy, bundle, settings, someKinds, workspace }: ClusterScan): readonly string[] => [
  'scan',
  '--kubeconfig',
  `${CONFIG}/kubeconfig`,
  '--policy',
  policy,
  ...(workspace === '' ? [] : ['--workspace', `${CONFIG}/workspace`]),
  '--bundle-digest',
  bundle,
  '--source',
  settings['source'] ?? '',
  ...(someKinds ? ['--policy-kinds'] : []),
  ...(settings['secrets'] === 'names' ? [] : ['--without-secrets']),
  '--db',
  '/data/plimsoll.db',
  '-o',
  'json',
  '--quiet',
];

function cronJob(scan: ClusterScan, metadata: JsonObject): JsonObject {
  const { schedule = '', claim } = scan.settings;
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { ...metadata, annotations: { 'plimsoll.dev/bundle': scan.bundle, 'plimsoll.dev/policy': scan.policy } },
    spec: {
      schedule,
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 600,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        spec: {
          backoffLimit: 0,
          activeDeadlineSeconds: 3600,
          template: { metadata: { labels: { 'app.kubernetes.io/name': NAME } }, spec: podSpec(scan, claim) },
        },
      },
    },
  };
}

function podSpec(scan: ClusterScan, claim: string | undefined): JsonObject {
  // Single files: a folder of a ConfigMap is full of links, which a workspace does not follow.
  const files = [{ name: 'config', mountPath: `${CONFIG}/kubeconfig`, subPath: 'kubeconfig', readOnly: true }];
  const workspace = {
    name: 'config',
    mountPath: `${CONFIG}/workspace/workspace.yaml`,
    subPath: 'workspace.yaml',
    readOnly: true,
  };
  return {
    restartPolicy: 'Never',
    serviceAccountName: NAME,
    automountServiceAccountToken: false,
    securityContext: POD_SECURITY,
    containers: [
      {
        name: 'plimsoll',
        image: scan.settings['image'] ?? '',
        command: ['plimsoll', ...scanWords(scan)],
        env: HOME_ENV,
        resources: SCAN_RESOURCES,
        securityContext: CONTAINER_SECURITY,
        volumeMounts: [
          ...files,
          ...(scan.workspace === '' ? [] : [workspace]),
          { name: 'credentials', mountPath: CREDENTIALS, readOnly: true },
          { name: 'data', mountPath: '/data' },
          TMP.mount,
        ],
      },
    ],
    volumes: [
      { name: 'config', configMap: { name: NAME } },
      {
        name: 'credentials',
        projected: {
          sources: [
            { serviceAccountToken: { path: 'token', expirationSeconds: 3600 } },
            { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
          ],
        },
      },
      claim === undefined ? { name: 'data', emptyDir: {} } : { name: 'data', persistentVolumeClaim: { claimName: claim } },
      TMP.volume,
    ],
  };
}

const nameOnly = ({ apiVersion = '', kind = '', metadata = {} }: JsonObject): JsonObject => {
  const namespace = textAt(metadata, 'namespace');
  return {
    apiVersion,
    kind,
    metadata: { name: textAt(metadata, 'name') ?? '', ...(namespace === undefined ? {} : { namespace }) },
  };
};

function headerOf({ policy, bundle, settings, resources }: ClusterScan): readonly string[] {
  const { namespace = '', claim, secrets } = settings;
  return [
    `A scan of the cluster from inside, by the policy ${policy}, at bundle ${bundle}.`,
    `It may list ${resources.length} kinds and read the namespace kube-system by name, and nothing else: no writes, no watch.`,
    ...(secrets === 'names'
      ? [
          'It may LIST SECRETS. Plimsoll asks for their names and labels only, but RBAC has no such right: whoever gets hold of this',
          "ServiceAccount's token can read the data of every Secret. Leave out --set secrets=names unless you accept that.",
        ]
      : [
          'Secrets are not asked for, so that no rule is taken to hold for them. RBAC has no right to names without data, so it gets none.',
        ]),
    '',
    `Before:    kubectl create namespace ${namespace}`,
    `Try first: kubectl apply --dry-run=server -f ${FILE}`,
    `Apply:     kubectl apply -f ${FILE}`,
    `Run now:   kubectl -n ${namespace} create job --from=cronjob/${NAME} ${NAME}-now`,
    `Results:   kubectl -n ${namespace} logs job/${NAME}-now > report.json && plimsoll import report.json`,
    `Take back: kubectl delete -f ${ROLLBACK} --ignore-not-found`,
    claim === undefined
      ? 'The report is all that stays: the history of each run goes with its Pod (--set claim=NAME keeps it).'
      : `The history stays in the volume claim ${claim}, which must be there.`,
    'A Job that failed has findings (exit code 2), or could not say anything (1): its log tells which.',
    'A kind that the cluster serves since the export is forbidden to it, and the run says so: export again.',
    'The image is yours: Node.js 24 with the package plimsoll, at the version that this was made by.',
  ];
}
