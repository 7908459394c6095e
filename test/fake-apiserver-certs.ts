import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/**
 * Just enough X.509 to issue certificates in tests (own CA, wrong host, expired, client certificates), so that no test needs openssl.
 * DER as in RFC 5280; keys are P-256.
 */

export interface Issued {
  /** PEM. */
  readonly cert: string;
  /** PEM, PKCS#8. */
  readonly key: string;
}

export interface CertificateRequest {
  /** Common name: the user of a client certificate. */
  readonly name: string;
  /** Organisations: the groups of a client certificate. */
  readonly groups?: readonly string[];
  /** Names and IPv4 addresses of a server certificate. */
  readonly hosts?: readonly string[];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

export interface TestAuthority extends Issued {
  issue(request: CertificateRequest): Issued;
}

const length = (size: number): Buffer => {
  if (size < 128) return Buffer.from([size]);
  const bytes = Buffer.from(size.toString(16).padStart(size < 256 ? 2 : 4, '0'), 'hex');
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
};

const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), length(content.length), content]);
};

const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts);
const set = (...parts: readonly Buffer[]): Buffer => der(0x31, ...parts);
const bits = (content: Buffer): Buffer => der(0x03, Buffer.from([0]), content);
const octets = (content: Buffer): Buffer => der(0x04, content);
const yes = der(0x01, Buffer.from([0xff]));
const text = (value: string): Buffer => der(0x0c, Buffer.from(value, 'utf8'));

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const septets = rest.flatMap((value) => {
    const groups = [value & 0x7f];
    for (let left = value >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80);
    return groups;
  });
  return der(0x06, Buffer.from([first * 40 + second, ...septets]));
}

/** GeneralizedTime throughout: Node reads it for any year. */
const time = (date: Date): Buffer =>
  der(0x18, Buffer.from(`${date.toISOString().replaceAll(/[-:T]/gu, '').slice(0, 14)}Z`, 'latin1'));

const attribute = (type: string, value: string): Buffer => set(sequence(oid(type), text(value)));
const distinguished = (name: string, groups: readonly string[]): Buffer =>
  sequence(...groups.map((group) => attribute('2.5.4.10', group)), attribute('2.5.4.3', name));

const extension = (id: string, critical: boolean, value: Buffer): Buffer =>
  sequence(oid(id), ...(critical ? [yes] : []), octets(value));

const hostName = (host: string): Buffer =>
  /^\d+(\.\d+){3}$/u.test(host) ? der(0x87, Buffer.from(host.split('.').map(Number))) : der(0x82, Buffer.from(host, 'latin1'));

const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));

const pem = (label: string, content: Buffer): string =>
  `-----BEGIN ${label}-----\n${(content.toString('base64').match(/.{1,64}/gu) ?? []).join('\n')}\n-----END ${label}-----\n`;

const HOUR = 3_600_000;

function certificate(
  request: CertificateRequest,
  subjectKey: KeyObject,
  issuerName: Buffer,
  issuerKey: KeyObject,
  isAuthority: boolean,
): string {
  const {
    name,
    groups = [],
    hosts = [],
    notBefore = new Date(Date.now() - HOUR),
    notAfter = new Date(Date.now() + 24 * HOUR),
  } = request;
  const extensions = [
    extension('2.5.29.19', true, sequence(...(isAuthority ? [yes] : []))),
    ...(isAuthority ? [extension('2.5.29.15', true, der(0x03, Buffer.from([1, 0x06])))] : []),
    ...(isAuthority ? [] : [extension('2.5.29.37', false, sequence(oid('1.3.6.1.5.5.7.3.1'), oid('1.3.6.1.5.5.7.3.2')))]),
    ...(hosts.length === 0 ? [] : [extension('2.5.29.17', false, sequence(...hosts.map(hostName)))]),
  ];
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(8)]);
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    ECDSA_SHA256,
    issuerName,
    sequence(time(notBefore), time(notAfter)),
    distinguished(name, groups),
    subjectKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  return pem('CERTIFICATE', sequence(body, ECDSA_SHA256, bits(sign('sha256', body, issuerKey))));
}

const exportKey = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

/** A certificate authority that lives as long as the test. */
export function testAuthority(name = 'plimsoll-test-ca'): TestAuthority {
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = distinguished(name, []);
  const key = exportKey(own.privateKey);
  return {
    cert: certificate({ name }, own.publicKey, issuer, own.privateKey, true),
    key,
    issue(request) {
      const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      return {
        cert: certificate(request, pair.publicKey, issuer, createPrivateKey(key), false),
        key: exportKey(pair.privateKey),
      };
    },
  };
}
