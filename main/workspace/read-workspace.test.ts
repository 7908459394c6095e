import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openWorkspace, policyText, yaml } from '#test/workspace.ts';
import type { TestWorkspace } from '#test/workspace.ts';

const read = ({ workspace }: TestWorkspace) => workspace.now().read;
const problemsOf = (test: TestWorkspace) =>
  read(test).problems.map(({ file, line, column, path: at, message }) => [`${file}:${line ?? ''}:${column ?? ''}`, at, message]);

const WAIVER = ['id: web-root', 'rule: pod-non-root', 'object: {kind: Pod, namespace: shop, name: web}', 'reason: old image'];

describe('a workspace folder', () => {
  it('that is not there is an empty workspace', () => {
    using test = openWorkspace();
    expect(read(test)).toMatchObject({
      exists: false,
      problems: [],
      content: { policies: [], workspace: { name: 'workspace' } },
    });
  });

  it('is read from files of any name, several documents in one, and what is not said has its default', () => {
    using test = openWorkspace({
      'all.yaml': [
        yaml('Workspace', 'name: shop', 'teams:', '  - name: checkout', 'criteria: {runs: 3, days: 2}'),
        policyText('base', 'rules: {owner-label: warn, replicas-min-two: off}'),
        yaml('Waiver', ...WAIVER),
      ].join('---\n'),
      'deep/er/x.yml': yaml(
        'Decisions',
        'policy: base',
        'decisions:',
        '  - {rule: owner-label, decision: fix, decided: 2027-01-01T00:00:00Z}',
      ),
      'debt/base--prod.yaml': yaml(
        'Debt',
        'policy: base',
        'source: prod',
        "scan: '1'",
        'frozen: 2027-01-01T00:00:00Z',
        'rules: {owner-label: [{object: {kind: Pod, name: a}, paths: [spec]}]}',
      ),
      'feedback/q1.yaml': yaml('Feedback', 'id: q1', 'policy: base', 'started: 2027-01-01T00:00:00Z', 'questions: []'),
    });
    expect(problemsOf(test)).toEqual([]);
    const { content, places } = read(test);
    expect(content).toEqual({
      workspace: {
        name: 'shop',
        teams: [{ name: 'checkout', contacts: [], needs: [] }],
        products: [],
        environments: [],
        sources: [],
        bindings: [],
        criteria: { runs: 3, days: 2 },
        feedbackDays: 90,
        expiringDays: 14,
      },
      policies: [
        {
          name: 'base',
          title: 'base',
          description: '',
          rules: { 'owner-label': { mode: 'warn' }, 'replicas-min-two': { mode: 'off' } },
        },
      ],
      waivers: [
        {
          id: 'web-root',
          rule: 'pod-non-root',
          object: { group: '', kind: 'Pod', namespace: 'shop', name: 'web' },
          reason: 'old image',
        },
      ],
      decisions: [{ policy: 'base', rule: 'owner-label', decision: 'fix', decided: '2027-01-01T00:00:00Z' }],
      debts: [
        {
          policy: 'base',
          source: 'prod',
          scan: '1',
          frozen: '2027-01-01T00:00:00Z',
          entries: [{ rule: 'owner-label', object: { group: '', kind: 'Pod', name: 'a' }, paths: ['spec'] }],
        },
      ],
      feedback: [{ id: 'q1', policy: 'base', started: '2027-01-01T00:00:00Z', questions: [] }],
    });
    expect(places.map(({ kind, name, file, index, line }) => [kind, name, `${file}:${line}`, index])).toEqual([
      ['Workspace', '', 'all.yaml:1', 0],
      ['Policy', 'base', 'all.yaml:8', 1],
      ['Waiver', 'web-root', 'all.yaml:14', 2],
      ['Debt', 'base--prod', 'debt/base--prod.yaml:1', 0],
      ['Decisions', 'base', 'deep/er/x.yml:1', 0],
      ['Feedback', 'q1', 'feedback/q1.yaml:1', 0],
    ]);
  });

  it.each([
    [
      'a wrong value',
      policyText('p-one', 'rules:', '  owner-label: warm'),
      ['p.yaml:6:16', 'rules.owner-label', "'rules.owner-label' must be one of off, audit, warn, deny."],
    ],
    [
      'a wrong value further in',
      policyText('p-one', 'rules:', '  owner-label:', '    severity: huge'),
      ['p.yaml:7:15', 'rules.owner-label.severity', "'rules.owner-label.severity' must be one of critical, high, medium, low."],
    ],
    [
      'a field that is not there',
      policyText('p-one', 'extend: base'),
      ['p.yaml:5:1', 'extend', "The document has no field 'extend'."],
    ],
    ['a missing one', yaml('Policy', 'name: p-one'), ['p.yaml:1:1', 'title', "'title' is missing."]],
    [
      'a day that is not in the calendar',
      yaml('Waiver', ...WAIVER, "expires: '2027-02-30'"),
      ['p.yaml:7:10', 'expires', "'expires' is no day of the calendar."],
    ],
    [
      'a waiver of everything',
      yaml('Waiver', 'id: x', 'rule: pod-non-root', 'reason: r'),
      [
        'p.yaml:1:1',
        '',
        'The document lets everything off the rule: name an object, container, path, namespaces or labels, or disable the rule.',
      ],
    ],
    [
      'another version',
      'apiVersion: plimsoll.dev/v2\nkind: Waiver\nid: x\n',
      ['p.yaml:1:13', 'apiVersion', "'apiVersion' must be plimsoll.dev/v1."],
    ],
    ['an unknown kind', 'apiVersion: plimsoll.dev/v1\nkind: Polizy\n', ['p.yaml:2:1', 'kind', "There is no kind 'Polizy'."]],
    ['no kind at all', 'title: what is this\n', ['p.yaml:1:1', '', 'It does not say what it is, and was left out.']],
    ['broken YAML', policyText('p-one', 'rules: {a'), ['p.yaml:6:1', '', expect.stringContaining('This is no YAML')]],
    ['one key twice', policyText('p-one', 'title: again'), ['p.yaml:5:1', '', expect.stringContaining('unique')]],
  ])('with %s says what is wrong and where, and keeps the rest', (_name, text, expected) => {
    using test = openWorkspace({ 'p.yaml': text, 'good.yaml': policyText('good-one') });
    expect(problemsOf(test)).toContainEqual(expected);
    expect(read(test).content.policies.map(({ name }) => name)).toEqual(['good-one']);
  });

  it('leaves Kubernetes manifests, hidden files and what was imported alone', () => {
    using test = openWorkspace({
      'deploy.yaml': 'apiVersion: v1\nkind: ConfigMap\n',
      '.github/x.yaml': 'a: {',
      'imports/policies.yaml': 'apiVersion: v1\npolicies: []\n',
      'empty.yaml': '# nothing yet\n',
    });
    expect(problemsOf(test)).toEqual([]);
  });

  it('with two documents of one name uses neither, and names both places', () => {
    using test = openWorkspace({ 'a.yaml': policyText('base'), 'b.yaml': policyText('base', 'rules: {owner-label: off}') });
    expect(problemsOf(test)).toEqual([
      ['a.yaml:3:1', 'name', "The policy 'base' also stands in b.yaml:1; none of them counts."],
      ['b.yaml:3:1', 'name', "The policy 'base' also stands in a.yaml:1; none of them counts."],
    ]);
    expect(test.workspace.find('base')).toMatchObject({ ok: false, error: { code: 'unreadable', where: 'a.yaml:3' } });
  });

  it.each(['datree-default', 'all'])(
    'does not take a policy with the name of one that ships (%s), nor that one in its place',
    (name) => {
      using test = openWorkspace({ 'a.yaml': policyText(name) });
      expect(read(test).content.policies).toEqual([]);
      expect(test.workspace.find(name)).toMatchObject({ ok: false, error: { code: 'unreadable', where: 'a.yaml:3' } });
      expect(test.workspace.find('default').ok).toBe(true);
    },
  );

  it('never takes a built-in for a policy that is broken, nor for the one it extends', () => {
    using test = openWorkspace({
      'default.yaml': 'apiVersion: plimsoll.dev/v1\nkind: Policy\nname: default\ntitle: x\nrules: [\n',
      'shop.yaml': policyText('shop-strict', 'extends: default'),
    });
    for (const name of ['default', 'shop-strict'])
      expect(test.workspace.find(name)).toMatchObject({
        ok: false,
        error: { code: 'unreadable', what: "The policy 'default' is not right and does not count." },
      });
  });

  it('does not follow links out of it, and reads links inside', () => {
    using test = openWorkspace({ 'real.yaml': policyText('base') });
    const outside = path.join(test.folder, '..', 'outside.yaml');
    writeFileSync(outside, policyText('outside'));
    mkdirSync(path.join(test.folder, '..', 'policies'));
    symlinkSync(outside, path.join(test.folder, 'out.yaml'));
    symlinkSync(path.join(test.folder, '..', 'policies'), path.join(test.folder, 'policies'));
    symlinkSync('nowhere.yaml', path.join(test.folder, 'dangling.yaml'));
    expect(problemsOf(test).map(([at]) => at)).toEqual(['policies::', 'dangling.yaml::', 'out.yaml::']);
    expect(read(test).content.policies.map(({ name }) => name)).toEqual(['base']);
  });

  it('refuses what is too large, is no text, is no file, or grows when it is read', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (const [name, before] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf', 'hg', 'ih'].map((pair) => [...pair]))
      bomb.push(`${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(',')}]`);
    using test = openWorkspace({
      'bomb.yaml': `${policyText('bomb')}${bomb.join('\n')}\n`,
      'large.yaml': `${policyText('large')}# ${'x'.repeat(1_000_000)}`,
      'deep.yaml': `${policyText('deep')}rules: ${'['.repeat(100_000)}`,
      'good.yaml': policyText('good'),
    });
    writeFileSync(path.join(test.folder, 'binary.yaml'), new Uint8Array([0x6b, 0, 0x3a]));
    writeFileSync(path.join(test.folder, 'latin1.yaml'), new Uint8Array([0x6b, 0x3a, 0x20, 0xe4]));
    execFileSync('mkfifo', [path.join(test.folder, 'pipe.yaml')]);
    const { problems, content } = read(test);
    expect(content.policies.map(({ name }) => name)).toEqual(['good']);
    expect([...new Set(problems.map(({ file }) => file))].toSorted()).toEqual([
      'binary.yaml',
      'bomb.yaml',
      'deep.yaml',
      'large.yaml',
      'latin1.yaml',
      'pipe.yaml',
    ]);
    for (const { next } of problems) expect(next).toBeTruthy();
  });
});
