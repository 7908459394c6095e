import type { ListedKind } from '#main/sources/source.ts';

/** What kubectl apply leaves behind: a copy of the whole object, and so of a Secret's data. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Of last-applied only the apiVersion is of use (decisions.md 10): which version the author wrote. */
function versionWritten(annotation: unknown): string | undefined {
  try {
    const written: unknown = JSON.parse(typeof annotation === 'string' ? annotation : '');
    return isFields(written) && typeof written['apiVersion'] === 'string' && typeof written['kind'] === 'string'
      ? JSON.stringify({ apiVersion: written['apiVersion'], kind: written['kind'] })
      : undefined;
  } catch {
    return undefined;
  }
}

function stripMetadata(metadata: unknown): Fields {
  if (!isFields(metadata)) return {};
  const { annotations, ...rest } = metadata;
  if (!isFields(annotations)) return rest;
  const { [LAST_APPLIED]: lastApplied, ...others } = annotations;
  const version = lastApplied === undefined ? undefined : versionWritten(lastApplied);
  return { ...rest, annotations: version === undefined ? others : { ...others, [LAST_APPLIED]: version } };
}

/**
 * Rebuilds a page of Secrets (or other kinds read as metadata only) from their metadata, whatever the server sent: some answer a
 * request for metadata with whole objects, and even an obedient one sends `last-applied`, which repeats the data.
 * Nothing but `apiVersion`, `kind` and `metadata` of each item is taken over. Undefined where the page is no JSON list.
 */
export function stripPage(bytes: Uint8Array, kind: ListedKind): Uint8Array<ArrayBuffer> | undefined {
  let page: unknown;
  try {
    page = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch {
    return undefined;
  }
  if (!isFields(page)) return undefined;
  const items = page['items'] ?? [];
  if (!Array.isArray(items)) return undefined;
  const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
  const stripped = items
    .filter(isFields)
    .map((item) => ({ apiVersion, kind: kind.kind, metadata: stripMetadata(item['metadata']) }));
  return new TextEncoder().encode(JSON.stringify({ kind: `${kind.kind}List`, apiVersion, metadata: {}, items: stripped }));
}
