import type { Settings } from '#core/enforce/settings.ts';

/** A job that judges manifests with `plimsoll test` before they reach a cluster. */
export interface Gate {
  readonly policy: string;
  /** The bundle digest (decisions.md 19) that the job is held to. */
  readonly bundle: string;
  readonly settings: Settings;
}

/** The words after `plimsoll`. `root` is where the job finds the repository; empty for the working directory. */
export function testWords({ policy, bundle, settings }: Gate, outputs: readonly string[], root = ''): readonly string[] {
  const { paths = '', workspace } = settings;
  return [
    'test',
    ...paths.split(',').map((path) => `${root}${path}`),
    '--policy',
    policy,
    ...(workspace === undefined ? [] : ['--workspace', `${root}${workspace}`]),
    '--bundle-digest',
    bundle,
    ...outputs.flatMap((output) => ['-o', output]),
  ];
}

/** What every gate says of itself. */
export const gateHeader = ({ policy, bundle }: Gate, what: string): readonly string[] => [
  `${what}: judges manifests by the policy ${policy}, at bundle ${bundle}.`,
  'Another policy, waiver or rule library stops the job with an error: export again after a change that is meant.',
  'Exit codes: 0 clean, 1 nothing could be said (also: another bundle), 2 findings. Not run by us: try it on a branch first.',
];
