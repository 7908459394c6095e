import type { EvaluationFrame } from '../frame.ts';
import { define, type Body, type Library } from '../library.ts';
import type { CelValue, Val } from '../values.ts';
import { IpAddress, Network, parseIp, parseNetwork } from './ip-address.ts';

const SINCE = 30;
const NOT_A_NETWORK = 'not a network in CIDR notation, such as 10.0.0.0/8';

const isNetwork = (value: CelValue): boolean => value instanceof Network;

const on =
  (call: (network: Network) => CelValue): Body =>
  (f: EvaluationFrame, value): Val =>
    value instanceof Network ? call(value) : f.noOverload(value);

function containsIp(f: EvaluationFrame, network: CelValue, other: CelValue): Val {
  if (!(network instanceof Network)) return f.noOverload(network, other);
  const address = typeof other === 'string' ? parseIp(other) : other;
  if (address === undefined) return f.fail('not an IP address', other);
  return address instanceof IpAddress ? network.holdsAddress(address) : f.noOverload(other);
}

function containsNetwork(f: EvaluationFrame, network: CelValue, other: CelValue): Val {
  if (!(network instanceof Network)) return f.noOverload(network, other);
  const inner = typeof other === 'string' ? parseNetwork(other) : other;
  if (inner === undefined) return f.fail(NOT_A_NETWORK, other);
  return inner instanceof Network ? network.holdsNetwork(inner) : f.noOverload(other);
}

/** Kubernetes' networks: k8s.io/apiserver/pkg/cel/library/cidr.go. */
export const cidrs: Library = {
  name: 'cidr',
  functions: [
    define('cidr', SINCE, ['(string) cidr'], (f, text) =>
      typeof text === 'string' ? (parseNetwork(text) ?? f.fail(NOT_A_NETWORK, text)) : f.noOverload(text),
    ),
    define('isCIDR', SINCE, ['(string) bool'], (f, text) =>
      typeof text === 'string' ? parseNetwork(text) !== undefined : f.noOverload(text),
    ),
    define('containsIP', SINCE, ['cidr.(string) bool', 'cidr.(ip) bool'], containsIp),
    define('containsCIDR', SINCE, ['cidr.(string) bool', 'cidr.(cidr) bool'], containsNetwork),
    define(
      'ip',
      SINCE,
      ['cidr.() ip'],
      on((network) => network.networkAddress),
    ),
    define(
      'masked',
      SINCE,
      ['cidr.() cidr'],
      on((network) => network.maskedNetwork),
    ),
    define(
      'prefixLength',
      SINCE,
      ['cidr.() int'],
      on((network) => network.networkPrefix),
    ),
    define(
      'string',
      SINCE,
      ['(cidr) string'],
      on((network) => network.toString()),
      { accepts: isNetwork, conversion: true },
    ),
  ],
};
