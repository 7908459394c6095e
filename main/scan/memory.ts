import type { EvaluatedObject, ScanObject } from '#core/inventory/model.ts';
import type { AppError } from '#core/model.ts';
import { ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { Judged } from '#main/scan/messages.ts';
import type { Sink } from '#main/scan/scan.ts';

/** Keeps what a `test` judged in memory, for a report that is not recorded. */
export class MemorySink implements Sink {
  readonly #objects = new Map<string, ScanObject[]>();
  #next = 1;

  add(judged: readonly Judged[], group: string): Result<void, AppError> {
    const list = this.#objects.get(group) ?? [];
    this.#objects.set(group, list);
    // Without a store nothing is known from before, so every object was judged in full.
    for (const object of judged) if ('key' in object) list.push(toScanObject(object, this.#next++));
    return ok(undefined);
  }

  discard(group: string): void {
    this.#objects.delete(group);
  }

  objects(): readonly ScanObject[] {
    return [...this.#objects.values()].flat();
  }
}

function toScanObject(object: EvaluatedObject, id: number): ScanObject {
  const { key: _key, body: _body, bodyHash: _hash, resourceVersion: _version, declared: _declared, ...rest } = object;
  return { ...rest, id };
}
