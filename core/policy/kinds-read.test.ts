import { describe, expect, it } from 'vitest';
import { kindKey, kindsRead, notAskedFor } from '#core/policy/kinds-read.ts';
import type { Policy } from '#core/rules/model.ts';
import { loadShippedLibrary } from '#main/library.ts';

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load');
const library = shipped.value;
const policyOf = (rules: Policy['rules']): Policy => ({ name: 'p', title: '', description: '', rules });
const deny = { mode: 'deny' } as const;

describe('the kinds that a policy reads', () => {
  it('are those of its rules that are on, each once', () => {
    const read = kindsRead(
      policyOf({ 'service-no-node-port': deny, 'ingress-host-explicit': deny, 'memory-limit': { mode: 'off' } }),
      library,
    );
    expect(read.type === 'some' && read.kinds.map(kindKey).toSorted()).toEqual([
      '/Service',
      'extensions/Ingress',
      'networking.k8s.io/Ingress',
    ]);
  });

  it('are all where one rule looks at every kind, with the rule', () => {
    expect(kindsRead(policyOf({ 'no-aws-key': deny, 'service-no-node-port': deny }), library)).toEqual({
      type: 'any',
      rules: ['no-aws-key'],
    });
  });
});

describe('a scan that is narrowed', () => {
  const services = kindsRead(policyOf({ 'service-no-node-port': deny }), library);

  it('asks for what the policy reads, and for namespaces', () => {
    const notAsked = notAskedFor({ read: services, withoutSecrets: false });
    expect(notAsked({ group: '', kind: 'Service' })).toBeUndefined();
    expect(notAsked({ group: '', kind: 'Namespace' })).toBeUndefined();
    expect(notAsked({ group: '', kind: 'Pod' })).toContain('--policy-kinds');
    expect(notAsked({ group: 'serving.knative.dev', kind: 'Service' })).toContain('--policy-kinds');
  });

  it('asks for everything where a rule looks at every kind, but for Secrets if they are not wanted', () => {
    const any = { type: 'any', rules: ['no-aws-key'] } as const;
    const notAsked = notAskedFor({ read: any, withoutSecrets: true });
    expect(notAsked({ group: 'example.com', kind: 'Secret' })).toBeUndefined();
    expect(notAsked({ group: '', kind: 'Secret' })).toContain('--without-secrets');
    expect(notAskedFor({ read: any, withoutSecrets: false })({ group: '', kind: 'Secret' })).toBeUndefined();
  });
});
