import type { ExportFile } from '#core/enforce/files.ts';
import { gateHeader, testWords } from '#core/enforce/ci/gate.ts';
import type { Gate } from '#core/enforce/ci/gate.ts';
import { CONTAINER_SECURITY, HOME_ENV, TEST_RESOURCES, TMP } from '#core/enforce/ci/pods.ts';

/** A Task over the workspace `source`, which a clone before it fills. https://tekton.dev/docs/pipelines/tasks/ */
export function tektonFiles(gate: Gate): readonly ExportFile[] {
  const { image = '', namespace = '' } = gate.settings;
  return [
    {
      name: 'plimsoll-task.yaml',
      header: [
        ...gateHeader(gate, 'Tekton'),
        'Put it after the task that clones, with the same workspace. The token of its ServiceAccount is not used.',
      ],
      documents: [
        {
          apiVersion: 'tekton.dev/v1',
          kind: 'Task',
          metadata: {
            name: 'plimsoll-test',
            namespace,
            labels: { 'app.kubernetes.io/managed-by': 'plimsoll' },
            annotations: { 'plimsoll.dev/bundle': gate.bundle },
          },
          spec: {
            description: `Judges manifests by the policy ${gate.policy}.`,
            workspaces: [{ name: 'source', description: 'The repository with the manifests.', readOnly: true }],
            steps: [
              {
                name: 'test',
                image,
                workingDir: '$(workspaces.source.path)',
                command: ['plimsoll'],
                args: testWords(gate, ['table']),
                env: HOME_ENV,
                computeResources: TEST_RESOURCES,
                securityContext: CONTAINER_SECURITY,
                volumeMounts: [TMP.mount],
              },
            ],
            volumes: [TMP.volume],
          },
        },
      ],
    },
  ];
}
