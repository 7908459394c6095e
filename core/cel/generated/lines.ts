import type { Scope } from './graph.ts';

interface Place {
  readonly scope: Scope;
  /** Declarations at the beginning of the scope, which are added to later. */
  readonly declarations: string[];
  readonly names: Map<string, string>;
  /** How many blocks are open around it. */
  readonly level: number;
}

/** Lines of code as they are written, and which names can be used at the place that was reached. */
export class Lines {
  readonly #lines: (string | readonly string[])[] = [];
  readonly #places: Place[] = [];
  readonly #known: Map<string, string>[] = [];

  line(text: string): void {
    this.#lines.push(`${text}\n`);
  }

  open(text: string): void {
    this.line(text);
    this.#known.push(new Map());
  }

  close(text: string): void {
    this.line(text);
    this.#known.pop();
  }

  enter(scope: Scope): void {
    const declarations: string[] = [];
    this.#lines.push(declarations);
    this.#known.push(new Map());
    this.#places.push({ scope, declarations, names: new Map(), level: this.#known.length });
  }

  leave(): void {
    this.#known.pop();
    this.#places.pop();
  }

  /** From here to the end of the block the name holds what the key stands for. */
  learn(key: string, name: string): void {
    this.#known.at(-1)?.set(key, name);
  }

  /** Keeps an expression under a name, for what the key stands for. */
  define(name: string, key: string, expression: string): string {
    this.line(`const ${name} = ${expression};`);
    this.learn(key, name);
    return name;
  }

  known(key: string): string | undefined {
    for (let i = this.#known.length - 1; i >= 0; i--) {
      const name = this.#known[i]?.get(key);
      if (name !== undefined) return name;
    }
    return undefined;
  }

  /** Whether everything in the scope comes by here. */
  isStartOf(scope: Scope): boolean {
    const place = this.#places.at(-1);
    return place?.scope === scope && place.level === this.#known.length;
  }

  /** A variable of a scope, declared at its beginning. */
  declared(scope: Scope, key: string, declare: () => readonly [name: string, text: string]): string {
    const place = this.#places.find((one) => one.scope === scope);
    const known = place?.names.get(key);
    if (known !== undefined) return known;
    const [name, text] = declare();
    place?.names.set(key, name);
    place?.declarations.push(`${text}\n`);
    return name;
  }

  text(): string {
    return this.#lines.flat().join('');
  }
}
