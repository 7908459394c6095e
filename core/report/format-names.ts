/** The formats of `-o` (decisions.md 25) and of the app's Export: what each is for, without the code that writes it. */

export const FORMAT_NAMES = [
  'table',
  'json',
  'yaml',
  'sarif',
  'junit',
  'html',
  'csv',
  'markdown',
  'github',
  'gitlab',
  'policyreport',
  'openreports',
  'datree-json',
] as const;
export type FormatName = (typeof FORMAT_NAMES)[number];

export interface FormatInfo {
  readonly title: string;
  /** Where it is used, in a few words. */
  readonly use: string;
  readonly mediaType: string;
  /** Of a file, without a dot before it. */
  readonly extension: string;
}

const info = (title: string, use: string, mediaType: string, extension: string): FormatInfo => ({
  title,
  use,
  mediaType,
  extension,
});

export const FORMATS: Readonly<Record<FormatName, FormatInfo>> = {
  table: info('Table', 'as on the terminal', 'text/plain', 'txt'),
  json: info('JSON', 'everything, for programs and for plimsoll import', 'application/json', 'json'),
  yaml: info('YAML', 'the same as JSON', 'application/yaml', 'yaml'),
  sarif: info('SARIF 2.1.0', 'code scanning of GitHub, Azure DevOps and editors', 'application/sarif+json', 'sarif'),
  junit: info('JUnit XML', 'test results of Jenkins, GitLab, Azure DevOps', 'application/xml', 'xml'),
  html: info('HTML page', 'one page for people, to print or to send', 'text/html', 'html'),
  csv: info('CSV', 'spreadsheets', 'text/csv', 'csv'),
  markdown: info('Markdown', 'job summaries, merge requests, wikis', 'text/markdown', 'md'),
  github: info('GitHub annotations', 'lines of a pull request, from a workflow step', 'text/plain', 'txt'),
  gitlab: info('GitLab code quality', 'the code quality report of a merge request', 'application/json', 'json'),
  policyreport: info('PolicyReport', 'wgpolicyk8s.io/v1alpha2: Policy Reporter, Kyverno', 'application/yaml', 'yaml'),
  openreports: info('OpenReports', 'openreports.io/v1alpha1: Policy Reporter, Kubewarden', 'application/yaml', 'yaml'),
  'datree-json': info('Datree JSON', 'scripts that read results of datree test', 'application/json', 'json'),
};

export const isFormatName = (text: string): text is FormatName => FORMAT_NAMES.some((name) => name === text);

/** Formats that are lists of findings, and mean the same for some of them; the others say figures of the whole. */
export const LISTS_OF_FINDINGS: ReadonlySet<FormatName> = new Set(['sarif', 'csv', 'gitlab']);
