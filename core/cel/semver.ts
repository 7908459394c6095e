import { LibraryValue, reserveFields, type CelObject } from './values.ts';

type Identifier = bigint | string;

/** A version as semver.org 2.0.0 defines it; build metadata is kept out: it takes no part in any answer. */
export class Semver extends LibraryValue {
  readonly typeName = 'kubernetes.Semver';
  readonly versionCore: readonly [bigint, bigint, bigint];
  readonly versionPre: readonly Identifier[];
  readonly versionText: string;

  constructor(core: readonly [bigint, bigint, bigint], pre: readonly Identifier[], text: string) {
    super();
    this.versionCore = core;
    this.versionPre = pre;
    this.versionText = text;
  }
  /** Negative, zero or positive, by precedence. */
  precedence(other: Semver): number {
    for (const i of [0, 1, 2] as const) {
      const order = orderOf(this.versionCore[i], other.versionCore[i]);
      if (order !== 0) return order;
    }
    const [a, b] = [this.versionPre, other.versionPre];
    if (a.length === 0 || b.length === 0) return Math.sign(b.length - a.length);
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const order = orderOfIdentifiers(a[i] as Identifier, b[i] as Identifier);
      if (order !== 0) return order;
    }
    return Math.sign(a.length - b.length);
  }
  override get extent(): number {
    return this.versionText.length;
  }
  override get isNoKey(): boolean {
    return true;
  }
  equals(other: CelObject): boolean {
    return other instanceof Semver && this.precedence(other) === 0;
  }
  override toString(): string {
    return this.versionText;
  }
}
reserveFields(new Semver([0n, 0n, 0n], [], ''));

const orderOf = <T extends bigint | string>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

/** Numbers come before words. */
function orderOfIdentifiers(a: Identifier, b: Identifier): number {
  if (typeof a === 'bigint') return typeof b === 'bigint' ? orderOf(a, b) : -1;
  return typeof b === 'bigint' ? 1 : orderOf(a, b);
}

const MAX = 2n ** 64n - 1n;
const MAX_DIGITS = String(MAX).length;
const NUMBER = /^(0|[1-9][0-9]*)$/;
const WORD = /^[0-9A-Za-z-]+$/;

/** An unsigned number of 64 bits without leading zeros, or undefined. */
function numberOf(text: string): bigint | undefined {
  const value = text.length <= MAX_DIGITS && NUMBER.test(text) ? BigInt(text) : undefined;
  return value !== undefined && value <= MAX ? value : undefined;
}

function identifierOf(text: string): Identifier | undefined {
  return /^[0-9]+$/.test(text) ? numberOf(text) : WORD.test(text) ? text : undefined;
}

/** `1.2.3`, `1.2.3-rc.1+build`; undefined where the text is none. */
export function parseSemver(text: string): Semver | undefined {
  const plus = text.indexOf('+');
  const version = plus < 0 ? text : text.slice(0, plus);
  if (
    plus >= 0 &&
    !text
      .slice(plus + 1)
      .split('.')
      .every((part) => WORD.test(part))
  )
    return undefined;
  const hyphen = version.indexOf('-');
  const numbers = (hyphen < 0 ? version : version.slice(0, hyphen)).split('.').map(numberOf);
  const pre =
    hyphen < 0
      ? []
      : version
          .slice(hyphen + 1)
          .split('.')
          .map(identifierOf);
  const [major, minor, patch] = numbers;
  if (numbers.length !== 3 || major === undefined || minor === undefined || patch === undefined) return undefined;
  return pre.includes(undefined) ? undefined : new Semver([major, minor, patch], pre as readonly Identifier[], text);
}

/**
 * Also takes `v1.2`, `01.2.3`: a leading `v` and leading zeros go, missing numbers are 0
 * (k8s.io/apiserver/pkg/cel/library/semverlib.go, normalizeAndParse).
 */
export function parseTolerantly(text: string): Semver | undefined {
  const version = text.startsWith('v') ? text.slice(1) : text;
  const [major = '', minor, ...rest] = version.split('.');
  const parts = [major, ...(minor === undefined ? [] : [minor]), ...(rest.length === 0 ? [] : [rest.join('.')])].map(
    withoutZeros,
  );
  if (parts.length < 3 && /[+-]/.test(parts.at(-1) ?? '')) return undefined;
  while (parts.length < 3) parts.push('0');
  return parseSemver(parts.join('.'));
}

function withoutZeros(part: string): string {
  if (part.length <= 1) return part;
  const rest = part.replace(/^0+/, '');
  return /^[0-9]/.test(rest) ? rest : `0${rest}`;
}
