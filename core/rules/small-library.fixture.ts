import type { JsonObject } from '#core/json.ts';
import type { LibraryFiles } from '#core/rules/load.ts';

/** The smallest library that has one of everything, for tests of the loader, the hashes and the linter. */

const pod = (containers: readonly JsonObject[]): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { containers },
});

export const RULE: JsonObject = {
  apiVersion: 'plimsoll.dev/v1',
  kind: 'Rule',
  id: 'some-rule',
  title: 'Something',
  category: 'health',
  severity: 'low',
  effort: 'easy',
  why: 'Because.',
  remediation: 'Do it.',
  references: ['https://example.com/'],
  aliases: { polaris: ['x'] },
  match: 'pods',
  forEach: 'containers',
  require: 'has(it.size) && it.size >= params.lowest',
  field: 'size',
  message: 'container {{container}} is smaller than {{lowest}}',
  params: { lowest: { type: 'integer', default: 2 } },
  examples: {
    pass: [
      { name: 'two', object: pod([{ name: 'a', size: 2 }]) },
      { name: 'three', object: pod([{ name: 'a', size: 3 }]) },
    ],
    fail: [
      { name: 'one', object: pod([{ name: 'a', size: 1 }]), findings: ['spec.containers[name=a].size'] },
      { name: 'none', object: pod([{ name: 'a', size: 9 }, { name: 'b' }]), findings: ['spec.containers[name=b].size'] },
    ],
  },
};

export const MATCHERS: JsonObject = {
  apiVersion: 'plimsoll.dev/v1',
  kind: 'Matchers',
  kinds: { Pod: { group: '', versions: ['v1'], resource: 'pods', podSpec: 'spec', podMetadata: 'metadata' } },
  matchers: { pods: ['Pod'], any: 'any' },
  collections: {
    containers: { type: 'lists', in: 'podSpec', containers: true, lists: [{ path: 'containers' }] },
    arguments: { type: 'lists', in: 'containers', as: 'container', lists: [{ path: 'args' }] },
    strings: { type: 'host', host: 'strings' },
  },
};

export const DEFAULTS: JsonObject = {
  apiVersion: 'plimsoll.dev/v1',
  kind: 'Defaults',
  defaults: [{ kinds: ['/Pod'], path: 'podSpec.restartPolicy', value: 'Always', source: 'https://example.com/' }],
};

export const POLICY: JsonObject = {
  apiVersion: 'plimsoll.dev/v1',
  kind: 'Policy',
  name: 'some-policy',
  title: 'Some policy',
  description: 'For tests.',
  rules: { 'some-rule': 'deny' },
};

export const files = (rule: JsonObject = RULE): LibraryFiles => ({
  rules: [{ file: 'rules/health/some-rule.yaml', value: rule }],
  matchers: { file: 'matchers.yaml', value: MATCHERS },
  defaults: { file: 'defaults.yaml', value: DEFAULTS },
  policies: [{ file: 'policies/some-policy.yaml', value: POLICY }],
});
