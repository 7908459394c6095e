import type { AppError } from '#core/model.ts';
import { hostOf, serverUrl } from './connection.ts';
import { type KubeconfigSource, readKubeconfigs } from './kubeconfig.ts';
import type { NamedCluster, NamedUser } from './kubeconfig-model.ts';

export const AUTH_KINDS = ['none', 'clientCertificate', 'token', 'tokenFile', 'basic', 'exec', 'authProvider'] as const;
export type AuthKind = (typeof AUTH_KINDS)[number];

/** How the server's identity is checked: by the kubeconfig's CA, the system's CAs, not at all, or no TLS. */
export type TlsMode = 'ca' | 'system' | 'insecure' | 'plain';

/** A context as shown to people. The type has no room for a credential, path of a key, or plugin argument. */
export interface ContextSummary {
  readonly name: string;
  readonly cluster: string;
  /** Host and port; empty where the kubeconfig has no usable address. */
  readonly server: string;
  readonly namespace: string;
  readonly authKind: AuthKind;
  readonly tlsMode: TlsMode;
  readonly impersonates: boolean;
  readonly current: boolean;
  /** The kubeconfig file that defines the context. */
  readonly file: string;
}

export interface ContextList {
  readonly contexts: readonly ContextSummary[];
  /** Files that could not be read, beside the contexts of those that could. */
  readonly errors: readonly AppError[];
  /** Every place that was looked at, found or not. */
  readonly places: readonly string[];
}

/** What a user entry authenticates with. Fixed credentials win over a plugin, as in client-go. */
export function authKindOf(user: NamedUser | undefined): AuthKind {
  if (user === undefined) return 'none';
  if (user.authProvider !== undefined) return 'authProvider';
  if (user.tokenFile !== undefined) return 'tokenFile';
  if (user.token !== undefined) return 'token';
  if (user.username !== undefined || user.password !== undefined) return 'basic';
  if (user.clientCertificate !== undefined) return 'clientCertificate';
  return user.exec === undefined ? 'none' : 'exec';
}

function tlsModeOf(cluster: NamedCluster | undefined): TlsMode {
  if (cluster !== undefined && serverUrl(cluster)?.protocol === 'http:') return 'plain';
  if (cluster?.insecureSkipTlsVerify === true) return 'insecure';
  return cluster?.ca === undefined ? 'system' : 'ca';
}

/** All contexts over all kubeconfig files, in file order, for the cluster switcher. Reads files only: starts nothing, connects nowhere. */
export function listContexts(source: KubeconfigSource): ContextList {
  const { config, errors, places } = readKubeconfigs(source);
  const contexts = [...config.contexts.values()].map((context): ContextSummary => {
    const cluster = config.clusters.get(context.cluster);
    const user = config.users.get(context.user);
    const url = cluster === undefined ? undefined : serverUrl(cluster);
    return {
      name: context.name,
      cluster: context.cluster,
      server: url === undefined ? '' : hostOf(url),
      namespace: context.namespace ?? 'default',
      authKind: authKindOf(user),
      tlsMode: tlsModeOf(cluster),
      impersonates: user?.impersonate !== undefined,
      current: context.name === config.currentContext,
      file: context.file,
    };
  });
  return { contexts, errors, places: places.paths };
}
