import type { FunctionDefinition, Library } from '../library.ts';
import { cidrs } from './cidr.ts';
import { conversions } from './conversions.ts';
import { extLists } from './ext-lists.ts';
import { ips } from './ip.ts';
import { lists } from './lists.ts';
import { messages } from './messages.ts';
import { namedFormats } from './named-formats.ts';
import { optionals } from './optional.ts';
import { quantities } from './quantity.ts';
import { regex } from './regex.ts';
import { semvers } from './semver.ts';
import { sets } from './sets.ts';
import { standard } from './standard.ts';
import { strings } from './strings.ts';
import { textFormat } from './text-format.ts';
import { time } from './time.ts';
import { urls } from './url.ts';

/** In the API server's order (pkg/cel/environment/base.go): where a type is left open the checker takes the first signature. */
export const LIBRARIES: readonly Library[] = [
  standard,
  conversions,
  time,
  strings,
  lists,
  regex,
  quantities,
  optionals,
  textFormat,
  extLists,
  sets,
  ips,
  cidrs,
  namedFormats,
  semvers,
  urls,
  messages,
];

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
