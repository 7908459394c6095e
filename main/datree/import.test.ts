import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { policyImport } from '#core/api/policies.ts';
import { importAnswer } from '#core/datree/answer.ts';
import { freeName } from '#core/datree/import.ts';
import type { DatreeImport } from '#core/datree/import.ts';
import type { Policy } from '#core/rules/model.ts';
import { readPoliciesYaml, writePoliciesYaml } from '#main/datree/index.ts';
import { openLibrary } from '#main/open-library.ts';
import { Datree } from '#test/datree.ts';
import { requireEnvtest } from '#test/envtest.ts';

const opened = openLibrary();
if (!opened.ok) throw new Error(opened.error.why);
const library = opened.value;

const read = (text: string, tolerant = true): DatreeImport => readPoliciesYaml(text, library, { tolerant });

const write = (policies: readonly Policy[], kept?: DatreeImport) =>
  writePoliciesYaml(policies, library, kept === undefined ? {} : { kept });

const FILE = `apiVersion: v1
# Kept by the platform team.
policies:
  - name: web-shop
    rules:
      - identifier: CONTAINERS_MISSING_IMAGE_VALUE_VERSION
        messageOnFailure: |
          # this is a text, no comment
      # - identifier: CONTAINERS_MISSING_MEMORY_LIMIT_KEY
      #   messageOnFailure: "say how much"
      - identifier: CONTAINERS_MISSING_CPU_LIMIT_KEY
        messageOnFailure: ''
      - identifier: RBAC_NOT_THERE_YET
        messageOnFailure: ''
      - identifier: MINE
        messageOnFailure: ''
      - identifier: CIS_MISSING_KEY_SECURITYCONTEXT
        messageOnFailure: seen by nobody yet
      - INGRESS_INCORRECT_HOST_VALUE_PERMISSIVE
  - name: Default
    rules:
      # nothing is said about identifier: here
      - identifier: CONTAINERS_MISSING_CPU_LIMIT_KEY
        messageOnFailure: first
      - identifier: CONTAINERS_MISSING_CPU_LIMIT_KEY
        messageOnFailure: second
customRules:
  # - identifier: CONTAINERS_MISSING_MEMORY_REQUEST_KEY
  - identifier: MINE
    defaultMessageOnFailure: we said so
    schema: {type: object}
`;

