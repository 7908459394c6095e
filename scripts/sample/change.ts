import { parsePath, type ElementStep, type PathStep } from '#core/path.ts';
import { isObj, type Json, type Obj } from './json.ts';
import type { Change } from './story.ts';

/** Applies the `set` and `remove` of a change. Throws where a path leads nowhere: a story that changes nothing is a mistake. */
export function applyChange(object: Obj, { object: name, set = {}, remove = [] }: Change): void {
  for (const [path, value] of Object.entries(set)) {
    const { parent, key } = locate(object, path, name);
    put(parent, key, structuredClone(value));
  }
  for (const path of remove) {
    const { parent, key } = locate(object, path, name);
    if (!isObj(parent) || typeof key !== 'string' || !Object.hasOwn(parent, key))
      throw new Error(`${name}: nothing to remove at ${path}`);
    delete parent[key];
  }
}

function locate(object: Obj, path: string, name: string): { parent: Json; key: PathStep } {
  const steps = parsePath(path);
  if (!steps.ok) throw new Error(`${name}: ${path}: ${steps.error.expected} expected at ${steps.error.position}`);
  const key = steps.value.at(-1);
  if (key === undefined) throw new Error(`${name}: an empty path`);
  let parent: Json | undefined = object;
  for (const step of steps.value.slice(0, -1)) {
    parent = follow(parent, step);
    if (parent === undefined) throw new Error(`${name}: ${path} leads nowhere`);
  }
  return { parent, key };
}

function follow(value: Json, step: PathStep): Json | undefined {
  if (typeof step === 'string') return isObj(value) ? value[step] : undefined;
  if (!Array.isArray(value)) return undefined;
  if (typeof step === 'number') return value[step];
  return value.find((element) => isObj(element) && hasKeys(element, step));
}

const hasKeys = (element: Obj, { keys }: ElementStep): boolean =>
  keys.every(([key, wanted]) => element[key] === wanted || element[key] === Number(wanted));

function put(parent: Json, key: PathStep, value: Json): void {
  if (isObj(parent) && typeof key === 'string') parent[key] = value;
  else if (Array.isArray(parent) && typeof key === 'number') parent[key] = value;
  else throw new Error('a value can only be set in an object, or at a position of a list');
}
