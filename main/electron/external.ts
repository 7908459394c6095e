import type { Shell } from 'electron';

/**
 * Hosts whose pages the app links to: the documentation that rules reference (external.test.ts holds the library against this
 * list, both ways). A subdomain is another host.
 */
export const EXTERNAL_HOSTS: readonly string[] = [
  'cloud.google.com',
  'devcenter.heroku.com',
  'developer.hashicorp.com',
  'developer.okta.com',
  'docs.aws.amazon.com',
  'docs.datadoghq.com',
  'docs.github.com',
  'docs.gitlab.com',
  'docs.newrelic.com',
  'docs.npmjs.com',
  'docs.stripe.com',
  'help.sumologic.com',
  'kubernetes.io',
  'launchdarkly.com',
  'support.atlassian.com',
  'www.rfc-editor.org',
  'www.twilio.com',
];

/** True for what may leave the app: https, a host of the list, no credentials, no odd port. */
export function isExternalAllowed(address: string): boolean {
  const url = URL.parse(address);
  if (url === null || url.protocol !== 'https:' || url.port !== '') return false;
  return url.username === '' && url.password === '' && EXTERNAL_HOSTS.includes(url.hostname);
}

export type OpenExternal = (address: string) => void;

/** The only door to `shell.openExternal`, which would start any program that a scheme is registered for. Opens or does nothing. */
export const createOpenExternal =
  (shell: Pick<Shell, 'openExternal'>): OpenExternal =>
  (address) => {
    // A browser that cannot be started is the system's to report.
    if (isExternalAllowed(address)) shell.openExternal(address).catch(() => undefined);
  };
