import { createHash } from 'node:crypto';
import type { ClusterFacts, ClusterReader, ListedKind, ListEvent } from '#main/sources/source.ts';
import type { Look } from './cluster.ts';
import { textOf, type Obj } from './json.ts';
import type { Story } from './story.ts';

/** Plural names that are not the kind in lower case with an s. */
const PLURALS: Readonly<Record<string, string>> = {
  Ingress: 'ingresses',
  IngressClass: 'ingressclasses',
  NetworkPolicy: 'networkpolicies',
  PriorityClass: 'priorityclasses',
  StorageClass: 'storageclasses',
};

const CLUSTER_SCOPED = new Set([
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'IngressClass',
  'Namespace',
  'Node',
  'PersistentVolume',
  'PriorityClass',
  'StorageClass',
]);

/** A kind as discovery tells it. */
export function listedKind(apiVersion: string, kind: string): ListedKind {
  const slash = apiVersion.indexOf('/');
  return {
    group: slash < 0 ? '' : apiVersion.slice(0, slash),
    version: apiVersion.slice(slash + 1),
    kind,
    resource: PLURALS[kind] ?? `${kind.toLowerCase()}s`,
    namespaced: !CLUSTER_SCOPED.has(kind),
    metadataOnly: kind === 'Secret',
  };
}

const encoder = new TextEncoder();

/** Lists a look as a live cluster would be listed: kind by kind, one page each, Secrets as their metadata only. */
export function readerOf(look: Look, { cluster }: Story): ClusterReader {
  const byKind = Map.groupBy(look.objects, (object) => `${textOf(object, 'apiVersion')} ${textOf(object, 'kind')}`);
  const kinds = [...byKind.values()].map(([first = {}]) => listedKind(textOf(first, 'apiVersion'), textOf(first, 'kind')));
  const facts: ClusterFacts = {
    uid: cluster.uid,
    provisionalId: createHash('sha256').update(cluster.server).digest('hex'),
    server: new URL(cluster.server).host,
    contextName: cluster.name,
    kubernetesMinor: cluster.gitVersion.replace(/^v(\d+\.\d+)\..*$/, '$1'),
    gitVersion: cluster.gitVersion,
    user: cluster.user,
    kinds,
    coverage: [],
  };
  return {
    facts,
    async *list(): AsyncGenerator<ListEvent> {
      for (const kind of kinds) {
        const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
        const objects = byKind.get(`${apiVersion} ${kind.kind}`) ?? [];
        const page = {
          kind: `${kind.kind}List`,
          apiVersion,
          metadata: {},
          items: kind.metadataOnly ? objects.map(metadataOnly) : objects,
        };
        yield { type: 'kind', kind };
        yield { type: 'page', kind, bytes: encoder.encode(JSON.stringify(page)), remaining: 0 };
        yield {
          type: 'coverage',
          entry: { ...entryOf(kind), status: kind.metadataOnly ? 'metadataOnly' : 'complete', objects: objects.length },
        };
      }
    },
    requests: () => [],
    close: () => Promise.resolve(),
  };
}

const metadataOnly = (object: Obj): Obj => ({
  apiVersion: object['apiVersion'] ?? '',
  kind: object['kind'] ?? '',
  metadata: object['metadata'] ?? {},
});

const entryOf = ({ group, version, kind, resource }: ListedKind) => ({ group, version, kind, resource, verb: 'list' as const });
