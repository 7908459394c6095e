import type { EvaluationFrame } from '../frame.ts';
import { define, isString, type Body, type FunctionDefinition, type Library } from '../library.ts';
import type { CelValue, Val } from '../values.ts';
import { IpAddress, parseIp } from './ip-address.ts';

const SINCE = 30;
const NOT_AN_ADDRESS = 'not an IP address';

const isAddress = (value: CelValue): boolean => value instanceof IpAddress;

/** A part of an address by its distance from the end, in bits. */
const top = ({ addressBits, addressWidth }: IpAddress, bits: number): bigint => addressBits >> BigInt(addressWidth - bits);

const isUnspecified = ({ addressBits }: IpAddress): boolean => addressBits === 0n;

const isLoopback = (address: IpAddress): boolean =>
  address.addressWidth === 32 ? top(address, 8) === 127n : address.addressBits === 1n;

const isMulticast = (address: IpAddress): boolean =>
  address.addressWidth === 32 ? top(address, 4) === 0xen : top(address, 8) === 0xffn;

/** 224.0.0.0/24, or a multicast address of IPv6 whose scope is the link, whatever its flags. */
const isLinkLocalMulticast = (address: IpAddress): boolean =>
  address.addressWidth === 32 ? top(address, 24) === 0xe00000n : (top(address, 16) & 0xff0fn) === 0xff02n;

const isLinkLocalUnicast = (address: IpAddress): boolean =>
  address.addressWidth === 32 ? top(address, 16) === 0xa9fen : top(address, 10) === 0x3fan;

/** Private addresses count as global; the broadcast address does not. */
const isGlobalUnicast = (address: IpAddress): boolean =>
  !isUnspecified(address) &&
  !isLoopback(address) &&
  !isMulticast(address) &&
  !isLinkLocalUnicast(address) &&
  !(address.addressWidth === 32 && address.addressBits === 0xffffffffn);

const onText =
  (call: (text: string) => CelValue | undefined): Body =>
  (f: EvaluationFrame, text): Val =>
    typeof text === 'string' ? (call(text) ?? f.fail(NOT_AN_ADDRESS, text)) : f.noOverload(text);

const onAddress =
  (call: (address: IpAddress) => CelValue): Body =>
  (f: EvaluationFrame, value): Val =>
    value instanceof IpAddress ? call(value) : f.noOverload(value);

const test = (name: string, call: (address: IpAddress) => boolean): FunctionDefinition =>
  define(name, SINCE, ['ip.() bool'], onAddress(call));

/** Kubernetes' IP addresses: k8s.io/apiserver/pkg/cel/library/ip.go. */
export const ips: Library = {
  name: 'ip',
  functions: [
    define(
      'ip',
      SINCE,
      ['(string) ip'],
      onText((text) => parseIp(text)),
      { accepts: isString },
    ),
    define(
      'isIP',
      SINCE,
      ['(string) bool'],
      onText((text) => parseIp(text) !== undefined),
    ),
    define(
      'ip.isCanonical',
      SINCE,
      ['(string) bool'],
      onText((text) => {
        const address = parseIp(text);
        return address === undefined ? undefined : address.toString() === text;
      }),
    ),
    define(
      'family',
      SINCE,
      ['ip.() int'],
      onAddress(({ addressWidth }) => (addressWidth === 32 ? 4 : 6)),
    ),
    test('isUnspecified', isUnspecified),
    test('isLoopback', isLoopback),
    test('isLinkLocalMulticast', isLinkLocalMulticast),
    test('isLinkLocalUnicast', isLinkLocalUnicast),
    test('isGlobalUnicast', isGlobalUnicast),
    define(
      'string',
      SINCE,
      ['(ip) string'],
      onAddress((address) => address.toString()),
      { accepts: isAddress, conversion: true },
    ),
  ],
};
