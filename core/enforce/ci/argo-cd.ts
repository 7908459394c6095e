import type { ExportFile } from '#core/enforce/files.ts';
import { gateHeader, testWords } from '#core/enforce/ci/gate.ts';
import type { Gate } from '#core/enforce/ci/gate.ts';
import { CONTAINER_SECURITY, HOME_ENV, POD_SECURITY, TEST_RESOURCES, TMP } from '#core/enforce/ci/pods.ts';

const SOURCE = { name: 'source', mountPath: '/source' } as const;

/**
 * A Job that must end well before Argo CD applies anything. A hook is not told what is about to be applied, so it clones the
 * repository itself. https://argo-cd.readthedocs.io/en/stable/user-guide/resource_hooks/
 */
export function argoCdFiles(gate: Gate): readonly ExportFile[] {
  const { image = '', 'git-image': gitImage = '', repository = '', revision = '', namespace = '' } = gate.settings;
  return [
    {
      name: 'plimsoll-presync.yaml',
      header: [
        ...gateHeader(gate, 'Argo CD PreSync'),
        'Put it beside the manifests of the application. Argo CD does not tell a hook what it is about to apply: the Job clones',
        `${revision} of ${repository}, which may be newer than what is synced. A private repository needs a Secret of yours.`,
        'What Helm or Kustomize make of the manifests is not seen: render in CI and judge that.',
      ],
      documents: [
        {
          apiVersion: 'batch/v1',
          kind: 'Job',
          metadata: {
            name: 'plimsoll-presync',
            namespace,
            labels: { 'app.kubernetes.io/managed-by': 'plimsoll', 'app.kubernetes.io/name': 'plimsoll-presync' },
            annotations: {
              'argocd.argoproj.io/hook': 'PreSync',
              'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation',
              'plimsoll.dev/bundle': gate.bundle,
            },
          },
          spec: {
            backoffLimit: 0,
            activeDeadlineSeconds: 900,
            template: {
              metadata: { labels: { 'app.kubernetes.io/name': 'plimsoll-presync' } },
              spec: {
                restartPolicy: 'Never',
                automountServiceAccountToken: false,
                securityContext: POD_SECURITY,
                initContainers: [
                  {
                    name: 'clone',
                    image: gitImage,
                    command: ['git', 'clone', '--depth', '1', '--branch', revision, '--', repository, '/source/repository'],
                    env: HOME_ENV,
                    resources: TEST_RESOURCES,
                    securityContext: CONTAINER_SECURITY,
                    volumeMounts: [SOURCE, TMP.mount],
                  },
                ],
                containers: [
                  {
                    name: 'plimsoll',
                    image,
                    command: ['plimsoll', ...testWords(gate, ['table'], '/source/repository/')],
                    env: HOME_ENV,
                    resources: TEST_RESOURCES,
                    securityContext: CONTAINER_SECURITY,
                    volumeMounts: [{ ...SOURCE, readOnly: true }, TMP.mount],
                  },
                ],
                volumes: [{ name: SOURCE.name, emptyDir: {} }, TMP.volume],
              },
            },
          },
        },
      ],
    },
  ];
}
