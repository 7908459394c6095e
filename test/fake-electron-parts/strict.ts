/** Names that test runners, promises and printers ask every object for. */
const ASKED_BY_TOOLS = new Set([
  'then',
  'toJSON',
  'asymmetricMatch',
  'nodeType',
  'tagName',
  '$$typeof',
  'constructor',
  'toString',
  'valueOf',
  'inspect',
]);

/**
 * The object, as the type it stands for; asking it for anything it does not have throws, so that no test passes on
 * `undefined` where the real Electron would have acted.
 */
export function strict<T extends object>(name: string, object: object): T {
  return new Proxy(object, {
    get(target, key) {
      if (typeof key === 'string' && !(key in target) && !ASKED_BY_TOOLS.has(key)) {
        throw new Error(`fake electron: ${name}.${key} is not implemented`);
      }
      const value: unknown = Reflect.get(target, key, target);
      // Bound, since private fields belong to the object and not to its proxy.
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  }) as T;
}

/** Everything the app asked of the system, in order, as `shell.openExternal` and its arguments. */
export interface SystemCall {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** Answers that a test has scripted. What nobody scripted fails, and is remembered for tests that look away. */
export class Script {
  readonly calls: SystemCall[] = [];
  readonly unscripted: string[] = [];
  readonly #answers = new Map<string, (...args: readonly unknown[]) => unknown>();

  on(name: string, answer: (...args: readonly unknown[]) => unknown): void {
    this.#answers.set(name, answer);
  }

  run(name: string, args: readonly unknown[]): unknown {
    this.calls.push({ name, args });
    const answer = this.#answers.get(name);
    if (answer === undefined) {
      this.unscripted.push(name);
      throw new Error(`fake electron: ${name} was called, which no test scripted`);
    }
    return answer(...args);
  }

  clear(): void {
    this.calls.length = 0;
    this.unscripted.length = 0;
    this.#answers.clear();
  }
}
