import { describe, expect, it } from 'vitest';
import { isAllowedRequest } from './allowed-requests.ts';
import { LEFT_OUT } from './left-out.ts';
import { maskCredentials } from './mask.ts';

describe('requests that may leave', () => {
  it.each([
    ['GET', '/version'],
    ['GET', '/api'],
    ['GET', '/apis'],
    ['GET', '/api/v1'],
    ['GET', '/apis/apps/v1'],
    ['GET', '/api/v1/pods?limit=500'],
    ['GET', '/api/v1/namespaces/shop/pods?limit=500&continue=abc%3D'],
    ['GET', '/apis/apps/v1/deployments'],
    ['GET', '/apis/apps/v1/namespaces/shop/deployments?limit=1'],
    ['GET', '/api/v1/namespaces/kube-system'],
    ['POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews'],
    ['POST', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews'],
  ])('%s %s', (verb, path) => {
    expect(isAllowedRequest(verb, path)).toBe(true);
  });

  it.each([
    ['PUT', '/api/v1/pods'],
    ['DELETE', '/api/v1/pods'],
    ['PATCH', '/api/v1/pods'],
    ['POST', '/api/v1/namespaces/shop/pods'],
    ['POST', '/apis/authentication.k8s.io/v1/tokenreviews'],
    ['POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews?dryRun=All'],
    ['GET', '/api/v1/namespaces/shop/secrets/password'],
    ['GET', '/api/v1/namespaces/shop/pods/x/exec'],
    ['GET', '/api/v1/namespaces/shop/pods/x/log'],
    ['GET', '/api/v1/namespaces/shop/services/x/proxy/'],
    ['GET', '/api/v1/nodes/x/proxy/run'],
    ['GET', '/api/v1/pods?watch=true'],
    ['GET', '/api/v1/../../secrets'],
    ['GET', '/api/v1/%2e%2e/secrets'],
    ['GET', '/api/v1/pods?limit=1?watch=1'],
    ['GET', '/healthz'],
    ['GET', '/logs/x'],
    ['GET', '//evil.example/api'],
  ])('not %s %s', (verb, path) => {
    expect(isAllowedRequest(verb, path)).toBe(false);
  });
});

describe('the table of kinds left out', () => {
  it('has each kind once, with a reason that is a sentence', () => {
    const ids = LEFT_OUT.map(({ group, resource }) => `${group}/${resource}`);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { reason } of LEFT_OUT) expect(reason).toMatch(/^[A-Z].{20,}\.$/u);
  });
});

describe('masking what a person sees of a plugin', () => {
  it.each([
    ['error: token=CANARY expired', 'error: token=<removed> expired'],
    ['Authorization: Bearer CANARY.x', 'Authorization: Bearer <removed>'],
    ['got eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJDQU5BUlkifQ.c2ln', 'got <removed>'],
    ['--client-secret CANARY --region eu', '--client-secret <removed> --region eu'],
    ['"password": "CANARY", "a": 1', '"password": "<removed>", "a": 1'],
    ['https://user:CANARY@idp.example/x', 'https://<removed>@idp.example/x'],
    ['-----BEGIN PRIVATE KEY-----\nCANARY\n-----END PRIVATE KEY-----', '<removed>'],
    ['key 0A1b2C3d4E5f6G7h8I9j0K1l2M', 'key <removed>'],
    [
      'cannot reach https://sts.eu-central-1.amazonaws.com/ from /usr/local/google-cloud-sdk2/bin',
      'cannot reach https://sts.eu-central-1.amazonaws.com/ from /usr/local/google-cloud-sdk2/bin',
    ],
  ])('%s', (text, masked) => {
    expect(maskCredentials(text)).toBe(masked);
  });
});
