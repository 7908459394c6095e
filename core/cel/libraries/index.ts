import type { FunctionDefinition, Library } from '../library.ts';
import { conversions } from './conversions.ts';
import { lists } from './lists.ts';
import { optionals } from './optional.ts';
import { quantities } from './quantity.ts';
import { regex } from './regex.ts';
import { standard } from './standard.ts';
import { strings } from './strings.ts';
import { time } from './time.ts';

const LIBRARIES: readonly Library[] = [standard, conversions, time, strings, lists, regex, quantities, optionals];

const byName = new Map<string, FunctionDefinition[]>();
for (const library of LIBRARIES) {
  for (const definition of library.functions) {
    const known = byName.get(definition.name);
    if (known === undefined) byName.set(definition.name, [definition]);
    else known.push(definition);
  }
}

/** All definitions of a function's name, of every minor. */
export const definitionsOf = (name: string): readonly FunctionDefinition[] => byName.get(name) ?? [];

/** Names that can be written as a function, for suggestions. */
export const FUNCTION_NAMES: readonly string[] = [...byName.keys()].filter((name) => /^[a-zA-Z]/.test(name));
