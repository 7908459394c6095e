import { randomBytes } from 'node:crypto';

/** The page's host: over HTTP it talks to its own origin, in Electron through a MessagePort and to nothing else. */
export type Host = 'loopback' | 'electron';

/** decisions.md 27, word for word. The nonce is for CodeMirror's and Radix's style elements and differs with every response. */
export const contentSecurityPolicy = (host: Host, nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    host === 'electron' ? "connect-src 'none'" : "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

export const newNonce = (): string => randomBytes(16).toString('base64');

/** Set on every answer of both hosts, errors included. */
export const securityHeaders = (host: Host, nonce: string): Record<string, string> => ({
  'content-security-policy': contentSecurityPolicy(host, nonce),
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
});
