import type { ExportFile } from '#core/enforce/files.ts';
import { gateHeader, testWords } from '#core/enforce/ci/gate.ts';
import type { Gate } from '#core/enforce/ci/gate.ts';
import { shellLine } from '#core/enforce/shell.ts';

/** A hook of the repository itself. All paths are judged at each commit: one file alone says little. https://pre-commit.com/#new-hooks */
export function preCommitFiles(gate: Gate): readonly ExportFile[] {
  const { package: npmPackage = '' } = gate.settings;
  return [
    {
      name: '.pre-commit-config.yaml',
      header: [
        ...gateHeader(gate, 'pre-commit'),
        'Where there is such a file already, add this entry of repos to it. Needs Node.js 24.',
      ],
      documents: [
        {
          repos: [
            {
              repo: 'local',
              hooks: [
                {
                  id: 'plimsoll',
                  name: 'Plimsoll',
                  entry: shellLine(['plimsoll', ...testWords(gate, ['table'])]),
                  language: 'node',
                  additional_dependencies: [npmPackage],
                  types: ['yaml'],
                  pass_filenames: false,
                },
              ],
            },
          ],
        },
      ],
    },
  ];
}
