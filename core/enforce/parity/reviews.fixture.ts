import { metadataOf } from '#core/enforce/parity/cases.fixture.ts';
import type { ParityRequest } from '#core/enforce/parity/requests.fixture.ts';
import { textAt } from '#core/json.ts';
import type { JsonObject } from '#core/json.ts';
import { groupOf } from '#core/model.ts';
import type { Library } from '#core/rules/model.ts';

/** A request as an API server sends it to a webhook. */
export function reviewOf(library: Library, { operation, object, oldObject }: ParityRequest): JsonObject {
  const apiVersion = textAt(object, 'apiVersion') ?? '';
  const kind = textAt(object, 'kind') ?? '';
  const group = groupOf(apiVersion);
  const version = apiVersion.split('/').at(-1) ?? '';
  const namespace = textAt(metadataOf(object), 'namespace');
  const request = {
    uid: '00000000-0000-0000-0000-000000000000',
    kind: { group, version, kind },
    resource: { group, version, resource: resourceOf(library, group, kind) },
    name: textAt(metadataOf(object), 'name') ?? '',
    ...(namespace === undefined ? {} : { namespace }),
    operation,
    userInfo: { username: 'ada', groups: ['system:authenticated'] },
    object,
    ...(oldObject === undefined ? {} : { oldObject }),
  };
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request };
}

function resourceOf({ matchers }: Library, group: string, kind: string): string {
  for (const { kinds } of Object.values(matchers.matchers)) {
    const found = kinds === 'any' ? undefined : kinds.find((one) => one.group === group && one.kind === kind);
    if (found !== undefined) return found.resource;
  }
  return `${kind.toLowerCase()}s`;
}
