import { IpAddress, Network } from '../libraries/ip-address.ts';
import { spendOnAll, type Effort } from '../effort.ts';
import { SHORT } from '../frame.ts';
import { textLength } from '../text.ts';
import { encodeUtf8 } from '../utf8.ts';
import { Bytes, isList, isMap, keysOf, lookup, mapSize, Optional, type Val } from '../values.ts';

/** How large values are to the cost of the functions that work on them. An error (undefined) has the size 1. */
export interface Measure {
  /** Code points, octets, elements, entries; 1 for all that has no size (cel-go, interpreter/runtimecost.go, actualSize). */
  readonly size: (value: Val) => number;
  /** As `size`; but Kubernetes' own functions do not look into an optional (pkg/cel/library/cost.go, actualSize). */
  readonly plainSize: (value: Val) => number;
  /** The cost of going over all of a value (pkg/cel/library/cost.go, traversalCost); too low where `effort` runs out. */
  readonly traversal: (value: Val, effort: Effort) => number;
}

const sizeWith =
  (ofText: (text: string) => number, lookInside: boolean) =>
  (value: Val): number => {
    if (typeof value === 'string') return ofText(value);
    if (typeof value !== 'object' || value === null) return 1;
    if (isList(value)) return value.length;
    if (isMap(value)) return mapSize(value);
    if (value instanceof Bytes) return value.octets.length;
    if (value instanceof IpAddress) return value.addressWidth / 8;
    if (value instanceof Network) return Math.ceil(value.networkPrefix / 8);
    return lookInside && value instanceof Optional && value.held !== undefined ? sizeWith(ofText, true)(value.held) : 1;
  };

const traversalWith =
  (ofText: (text: string) => number) =>
  (value: Val, effort: Effort): number => {
    if (typeof value === 'string')
      return value.length <= SHORT || spendOnAll(effort, value.length) ? Math.trunc(ofText(value) * 0.1) : 0;
    if (typeof value !== 'object' || value === null) return 1;
    const isWhole = isList(value);
    if (!isWhole && !isMap(value)) return value instanceof Bytes ? Math.trunc(value.octets.length * 0.1) : 1;
    const parts = isWhole ? value : keysOf(value);
    if (!spendOnAll(effort, parts.length)) return 0;
    const inner = traversalWith(ofText);
    let cost = 0;
    for (const part of parts) cost += inner(part, effort) + (isWhole ? 0 : inner(lookup(value, part), effort));
    return cost;
  };

/** Exactly the API server's figures. */
export const EXACT: Measure = {
  size: sizeWith(textLength, true),
  plainSize: sizeWith(textLength, false),
  traversal: traversalWith((text) => encodeUtf8(text).length),
};

const units = (text: string): number => text.length;

/** Never less than the exact figures, and without going over texts. */
export const UPPER: Measure = {
  size: sizeWith(units, true),
  plainSize: sizeWith(units, false),
  traversal: traversalWith((text) => text.length * 3),
};
