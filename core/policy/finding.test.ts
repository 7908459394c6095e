import { describe, expect, it } from 'vitest';
import { findingsOf, teamsOf } from '#core/policy/finding.ts';
import { policyRules } from '#core/policy/project.ts';
import { objectOf, POLICY, RULE_SET, RULES, seen } from '#core/policy/small-scan.fixture.ts';
import { fingerprint } from '#core/rules/fingerprint.ts';

describe('a finding', () => {
  it('has a fingerprint of rule, group, kind, namespace, name and path, and of nothing else', () => {
    const [finding] = seen([objectOf('apps/Deployment', 'web', { limits: 'fail' })]).findings;
    expect(finding?.fingerprint).toBe(
      fingerprint({ ruleId: 'limits', group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web', path: 'spec.limits' }),
    );
    const other = objectOf(
      'apps/Deployment',
      'web',
      { limits: 'fail' },
      { apiVersion: 'apps/v1beta1', id: 99, labels: { a: 'b' } },
    );
    expect(seen([other]).findings[0]?.fingerprint).toBe(finding?.fingerprint);
    expect(seen([other]).findings[0]?.identity).toBe(finding?.identity);
  });

  it('shares its fingerprint with no other of its run: a place that is named twice counts once', () => {
    const paths = ['a', 'b', 'a', ''];
    const facts = [0, 1].flatMap((rule) => paths.map((path) => ({ rule, path })));
    const objects = [
      objectOf('Pod', 'web', { limits: 'fail', secrets: 'fail' }, { findings: facts }),
      objectOf('Pod', 'web', { limits: 'fail', secrets: 'fail' }, { findings: facts, namespace: 'ops' }),
      objectOf('apps/Deployment', 'web', { limits: 'fail', secrets: 'fail' }, { findings: facts }),
    ];
    const { findings } = seen(objects);
    expect(findings).toHaveLength(3 * 2 * 3);
    expect(new Set(findings.map((finding) => finding.fingerprint)).size).toBe(findings.length);
    expect(new Set(findings.map((finding) => finding.identity)).size).toBe(findings.length);
  });

  it('stands at the object itself where no place is known', () => {
    const object = objectOf('Pod', 'web', { limits: 'fail' }, { findings: [] });
    expect(seen([object]).findings.map(({ path, verdict }) => [path, verdict])).toEqual([['', 'fail']]);
  });

  it('shows failing places only where others could not be judged', () => {
    const findings = [
      { rule: 0, path: 'open', reason: 'odd' },
      { rule: 0, path: 'failing' },
    ];
    expect(seen([objectOf('Pod', 'web', { limits: 'fail' }, { findings })]).findings.map(({ path }) => path)).toEqual([
      'failing',
    ]);
  });

  it('has the line of its own place in a file, else none', () => {
    const positions = [
      { line: 3, column: 5 },
      { line: 9, column: 7 },
    ];
    const findings = [
      { rule: 1, path: 'a' },
      { rule: 0, path: 'b' },
    ];
    const object = objectOf(
      'Pod',
      'web',
      { limits: 'fail', secrets: 'fail' },
      { findings, positions, place: { file: 'a.yaml', line: 1, document: 0 } },
    );
    expect(seen([object]).findings.map(({ path, position }) => [path, position?.line])).toEqual([
      ['b', 9],
      ['a', 3],
    ]);
    expect(seen([objectOf('Pod', 'web', { limits: 'fail' })]).findings[0]?.position).toBeUndefined();
  });
});

describe('the message of a finding', () => {
  const messageOf = (message: string, params = {}, facts = {}) => {
    const rules = policyRules(
      { ...POLICY, rules: { limits: { mode: 'deny', message } } },
      RULES.map((rule) => ({ ...rule, params })),
      RULE_SET,
    );
    return seen([objectOf('Pod', 'web', { limits: 'fail' }, { findings: [{ rule: 0, path: 'spec.x', ...facts }] })], rules)
      .findings[0]?.message;
  };

  it('fills in what is known, and leaves empty what does not apply', () => {
    expect(
      messageOf('{{kind}} {{namespace}}/{{name}} {{path}} {{container}}={{value}}', {}, { container: 'c', value: 'v' }),
    ).toBe('Pod shop/web spec.x c=v');
    expect(messageOf('[{{container}}{{value}}]')).toBe('[]');
  });

  it('knows parameters, also lists; names of the host come first', () => {
    expect(messageOf('{{lowest}} of {{allowed}} for {{name}}', { lowest: 2, allowed: ['a', 'b'], name: 'param' })).toBe(
      '2 of ["a","b"] for web',
    );
  });

  it('is not filled in twice, whatever a value says', () => {
    expect(messageOf('{{value}}', {}, { value: '{{name}}' })).toBe('{{name}}');
  });

  it('is the reason where nothing was judged', () => {
    expect(seen([objectOf('Pod', 'web', { limits: 'error' })]).findings[0]).toMatchObject({
      message: 'some reason',
      reason: 'some reason',
    });
  });

  it('is asked for by judgement', () => {
    const { projection } = seen([objectOf('Pod', 'web', { limits: 'fail' })]);
    expect(projection.judgements.flatMap(findingsOf).map(({ message }) => message)).toEqual(['container  has no limit']);
  });
});

describe('the team of an object (decisions.md 22)', () => {
  const { namespace: _, ...namespaceObject } = objectOf('Namespace', 'shop', {}, { labels: { team: 'shop-team' } });
  const teamOf = teamsOf([namespaceObject, objectOf('Namespace', 'bare', {}, { labels: { team: '' } })], 'team');

  it('is its own label, else its namespace’s, else none', () => {
    expect(teamOf(objectOf('Pod', 'a', {}, { labels: { team: 'own' } }))).toBe('own');
    expect(teamOf(objectOf('Pod', 'a', {}))).toBe('shop-team');
    expect(teamOf(objectOf('Pod', 'a', {}, { labels: { team: '' } }))).toBe('shop-team');
    expect(teamOf(objectOf('Pod', 'a', {}, { namespace: 'bare' }))).toBeUndefined();
    expect(teamOf(objectOf('Pod', 'a', {}, { namespace: 'unknown' }))).toBeUndefined();
    expect(teamOf(namespaceObject)).toBe('shop-team');
  });

  it('is read by the label that the workspace names', () => {
    const owner = teamsOf([{ ...namespaceObject, labels: { 'example.com/owner': 'x' } }], 'example.com/owner');
    expect(owner(objectOf('Pod', 'a', {}))).toBe('x');
  });
});
