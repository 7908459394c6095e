import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCliHere } from '#test/run-cli-here.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-engines-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (...parts: readonly string[]): string => join(folder, ...parts);
const run = (...args: readonly string[]) => runCliHere(['enforce', ...args, '--workspace', at('ws'), '--db', at('plimsoll.db')]);
const warning = ['-p', 'shop', '--mode', 'warn'];

beforeAll(() => {
  mkdirSync(at('ws'));
  writeFileSync(
    at('ws', 'shop.yaml'),
    `apiVersion: plimsoll.dev/v1
kind: Policy
name: shop
title: Shop
description: For tests.
rules:
  no-privileged: deny
---
apiVersion: plimsoll.dev/v1
kind: Waiver
id: w1
rule: no-privileged
namespaces: [agents]
reason: an agent of the node
`,
  );
});

describe('plimsoll enforce export --target', () => {
  it.each([
    ['gatekeeper', [], ['constraint-templates.yaml', 'constraints.yaml'], 'gatekeeper-system'],
    ['kyverno', [], ['validating-policies.yaml'], 'kyverno'],
    ['kyverno', ['--kyverno-api', 'legacy'], ['cluster-policies.yaml'], 'kyverno'],
    ['kyverno', ['--kyverno-exceptions', 'exempt'], ['validating-policies.yaml', 'policy-exceptions.yaml'], 'kyverno'],
    ['kubewarden', [], ['cluster-admission-policies.yaml'], 'kubewarden'],
  ] as const)('%s %j writes its files, and leaves its own namespace alone', async (target, options, names, own) => {
    const out = at('out', target, options.join('-'));
    const { code, stdout } = await run('export', ...warning, '--target', target, ...options, '--out', out);
    expect(code).toBe(0);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((path) => basename(path)),
    ).toEqual([...names, 'kustomization.yaml', 'rollback.yaml']);
    const text = readFileSync(join(out, names[0]), 'utf8');
    expect(text).toContain(
      `# Never judged: the namespaces ${[own, 'kube-node-lease', 'kube-public', 'kube-system'].toSorted().join(', ')}.`,
    );
  });

  it('judges the namespace of the engine too where it is told to', async () => {
    const { code } = await run('export', ...warning, '--target', 'kyverno', '--include-system', '--out', at('all'));
    expect(code).toBe(0);
    expect(readFileSync(at('all', 'validating-policies.yaml'), 'utf8')).toContain('# Nothing is excluded');
  });

  it.each([
    ['options of Kyverno for another engine', ['--target', 'gatekeeper', '--kyverno-api', 'v1'], 'say nothing of another engine'],
    [
      'exceptions beside old policies',
      ['--target', 'kyverno', '--kyverno-api', 'v1beta1', '--kyverno-exceptions', 'x'],
      'beside policies of v1 only',
    ],
    ['what is no namespace', ['--target', 'kyverno', '--kyverno-exceptions', 'a b'], 'is no name of a namespace'],
    ['an engine that there is not', ['--target', 'opa'], 'Allowed choices are vap, gatekeeper, kyverno, kubewarden'],
  ])('refuses %s', async (_, options, said) => {
    const { code, stderr } = await run('export', ...warning, ...options, '--out', at('none'));
    expect([code, stderr.includes(said) || stderr]).toEqual([1, true]);
  });
});
