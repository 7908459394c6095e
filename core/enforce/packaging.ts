import { fileOf } from '#core/enforce/files.ts';
import type { YamlFile } from '#core/enforce/files.ts';
import type { JsonObject } from '#core/json.ts';
import { textAt } from '#core/json.ts';

/** What every export of policies has beside them. */

export const ROLLBACK = 'rollback.yaml';

export const kustomization = (resources: readonly string[], ...notes: readonly string[]): YamlFile => ({
  name: 'kustomization.yaml',
  header: ['For kubectl apply -k, or as a base of your own kustomization.', ...notes],
  documents: [{ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources }],
});

/** Names all objects, in the order in which they are to go. */
export const rollback = (objects: () => readonly JsonObject[], ...notes: readonly string[]): YamlFile =>
  fileOf(ROLLBACK, [...notes, `Take back with: kubectl delete -f ${ROLLBACK} --ignore-not-found`], () => objects().map(nameOnly));

function nameOnly({ apiVersion = '', kind = '', metadata = {} }: JsonObject): JsonObject {
  const namespace = textAt(metadata, 'namespace');
  const name = textAt(metadata, 'name') ?? '';
  return { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } };
}
