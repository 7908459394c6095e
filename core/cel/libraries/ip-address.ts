import { LibraryValue, reserveFields, type CelObject } from '../values.ts';

/** Bits of an address: 32 of IPv4, 128 of IPv6. */
export type AddressWidth = 32 | 128;

const V4_MAPPED = 0xffffn;

/** An address of IPv4 or IPv6 without a zone (k8s.io/apiserver/pkg/cel/ip.go, Go's net/netip). */
export class IpAddress extends LibraryValue {
  readonly typeName = 'net.IP';
  readonly addressBits: bigint;
  readonly addressWidth: AddressWidth;
  constructor(addressBits: bigint, addressWidth: AddressWidth) {
    super();
    this.addressBits = addressBits;
    this.addressWidth = addressWidth;
  }
  override get isKeyByContent(): boolean {
    return true;
  }
  equals(other: CelObject): boolean {
    return other instanceof IpAddress && other.addressBits === this.addressBits && other.addressWidth === this.addressWidth;
  }
  /** The canonical form: RFC 5952 for IPv6. */
  override toString(): string {
    return this.addressWidth === 32 ? formatV4(this.addressBits) : formatV6(this.addressBits);
  }
}

/** A network as written: the address may have bits beyond the prefix (k8s.io/apiserver/pkg/cel/cidr.go). */
export class Network extends LibraryValue {
  readonly typeName = 'net.CIDR';
  readonly networkAddress: IpAddress;
  readonly networkPrefix: number;
  constructor(networkAddress: IpAddress, networkPrefix: number) {
    super();
    this.networkAddress = networkAddress;
    this.networkPrefix = networkPrefix;
  }
  override get isKeyByContent(): boolean {
    return true;
  }
  equals(other: CelObject): boolean {
    return (
      other instanceof Network && other.networkPrefix === this.networkPrefix && other.networkAddress.equals(this.networkAddress)
    );
  }
  override toString(): string {
    return `${this.networkAddress.toString()}/${this.networkPrefix}`;
  }
  /** The same network without bits beyond the prefix. */
  get maskedNetwork(): Network {
    const { addressBits, addressWidth } = this.networkAddress;
    const rest = BigInt(addressWidth - this.networkPrefix);
    return new Network(new IpAddress((addressBits >> rest) << rest, addressWidth), this.networkPrefix);
  }
  holdsAddress({ addressBits, addressWidth }: IpAddress): boolean {
    const rest = BigInt(addressWidth - this.networkPrefix);
    return addressWidth === this.networkAddress.addressWidth && addressBits >> rest === this.networkAddress.addressBits >> rest;
  }
  holdsNetwork(other: Network): boolean {
    return this.networkPrefix <= other.networkPrefix && this.holdsAddress(other.networkAddress);
  }
}

reserveFields(new IpAddress(0n, 32));
reserveFields(new Network(new IpAddress(0n, 32), 0));

/** Reads an address as Go's netip.ParseAddr, without zones and IPv4-mapped addresses, which Kubernetes refuses. undefined: none. */
export function parseIp(text: string): IpAddress | undefined {
  const address = parseAddress(text);
  return address === undefined || (address.addressWidth === 128 && address.addressBits >> 32n === V4_MAPPED)
    ? undefined
    : address;
}

/** Reads a network such as `10.0.0.0/8` as Go's netip.ParsePrefix, without IPv4-mapped addresses. undefined: none. */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.lastIndexOf('/');
  const prefix = text.slice(slash + 1);
  if (slash < 0 || !/^(?:0|[1-9]\d{0,2})$/.test(prefix)) return undefined;
  const address = parseIp(text.slice(0, slash));
  return address === undefined || Number(prefix) > address.addressWidth ? undefined : new Network(address, Number(prefix));
}

/** An address without a zone; IPv4-mapped ones are taken. */
export function parseAddress(text: string): IpAddress | undefined {
  if (text.length > 45) return undefined;
  if (!text.includes(':')) {
    const bits = parseV4(text);
    return bits === undefined ? undefined : new IpAddress(BigInt(bits), 32);
  }
  const groups = parseGroups(text);
  if (groups === undefined) return undefined;
  let bits = 0n;
  for (const group of groups) bits = (bits << 16n) | BigInt(group);
  return new IpAddress(bits, 128);
}

const V4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** Leading zeros are refused: to some readers they mean octal. */
function parseV4(text: string): number | undefined {
  const found = V4.exec(text);
  if (found === null) return undefined;
  let bits = 0;
  for (const part of found.slice(1)) {
    if (Number(part) > 255 || (part.length > 1 && part.startsWith('0'))) return undefined;
    bits = bits * 256 + Number(part);
  }
  return bits;
}

/** The eight groups of an IPv6 address. */
function parseGroups(text: string): readonly number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head = '', tail] = halves;
  const before = readGroups(head, tail === undefined);
  const after = tail === undefined ? [] : readGroups(tail, true);
  if (before === undefined || after === undefined) return undefined;
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  return [...before, ...Array.from({ length: missing }, () => 0), ...after];
}

/** Groups between colons; at the end of the address an IPv4 address may stand for two. */
function readGroups(text: string, atEnd: boolean): readonly number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16));
    else {
      const embedded = atEnd && i === parts.length - 1 ? parseV4(part) : undefined;
      if (embedded === undefined) return undefined;
      groups.push(Math.floor(embedded / 65_536), embedded % 65_536);
    }
  }
  return groups;
}

function formatV4(bits: bigint): string {
  const number = Number(bits);
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
}

/** Small letters, no leading zeros, and the first longest run of two or more zero groups as `::`. */
function formatV6(bits: bigint): string {
  const groups = Array.from({ length: 8 }, (_, i) => Number((bits >> BigInt(112 - 16 * i)) & 0xffffn));
  let best = { start: 0, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  const texts = groups.map((group) => group.toString(16));
  if (best.length < 2) return texts.join(':');
  return `${texts.slice(0, best.start).join(':')}::${texts.slice(best.start + best.length).join(':')}`;
}