describe('a tolerant import of policies.yaml', () => {
  const found = read(FILE);
  const [shop, fallback] = found.policies;

  it('takes what is listed, with messages: of the file, or the own ones of the rules', () => {
    expect(shop?.document.rules['image-tag-explicit']).toEqual({ mode: 'deny', message: '# this is a text, no comment\n' });
    expect(shop?.document.rules['cpu-limit']).toEqual({ mode: 'deny' });
  });

  it('takes a rule that was commented out as switched off, and only where it stands in a policy', () => {
    expect(shop?.document.rules['memory-limit']).toEqual({
      mode: 'off',
      message: 'say how much',
      reason: 'Commented out in policies.yaml.',
    });
    expect(fallback?.document.rules).not.toHaveProperty('memory-request');
  });

  it('infers the default policy from its name, and says so', () => {
    expect(found.policies.map(({ name, isDefault }) => [name, isDefault])).toEqual([
      ['web-shop', false],
      ['Default', true],
    ]);
    expect(found.problems.map(({ message }) => message)).toContain("no policy says isDefault: 'Default' is taken as the default");
  });

  it('keeps the name of a policy as its title, hyphens too', () => {
    expect(shop?.document).toMatchObject({ name: 'web-shop', title: 'web-shop' });
    expect(fallback?.document).toMatchObject({ name: 'default', title: 'Default' });
  });

  it('fills in the name of a custom rule from its id and messages from the custom rule', () => {
    expect(found.customRules).toMatchObject([{ identifier: 'MINE', name: 'MINE', message: 'we said so' }]);
    expect(shop?.rules.find(({ identifier }) => identifier === 'MINE')?.message).toBe('we said so');
  });

  it('loses nothing: what is not evaluated is listed with the reason, an unknown id with the nearest one', () => {
    expect(found.notEvaluated).toEqual([
      { identifier: 'MINE', why: expect.stringContaining('custom rule') },
      { identifier: 'RBAC_NOT_THERE_YET', why: expect.stringContaining('Neither'), nearest: expect.any(String) },
      { identifier: 'CIS_MISSING_KEY_SECURITYCONTEXT', why: expect.stringContaining('does not have yet') },
    ]);
    expect(shop?.rules.map(({ identifier }) => identifier)).toHaveLength(7);
  });

  it('takes a bare identifier, and the first of two', () => {
    expect(shop?.document.rules['ingress-host-explicit']).toEqual({ mode: 'deny' });
    expect(fallback?.document.rules['cpu-limit']?.message).toBe('first');
  });

  it('has no errors, and its warnings name their places', () => {
    expect(found.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(found.problems.map(({ line, path }) => `${line} ${path}`)).toEqual([
      '13 policies.0.rules.2',
      '25 policies.1.rules.1',
      '3 policies',
    ]);
  });

  it('gives errors where nothing can be read', () => {
    expect(read('a: 1').problems).toMatchObject([{ severity: 'warning' }, { severity: 'error' }]);
    expect(read('policies: [').problems).toMatchObject([
      { line: 1, severity: 'error', message: expect.stringContaining('cannot be read') },
    ]);
  });
});

describe('what an import answers', () => {
  it('names the policy as it would be saved, each rule with its message and how it differs from Datree', () => {
    const answer = importAnswer(read(FILE), 'policies.yaml', false);
    const [shop] = answer.policies;
    expect([shop?.name, shop?.as, answer.applied]).toEqual(['web-shop', 'web-shop', false]);
    expect(shop?.rules.find(({ rule }) => rule === 'cpu-limit')).toMatchObject({
      differs: expect.stringContaining('Datree'),
    });
    expect(shop?.rules.find(({ rule }) => rule === 'memory-limit')).toMatchObject({
      commentedOut: true,
      message: 'say how much',
    });
    expect(policyImport.safeParse(answer).success).toBe(true);
  });
});

describe('a strict import', () => {
  it('refuses what Datree refuses, each with its place', () => {
    const errors = read(FILE, false).problems.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ line, message }) => `${line} ${message.slice(0, 30)}`)).toContain('4 is no policy name: letters, di');
    expect(errors.length).toBeGreaterThan(4);
  });

  it('takes a file that is as Datree wants it without a word', () => {
    expect(read('apiVersion: v1\npolicies: [{name: a, isDefault: true, rules: null}]', false).problems).toEqual([]);
  });
});

describe('names of imported policies', () => {
  it.each([
    ['Starter', 'starter'],
    ['my_policy', 'my-policy'],
    ['a', 'policy-a'],
    ['1st', 'policy-1st'],
    ['Über uns!', 'ber-uns'],
    ['___', 'policy'],
    ['x'.repeat(60), 'x'.repeat(40)],
  ])('%s becomes %s', (name, as) => {
    expect(freeName(name, () => false)).toBe(as);
  });

  it('make room for a name that is taken', () => {
    expect(freeName('cis', (name) => name === 'cis' || name === 'cis-2')).toBe('cis-3');
  });
});

const message = fc.stringMatching(/^[ -~]{1,40}$/).filter((text) => text.trim() === text && text !== '' && !text.includes('{{'));
const policyOf = (name: string) =>
  fc
    .dictionary(
      // Others are left out, and named.
      fc.constantFrom(...library.rules.flatMap(({ id, aliases }) => (aliases['datree'] === undefined ? [] : [id]))),
      fc.record({ mode: fc.constantFrom('deny' as const, 'off' as const), message }, { requiredKeys: ['mode'] }),
      { maxKeys: 6 },
    )
    .map((rules): Policy => ({ name, title: name, description: '', rules }));
