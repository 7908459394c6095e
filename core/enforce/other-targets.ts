import { TARGETS, TARGET_TITLES } from '#core/enforce/targets.ts';
import type { Target } from '#core/enforce/targets.ts';

/** Places besides admission engines in which a policy counts: they are written from a policy or a scan, not from a plan. */
export const OTHER_TARGETS = [
  'psa',
  'github',
  'gitlab',
  'pre-commit',
  'argo-cd',
  'tekton',
  'cronjob',
  'datree',
  'policyreport',
] as const;
export type OtherTarget = (typeof OTHER_TARGETS)[number];

export const OTHER_TITLES: Readonly<Record<OtherTarget, string>> = {
  psa: 'Pod Security Admission labels',
  github: 'GitHub Actions',
  gitlab: 'GitLab CI',
  'pre-commit': 'pre-commit',
  'argo-cd': 'Argo CD PreSync Job',
  tekton: 'Tekton Task',
  cronjob: 'CronJob in the cluster',
  datree: 'Datree policies.yaml',
  policyreport: 'PolicyReports of a scan',
};

export type ExportTarget = Target | OtherTarget;
export const EXPORT_TARGETS: readonly ExportTarget[] = [...TARGETS, ...OTHER_TARGETS];
export const EXPORT_TITLES: Readonly<Record<ExportTarget, string>> = { ...TARGET_TITLES, ...OTHER_TITLES };

export const isEngine = (target: ExportTarget): target is Target => TARGETS.some((one) => one === target);

/** What an export is told with `--set name=value`. */
export interface Setting {
  readonly name: string;
  readonly meaning: string;
  /** Absent: it must be given, unless it is `optional`. */
  readonly fallback?: string;
  readonly optional?: true;
  /** What a value looks like. Nothing that passes can end a word of a shell, of YAML or of an expression of a CI system. */
  readonly pattern: RegExp;
}

const PATHS = /^[A-Za-z0-9_.*?/][A-Za-z0-9_.*?/@+=-]*(,[A-Za-z0-9_.*?/][A-Za-z0-9_.*?/@+=-]*)*$/;
const FOLDER = /^[A-Za-z0-9_.][A-Za-z0-9_./@+=-]*$/;
const IMAGE = /^[a-z0-9][a-z0-9._/:-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?(@sha256:[0-9a-f]{64})?$/;
const NAME = /^[a-z0-9]([a-z0-9-]{0,50}[a-z0-9])?$/;

const paths: Setting = { name: 'paths', meaning: 'what test judges there, with commas between', pattern: PATHS };
const workspace: Setting = {
  name: 'workspace',
  meaning: 'the workspace folder, as the job sees it',
  optional: true,
  pattern: FOLDER,
};
const npmPackage = (version: string): Setting => ({
  name: 'package',
  meaning: 'what npm installs: name@version, or a file or address of a package',
  fallback: `plimsoll@${version}`,
  pattern: /^[A-Za-z0-9@._/:+-]+$/,
});
const branch: Setting = {
  name: 'branch',
  meaning: 'the branch that is judged after a merge',
  fallback: 'main',
  pattern: FOLDER,
};
const image: Setting = { name: 'image', meaning: 'image that has the plimsoll command', pattern: IMAGE };
const namespace: Setting = { name: 'namespace', meaning: 'namespace that it runs in', fallback: 'plimsoll', pattern: NAME };

/** `version` is that of Plimsoll. */
export const settingsOf = (target: OtherTarget, version: string): readonly Setting[] => {
  switch (target) {
    case 'psa':
    case 'datree':
      return [];
    case 'policyreport':
      return [
        {
          name: 'api',
          meaning: 'policyreport (wgpolicyk8s.io/v1alpha2) or openreports (openreports.io/v1alpha1)',
          fallback: 'policyreport',
          pattern: /^(policyreport|openreports)$/,
        },
        { name: 'passes', meaning: 'yes: a result for what passes as well', fallback: 'no', pattern: /^(yes|no)$/ },
      ];
    case 'github':
      return [paths, workspace, npmPackage(version), branch];
    case 'gitlab':
    case 'pre-commit':
      return [paths, workspace, npmPackage(version)];
    case 'argo-cd':
      return [
        paths,
        workspace,
        image,
        { name: 'git-image', meaning: 'image that has the git command', pattern: IMAGE },
        {
          name: 'repository',
          meaning: 'address that the manifests are cloned from',
          pattern: /^(https:\/\/|ssh:\/\/|git@)[A-Za-z0-9@._/:~+-]+$/,
        },
        { name: 'revision', meaning: 'branch or tag', fallback: 'main', pattern: FOLDER },
        namespace,
      ];
    case 'tekton':
      return [paths, workspace, image, namespace];
    case 'cronjob':
      return [
        image,
        namespace,
        {
          name: 'schedule',
          meaning: 'cron expression of five fields',
          fallback: '0 3 * * *',
          pattern: /^[0-9*/,A-Za-z?-]+( [0-9*/,A-Za-z?-]+){4}$/,
        },
        { name: 'source', meaning: 'name of the cluster in the history', fallback: 'in-cluster', pattern: NAME },
        { name: 'claim', meaning: 'volume claim that keeps the history', optional: true, pattern: NAME },
        {
          name: 'secrets',
          meaning: 'names: read the names of Secrets too, which takes the right to list them',
          fallback: 'no',
          pattern: /^(no|names)$/,
        },
      ];
  }
};
