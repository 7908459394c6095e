import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { runCliHere } from '#test/run-cli-here.ts';

/** Against a real workspace folder and a real database. */

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-enforce-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (...parts: readonly string[]): string => join(folder, ...parts);
const run = (...args: readonly string[]) => runCliHere(['enforce', ...args, '--workspace', at('ws'), '--db', at('plimsoll.db')]);

interface PlanJson {
  readonly policy: string;
  readonly kubernetes: string;
  readonly rules: readonly { readonly rule: string; readonly actions: readonly object[]; readonly waivers: readonly string[] }[];
}

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
  memory-limit: warn
  no-privileged: deny
  cpu-limit: off
---
apiVersion: plimsoll.dev/v1
kind: Policy
name: shop-prod
title: Shop
extends: shop
exportAnnotationWaivers: true
---
apiVersion: plimsoll.dev/v1
kind: Policy
name: pay
title: Payments
rules:
  memory-limit: warn
  no-privileged: {mode: deny, message: "Payments run nothing privileged"}
---
apiVersion: plimsoll.dev/v1
kind: Policy
name: nothing
title: Nothing
description: For tests.
rules: {cpu-limit: off}
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

describe('plimsoll enforce plan', () => {
  it('shows what a cluster would do, rule by rule', async () => {
    const { code, stdout } = await run('plan', '-p', 'shop');
    expect(code).toBe(0);
    expect(stdout).toContain('shop: 2 rules for Kubernetes 1.30 and later; not in kube-node-lease, kube-public, kube-system.');
    expect(stdout).toMatch(/^no-privileged +deny +1 +create, update/m);
  });

  it('says what updates may do, as it is told', async () => {
    expect((await run('plan', '-p', 'shop')).stdout).toContain('On updates (template-changed): ');
    const { stdout } = await run('plan', '-p', 'shop', '--on-update', 'create-only');
    expect(stdout).toContain('On updates (create-only): updates are not judged.');
    expect(stdout).toMatch(/^no-privileged +deny +1 +create +/m);
    expect((await run('plan', '-p', 'shop', '--on-update', 'never')).code).toBe(1);
  });

  it('says whether annotations let objects off, as the policy or the one that it extends has it', async () => {
    expect((await run('plan', '-p', 'shop')).stdout).toContain('Annotations that waive a rule count in scans alone');
    expect((await run('plan', '-p', 'shop-prod')).stdout).toContain('let objects through, in shop-prod');
  });

  it('in JSON too, with modes by namespace', async () => {
    const { stdout } = await run(
      'plan',
      '-p',
      'shop',
      '--mode',
      'audit',
      '--mode',
      'deny:web,api',
      '--kubernetes',
      '1.28',
      '-o',
      'json',
    );
    const plan = JSON.parse(stdout) as PlanJson;
    expect([plan.policy, plan.kubernetes]).toEqual(['shop', '1.28']);
    expect(plan.rules.map(({ rule, waivers }) => [rule, waivers])).toEqual([
      ['memory-limit', []],
      ['no-privileged', ['w1']],
    ]);
    expect(plan.rules[1]?.actions).toEqual([
      { mode: 'audit', exceptNamespaces: ['api', 'web'] },
      { mode: 'deny', namespaces: ['api', 'web'] },
    ]);
  });
});

describe('plimsoll enforce export', () => {
  it('writes policies, a kustomization and a rollback', async () => {
    const { code, stdout } = await run(
      'export',
      '-p',
      'shop',
      '--failure-policy',
      'Fail',
      '--exclude-namespace',
      'agents',
      '--out',
      at('out'),
    );
    expect([code, stdout.trim().split('\n')]).toEqual([
      0,
      ['validating-admission-policies.yaml', 'kustomization.yaml', 'rollback.yaml'].map((name) => at('out', name)),
    ]);
    const text = readFileSync(at('out', 'validating-admission-policies.yaml'), 'utf8');
    expect(parseAllDocuments(text).map((document) => document.errors.length)).toEqual([0, 0, 0, 0]);
    expect(text.match(/failurePolicy: \w+/g)).toEqual(['failurePolicy: Ignore', 'failurePolicy: Fail']);
    expect(text).toContain('# Never judged: the namespaces agents, kube-node-lease, kube-public, kube-system.');
  });

  it('of several policies, each where it counts', async () => {
    const placed = ['-p', 'shop', '-p', 'pay:payments', '--mode', 'warn'];
    expect((await run('export', ...placed, '--out', at('several'))).code).toBe(0);
    const text = readFileSync(at('several', 'validating-admission-policies.yaml'), 'utf8');
    const names = parseAllDocuments(text).map((document) => String(document.getIn(['metadata', 'name'])));
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => /^plimsoll-(memory|no-priv)/.test(name))).toEqual([
      'plimsoll-memory-limit',
      'plimsoll-no-privileged',
      expect.stringMatching(/^plimsoll-no-privileged-[0-9a-f]{6}$/),
    ]);
    const { stdout } = await run('plan', ...placed);
    expect(stdout).toMatch(/^shop, pay: 3 rules/);
    expect(stdout).toMatch(/^no-privileged \(pay\) +warn in payments/m);
  });

  it('is told what a rule that denies does where it cannot be computed', async () => {
    const { code, stderr } = await run('export', '-p', 'shop', '--out', at('none'));
    expect([code, stderr.includes('--failure-policy')]).toEqual([1, true]);
    expect(existsSync(at('none'))).toBe(false);
    expect((await run('export', '-p', 'shop', '--mode', 'warn', '--out', at('warn'))).code).toBe(0);
  });

  it.each<[string, readonly string[], string]>([
    ['nothing to enforce', ['-p', 'nothing'], "Nothing of the policy 'nothing' can be enforced."],
    ['an unknown policy', ['-p', 'shopp'], "There is no policy named 'shopp'."],
    ['a policy twice', ['-p', 'shop', '-p', 'shop:web'], "the policy 'shop' is named twice"],
    ['two policies for all', ['-p', 'shop', '-p', 'pay'], 'one policy is for all namespaces'],
    ['two policies for a namespace', ['-p', 'shop:web', '-p', 'pay:web'], "the namespace 'web' has two policies"],
    ['a namespace that is excluded', ['-p', 'shop', '--mode', 'deny:kube-system'], 'has a mode or a policy and is excluded'],
  ])('refuses %s: 1, and writes nothing', async (_, args, said) => {
    const { code, stderr } = await run('export', ...args, '--out', at('none'));
    expect([code, stderr.includes(said) ? said : stderr]).toEqual([1, said]);
    expect(existsSync(at('none'))).toBe(false);
  });
});
