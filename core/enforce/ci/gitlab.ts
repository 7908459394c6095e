import type { ExportFile } from '#core/enforce/files.ts';
import { gateHeader, testWords } from '#core/enforce/ci/gate.ts';
import type { Gate } from '#core/enforce/ci/gate.ts';
import { shellLine } from '#core/enforce/shell.ts';

const QUALITY = 'gl-code-quality-report.json';
const JUNIT = 'plimsoll-junit.xml';

/** A job to be included; findings go to the merge request as code quality and as tests. https://docs.gitlab.com/ci/yaml/ */
export function gitlabFiles(gate: Gate): readonly ExportFile[] {
  const { package: npmPackage = '' } = gate.settings;
  const words = testWords(gate, ['table', `gitlab=${QUALITY}`, `junit=${JUNIT}`]);
  const name = 'plimsoll.gitlab-ci.yml';
  return [
    {
      name,
      header: [
        ...gateHeader(gate, 'GitLab CI'),
        `Put into .gitlab-ci.yml: include: [{local: ${name}}]`,
        'The image stands at a major version: pin it to a digest.',
      ],
      documents: [
        {
          plimsoll: {
            stage: 'test',
            image: 'node:24',
            needs: [],
            rules: [{ if: '$CI_PIPELINE_SOURCE == "merge_request_event"' }, { if: '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH' }],
            timeout: '15 minutes',
            script: [shellLine(['npx', '--yes', '--package', npmPackage, '--', 'plimsoll', ...words])],
            artifacts: { when: 'always', expire_in: '1 week', reports: { codequality: QUALITY, junit: JUNIT } },
          },
        },
      ],
    },
  ];
}
