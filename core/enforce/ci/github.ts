import type { ExportFile } from '#core/enforce/files.ts';
import { gateHeader, testWords } from '#core/enforce/ci/gate.ts';
import type { Gate } from '#core/enforce/ci/gate.ts';
import { shellLine } from '#core/enforce/shell.ts';

const SARIF = 'plimsoll.sarif';

/**
 * A workflow with one job. Findings go to code scanning (SARIF), to the lines of the pull request and to the job's summary.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
 */
export function githubFiles(gate: Gate): readonly ExportFile[] {
  const { package: npmPackage = '', branch = '' } = gate.settings;
  const command = shellLine([
    'npx',
    '--yes',
    '--package',
    npmPackage,
    '--',
    'plimsoll',
    ...testWords(gate, [`sarif=${SARIF}`, 'github', 'table']),
  ]);
  return [
    {
      name: '.github/workflows/plimsoll.yml',
      header: [
        ...gateHeader(gate, 'GitHub Actions'),
        'The actions stand at a major version: pin each to the full commit SHA of a release that you looked at.',
        'Code scanning must be switched on for the repository; where it is not, take out the last step and security-events.',
      ],
      documents: [
        {
          name: 'Plimsoll',
          on: { pull_request: {}, push: { branches: [branch] } },
          permissions: {},
          concurrency: { group: 'plimsoll-${{ github.ref }}', 'cancel-in-progress': true },
          jobs: {
            plimsoll: {
              'runs-on': 'ubuntu-latest',
              'timeout-minutes': 15,
              permissions: { contents: 'read', 'security-events': 'write' },
              steps: [
                { uses: 'actions/checkout@v5', with: { 'persist-credentials': false } },
                { uses: 'actions/setup-node@v5', with: { 'node-version': '24' } },
                { name: 'Judge the manifests', run: `${command} -o markdown="$GITHUB_STEP_SUMMARY"` },
                {
                  name: 'Findings to code scanning',
                  // A run for a fork has no right to write, and a run that judged nothing has no file.
                  if: `\${{ !cancelled() && hashFiles('${SARIF}') != '' && (github.event_name != 'pull_request' || github.event.pull_request.head.repo.full_name == github.repository) }}`,
                  uses: 'github/codeql-action/upload-sarif@v4',
                  with: { sarif_file: SARIF, category: 'plimsoll' },
                },
              ],
            },
          },
        },
      ],
    },
  ];
}
