import { isArray, own } from '#core/json.ts';
import type { JsonValue } from '#core/json.ts';
import { elementIndex, parsePath } from '#core/path.ts';
import type { PathStep } from '#core/path.ts';

/** The JSON pointer (RFC 6901) of a path in an object: of the place, or of the nearest thing above it that is there. */
export function pointerIn(object: JsonValue, path: string): string {
  const steps = parsePath(path);
  let current: JsonValue | undefined = object;
  let pointer = '';
  for (const step of steps.ok ? steps.value : []) {
    const key: string | number | undefined =
      typeof step === 'string' ? step : isArray(current) ? elementIndex(current, step) : undefined;
    if (key === undefined) break;
    current = typeof key === 'number' ? (isArray(current) ? current[key] : undefined) : own(current, key);
    if (current === undefined) break;
    pointer += pointerStep(String(key));
  }
  return pointer;
}

/** The same without the object: an element of a list is known by its key only, as in `/spec/containers/name=web/image`. */
export function pointerByName(path: string): string {
  const steps = parsePath(path);
  return steps.ok ? steps.value.map((step) => pointerStep(stepName(step))).join('') : pointerStep(path);
}

const stepName = (step: PathStep): string =>
  typeof step === 'object' ? step.keys.map(([key, value]) => `${key}=${value}`).join(',') : String(step);

const pointerStep = (name: string): string => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
