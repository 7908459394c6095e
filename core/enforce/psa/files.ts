import type { ExportFile } from '#core/enforce/files.ts';
import type { PsaNamespace, PsaPlan } from '#core/enforce/psa/plan.ts';
import type { Standing } from '#core/enforce/psa/standing.ts';
import { shellLine } from '#core/enforce/shell.ts';

const COMMANDS = 'pod-security-labels.sh';
const PATCHES = 'pod-security-namespaces.yaml';
const ROLLBACK = 'rollback.sh';
const NEXT = 'next-level.txt';

interface Labelled {
  readonly name: string;
  readonly labels: readonly (readonly [string, string])[];
  readonly before: Readonly<Record<string, string | undefined>>;
}

/** Labels as commands and as patches, what takes them back, and what the level above would refuse. `source` says which scan. */
export function psaFiles(plan: PsaPlan, source: string): readonly ExportFile[] {
  const labelled = plan.namespaces.flatMap(labelledOf);
  const head = headOf(plan, labelled, source);
  return [
    {
      name: COMMANDS,
      header: [
        ...head,
        '',
        `Try first: DRY_RUN=server sh ${COMMANDS}   (warns of Pods that would be refused, and changes nothing)`,
        `Apply:     sh ${COMMANDS}`,
        `Take back: sh ${ROLLBACK}`,
      ],
      text: script(labelled.map(({ name, labels }) => [name, labels.map(([key, value]) => `${key}=${value}`)])),
    },
    {
      name: PATCHES,
      header: [
        ...head,
        '',
        'The same as objects that hold nothing but these labels: everything else of a namespace stays as it is.',
        `Try first: kubectl apply --server-side --field-manager=plimsoll --dry-run=server -f ${PATCHES}`,
        `Apply:     kubectl apply --server-side --field-manager=plimsoll -f ${PATCHES}`,
        'A namespace that is gone by then would be made again: export anew after a scan.',
      ],
      documents: labelled.map(({ name, labels }) => ({
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name, labels: Object.fromEntries(labels) },
      })),
    },
    {
      name: ROLLBACK,
      header: [`Gives the labels of ${COMMANDS} the values that they had in the scan, and removes those that were not there.`],
      text: script(
        labelled.map(({ name, before }) => [
          name,
          Object.entries(before).map(([key, value]) => (value === undefined ? `${key}-` : `${key}=${value}`)),
        ]),
      ),
    },
    {
      name: NEXT,
      header: [`What Pod Security Admission v1.${plan.minor} would refuse at the next level.`],
      text: nextText(plan),
    },
  ];
}

const labelledOf = ({ name, labels }: PsaNamespace): readonly Labelled[] =>
  labels === undefined || Object.keys(labels.labels).length === 0
    ? []
    : [{ name, labels: Object.entries(labels.labels), before: labels.before }];

function script(changes: readonly (readonly [string, readonly string[]])[]): string {
  const lines = changes.map(
    ([name, labels]) => `kubectl label --overwrite --dry-run="\${DRY_RUN:-none}" ${shellLine(['namespace', name, ...labels])}`,
  );
  return `${['set -eu', ...lines].join('\n')}\n`;
}

function headOf(
  { namespaces, minor, excludedNamespaces }: PsaPlan,
  labelled: readonly Labelled[],
  source: string,
): readonly string[] {
  const because = (types: readonly Standing['type'][]): readonly string[] =>
    namespaces
      .filter(({ standing }) => types.includes(standing.type))
      .map(({ name, standing }) => `  ${name}: ${standing.type === 'unknown' ? standing.why : 'nothing there makes Pods'}`);
  const kept = namespaces.flatMap(({ name, labels }) =>
    labels === undefined || labels.kept.length === 0 ? [] : [`  ${name}: ${labels.kept.join(', ')}`],
  );
  return [
    `Pod Security Admission: ${labelled.length} of ${namespaces.length} namespaces, by ${source}.`,
    `Enforced is the strictest level that everything in a namespace meets; the level above warns and is audited. Version v1.${minor}.`,
    excludedNamespaces.length === 0 ? 'None is left alone.' : `Left alone: ${excludedNamespaces.join(', ')}.`,
    'Waivers count for nothing here: admission knows none. Whoever may label a namespace can undo this.',
    ...section('No level is claimed for:', because(['unknown', 'empty'])),
    ...section('As strict already, and left as it is:', kept),
  ];
}

const section = (title: string, lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : ['', title, ...lines]);

function nextText({ namespaces }: PsaPlan): string {
  const lines = namespaces.flatMap(({ name, standing }) => {
    if (standing.type !== 'meets') return [];
    if (standing.next === undefined) return [`${name}: ${standing.level}, nothing is above it`, ''];
    const { level, refused, open } = standing.next;
    return [
      `${name}: ${standing.level}; at ${level} these would be refused`,
      ...refused.flatMap(({ control, rule, failing }) => [`  ${control} (${rule})`, ...failing.map((object) => `    ${object}`)]),
      ...(open.length === 0 ? [] : ['  perhaps also', ...open.map((why) => `    ${why}`)]),
      '',
    ];
  });
  return lines.length === 0
    ? 'No level is known.\n'
    : `${lines.map((line) => line.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ')).join('\n')}`;
}