const somePolicies = fc.tuple(policyOf('web-shop'), policyOf('back-end'));

const settingsOf = (rules: Policy['rules']) =>
  Object.fromEntries(Object.entries(rules).map(([id, { mode, message: text }]) => [id, [mode, text]]));

describe('an export', () => {
  it('comes back with the same rules, switched off ones too, and the same messages', () => {
    fc.assert(
      fc.property(somePolicies, (policies) => {
        const again = read(write(policies).text);
        expect(again.problems).toEqual([]);
        expect(again.policies.map(({ document }) => document.name)).toEqual(policies.map(({ name }) => name));
        again.policies.forEach(({ document }, index) => {
          expect(settingsOf(document.rules as Policy['rules'])).toEqual(settingsOf(policies[index]?.rules ?? {}));
        });
      }),
    );
  });

  it('is strictly valid: names with underscores, one default, a message for every rule', () => {
    fc.assert(
      fc.property(somePolicies, (policies) => {
        const { text } = write(policies);
        expect(read(text, false).problems).toEqual([]);
        expect(text.match(/isDefault: true/g)).toHaveLength(1);
        expect(text).toContain('name: web_shop');
      }),
    );
  });

  it('writes custom rules and rules that we do not have again; what Datree would refuse becomes a comment', () => {
    const kept = read(FILE);
    const { text, notes } = write(
      kept.policies.map(({ document }) => ({ ...document, rules: document.rules as Policy['rules'] })),
      kept,
    );
    const again = read(text);
    expect(read(text, false).problems).toEqual([]);
    expect(again.customRules).toMatchObject([
      { identifier: 'MINE', message: 'we said so', source: { schema: { type: 'object' } } },
    ]);
    expect(text).toContain('- identifier: CIS_MISSING_KEY_SECURITYCONTEXT\n        messageOnFailure: seen by nobody yet');
    expect(text).toContain('# - identifier: RBAC_NOT_THERE_YET');
    expect(notes).toEqual(['web-shop: RBAC_NOT_THERE_YET is no rule that Datree knows, and is written as a comment.']);
  });

  it('says what Datree has no words for', () => {
    const { text, notes } = write([
      {
        name: 'web-shop',
        title: '',
        description: '',
        rules: {
          'cpu-limit': { mode: 'audit', severity: 'low', scope: { namespaces: ['a'] } },
          'run-as-user-high': { mode: 'deny', params: { lowest: 5 } },
          'memory-limit': { mode: 'deny', message: 'set it for {{container}}' },
        },
      },
    ]);
    expect(notes.map((note) => note.replace(/^web-shop: /, '').split(/[,:]/)[0])).toEqual([
      'in mode audit here',
      'severity left out',
      'parameters left out',
      'scope left out',
      'messages with variables show <container> and the like',
    ]);
    expect(text).toContain('set it for <container>');
    expect(text).toContain('below 5');
  });
});

describe.skipIf(!requireEnvtest(['datree']).available)('an export beside the real Datree', () => {
  const datree = new Datree();
  afterAll(() => {
    datree.close();
  });

  it('is accepted, whatever the policies', async () => {
    await fc.assert(
      fc.asyncProperty(somePolicies, async (policies) => {
        expect(await datree.refuses(write(policies).text)).toBeUndefined();
      }),
      { numRuns: 20 },
    );
  });

  it('is accepted with custom rules, and for every template', async () => {
    const kept = read(FILE);
    const documents = kept.policies.map(({ document }) => ({ ...document, rules: document.rules as Policy['rules'] }));
    expect(await datree.refuses(write(documents, kept).text)).toBeUndefined();
    expect(await datree.refuses(write(library.policies).text)).toBeUndefined();
  });
});
