import { readFileSync } from 'node:fs';
import type { JsonValue } from '#core/json.ts';
import type { ReportContext } from '#core/report/context.ts';
import { pointerIn } from '#core/report/json-pointer.ts';
import { splitManifest } from '#main/sources/manifests/split.ts';
import type { ManifestObject } from '#main/sources/manifests/split.ts';
import type { Store } from '#main/store/index.ts';

type Pointer = NonNullable<ReportContext['pointer']>;

/** Pointers into manifests, which are read once more; undefined where that cannot be done (standard input, a file that is gone). */
export function pointersInFiles(): Pointer {
  const files = new Map<string, readonly ManifestObject[]>();
  return ({ place, path }) => {
    if (place === undefined) return undefined;
    const { file, document, line } = place;
    const objects = files.get(file) ?? objectsOf(file);
    files.set(file, objects);
    const object = objects.find((one) => one.documentIndex === document && one.line === line);
    return object === undefined ? undefined : pointerIn(object.value, path);
  };
}

function objectsOf(file: string): readonly ManifestObject[] {
  try {
    return splitManifest(readFileSync(file, 'utf8'), file).objects;
  } catch {
    return [];
  }
}

/** Pointers into objects as they were kept. */
export function pointersInStore(store: Pick<Store, 'scans'>): Pointer {
  const bodies = new Map<number, JsonValue>();
  return ({ object, path }) => {
    const body = bodies.get(object.id) ?? store.scans.body(object.id);
    bodies.set(object.id, body);
    return body === null ? undefined : pointerIn(body, path);
  };
}
