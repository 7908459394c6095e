/** What a kubeconfig says, checked and with absolute paths. Holds credentials: it never leaves main/kube. */

/** A PEM document given inline (decoded from base64) or as an absolute path; inline wins, as in kubectl. */
export type Pem = { readonly kind: 'inline'; readonly pem: string } | { readonly kind: 'file'; readonly path: string };

export interface NamedCluster {
  readonly name: string;
  /** The kubeconfig file that defines it. */
  readonly file: string;
  readonly server: string;
  readonly ca?: Pem;
  readonly insecureSkipTlsVerify: boolean;
  readonly tlsServerName?: string;
  readonly proxyUrl?: string;
  /** The extension `client.authentication.k8s.io/exec`, handed to exec plugins that ask for cluster information. */
  readonly execConfig?: unknown;
}

export interface ExecConfig {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly installHint?: string;
  readonly interactiveMode?: string;
  readonly provideClusterInfo: boolean;
}

export interface Impersonation {
  readonly user?: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

export interface NamedUser {
  readonly name: string;
  readonly file: string;
  readonly clientCertificate?: Pem;
  readonly clientKey?: Pem;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly username?: string;
  readonly password?: string;
  readonly exec?: ExecConfig;
  /** Name of a legacy auth-provider plugin (`oidc`, `gcp`, `azure`). */
  readonly authProvider?: string;
  readonly impersonate?: Impersonation;
}

export interface NamedContext {
  readonly name: string;
  readonly file: string;
  readonly cluster: string;
  readonly user: string;
  readonly namespace?: string;
}

export interface Kubeconfig {
  readonly clusters: ReadonlyMap<string, NamedCluster>;
  readonly users: ReadonlyMap<string, NamedUser>;
  readonly contexts: ReadonlyMap<string, NamedContext>;
  readonly currentContext?: string;
}
