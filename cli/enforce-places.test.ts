import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { Datree } from '#test/datree.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { runCli } from '#test/run-cli.ts';
import { runCliHere } from '#test/run-cli-here.ts';

/** Exports to where a policy counts besides admission, against a real workspace and, where that is possible, with the real thing. */

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-places-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (...parts: readonly string[]): string => join(folder, ...parts);
const CLI = fileURLToPath(new URL('index.ts', import.meta.url));

const POLICY = `apiVersion: plimsoll.dev/v1
kind: Policy
name: shop
title: Shop
description: For tests.
rules:
  no-privileged: deny
  memory-limit: {mode: warn, severity: low, message: "{{container}} of {{name}} has no limit", scope: {namespaces: [shop]}}
  run-as-user-high: {mode: deny, params: {lowest: 20000}}
  cpu-limit: off
---
apiVersion: plimsoll.dev/v1
kind: Policy
name: everything
title: Everything
description: For tests.
rules: {no-aws-key: deny}
---
apiVersion: plimsoll.dev/v1
kind: Waiver
id: w1
rule: no-privileged
namespaces: [agents]
reason: an agent of the node
expires: '2099-01-01'
`;
const POD = `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {containers: [{name: web, image: registry.example/web:1, securityContext: {privileged: true}}]}
`;

beforeAll(() => {
  mkdirSync(at('plimsoll'));
  mkdirSync(at('deploy'));
  writeFileSync(at('plimsoll', 'shop.yaml'), POLICY);
  writeFileSync(at('deploy', 'pod.yaml'), POD);
});

const run = (...args: readonly string[]) =>
  runCliHere(['enforce', 'export', ...args, '--workspace', at('plimsoll'), '--db', at('plimsoll.db')]);

const GATE = ['--set', 'paths=deploy,charts/*.yaml', '--set', 'workspace=plimsoll'];
const POD_GATE = [...GATE, '--set', 'image=registry.example/plimsoll:0.1.0'];
const SETTINGS: Readonly<Record<string, readonly string[]>> = {
  github: GATE,
  gitlab: GATE,
  'pre-commit': GATE,
  'argo-cd': [...POD_GATE, '--set', 'git-image=registry.example/git:2.50.0', '--set', 'repository=https://git.example/shop.git'],
  tekton: POD_GATE,
  cronjob: ['--set', 'image=registry.example/plimsoll:0.1.0'],
};

interface Exported {
  readonly bundle: string;
  readonly files: readonly string[];
}

async function exported(target: string, ...more: readonly string[]): Promise<Exported & { readonly texts: readonly string[] }> {
  const out = at('out', target);
  const { code, stdout, stderr } = await run('-p', 'shop', '--target', target, '--out', out, '-o', 'json', ...more);
  expect([code, stderr]).toEqual([0, '']);
  const answer = JSON.parse(stdout) as Exported;
  return { ...answer, texts: answer.files.map((file) => readFileSync(file, 'utf8')) };
}

const gate = (target: string) => exported(target, ...(SETTINGS[target] ?? []));

function documentsOf(text: string): readonly unknown[] {
  const documents = parseAllDocuments(text, { version: '1.2' });
  expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
  return documents.map((document) => document.toJS() as unknown);
}

/** Texts anywhere in a value. */
const texts = (value: unknown): readonly string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap((part) => texts(part))
      : [];

describe.each(Object.keys(SETTINGS))('the target %s', (target) => {
  it('is valid YAML, pins the bundle, and is the same each time', async () => {
    const [first, second] = [await gate(target), await gate(target)];
    expect(second).toEqual(first);
    const all = first.texts.flatMap((text) => documentsOf(text));
    expect(texts(all).filter((text) => text.includes(first.bundle)).length).toBeGreaterThan(0);
    expect(first.texts[0]).toContain(`# Made by Plimsoll`);
  });
});

/** The jobs that run somewhere else are looked at as their documentation has them: there is nothing here that runs them. */
describe('the files of CI systems', () => {
  it('GitHub: one job with no more rights than it needs, which reports where people look', async () => {
    const {
      texts: [text = ''],
    } = await gate('github');
    const [workflow] = documentsOf(text);
    expect(workflow).toMatchObject({
      on: { pull_request: {}, push: { branches: ['main'] } },
      permissions: {},
      jobs: { plimsoll: { permissions: { contents: 'read', 'security-events': 'write' } } },
    });
    const command = texts(workflow).find((one) => one.startsWith('npx')) ?? '';
    expect(command).toMatch(
      /^npx --yes --package plimsoll@\d+\.\d+\.\d+ -- plimsoll test deploy 'charts\/\*\.yaml' --policy shop /,
    );
    for (const output of ['sarif=plimsoll.sarif', 'github', 'table']) expect(command).toContain(` -o ${output}`);
    expect(command).not.toContain('\n');
  });

  it('GitLab: findings as code quality and tests', async () => {
    const {
      texts: [text = ''],
    } = await gate('gitlab');
    expect(documentsOf(text)[0]).toMatchObject({
      plimsoll: {
        artifacts: { when: 'always', reports: { codequality: 'gl-code-quality-report.json', junit: 'plimsoll-junit.xml' } },
      },
    });
  });

  it('Argo CD: a hook before the sync, that has no token', async () => {
    const {
      texts: [text = ''],
    } = await gate('argo-cd');
    expect(documentsOf(text)[0]).toMatchObject({
      kind: 'Job',
      metadata: { annotations: { 'argocd.argoproj.io/hook': 'PreSync' } },
      spec: { backoffLimit: 0, template: { spec: { automountServiceAccountToken: false, restartPolicy: 'Never' } } },
    });
  });
});

describe('the command of a gate', () => {
  /** The hook's own words, run by a shell as pre-commit would from the top of the repository. */
  async function runHook(): Promise<{ readonly code: number; readonly said: string }> {
    const {
      texts: [text = ''],
    } = await gate('pre-commit');
    const entry = texts(documentsOf(text)).find((one) => one.startsWith('plimsoll test')) ?? '';
    writeFileSync(at('plimsoll-command'), `#!/bin/sh\nexec '${process.execPath}' '${CLI}' "$@"\n`, { mode: 0o755 });
    const line = entry.replace(/^plimsoll /, `${at('plimsoll-command')} `).replace(" 'charts/*.yaml'", '');
    try {
      const stdout = execFileSync('sh', ['-c', line], { cwd: folder, encoding: 'utf8', stdio: 'pipe', env: { HOME: folder } });
      return { code: 0, said: stdout };
    } catch (cause) {
      const { status, stdout, stderr } = cause as { status: number; stdout: string; stderr: string };
      return { code: status, said: stdout + stderr };
    }
  }

  it('finds what fails', { timeout: 60_000 }, async () => {
    expect(await runHook()).toMatchObject({ code: 2, said: expect.stringContaining('no-privileged') as string });
  });

  it('and judges nothing by another policy than the one it was made for', { timeout: 60_000 }, async () => {
    const file = at('out', 'pre-commit', '.pre-commit-config.yaml');
    await gate('pre-commit');
    const [entry] = texts(documentsOf(readFileSync(file, 'utf8'))).filter((one) => one.startsWith('plimsoll test'));
    const words = (entry ?? '').replace(" 'charts/*.yaml'", '').split(' ').slice(1);
    writeFileSync(at('plimsoll', 'shop.yaml'), POLICY.replace('no-privileged: deny', 'no-privileged: audit'));
    const { code, stdout, stderr } = await runCli(words, { HOME: folder }, { cwd: folder });
    writeFileSync(at('plimsoll', 'shop.yaml'), POLICY);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('is not the one that is pinned');
  });
});

describe('objects that run in a cluster', () => {
  it.each(['argo-cd', 'cronjob'])('of %s pass every rule that we have', async (target) => {
    const { files } = await gate(target);
    const { code, stdout } = await runCliHere(['test', files[0] ?? '', '-p', 'all', '-o', 'json', '--db', at('plimsoll.db')]);
    const { findings, summary } = JSON.parse(stdout) as {
      findings: { rule: string; message: string }[];
      summary: { objects: number };
    };
    expect(findings.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([]);
    expect([code, summary.objects]).toEqual([0, target === 'cronjob' ? 5 : 1]);
  });
});

describe('the CronJob', () => {
  it('carries the workspace that its policy needs, which gives the bundle that it pins', { timeout: 60_000 }, async () => {
    const {
      texts: [text = ''],
      bundle,
    } = await gate('cronjob');
    const config = documentsOf(text).find((one) => (one as { kind: string }).kind === 'ConfigMap') as {
      data: Record<string, string>;
    };
    mkdirSync(at('carried'), { recursive: true });
    writeFileSync(at('carried', 'workspace.yaml'), config.data['workspace.yaml'] ?? '');
    const test = ['test', at('deploy'), '-p', 'shop', '--workspace', at('carried'), '--db', at('carried.db'), '-o', 'json'];
    const { code, stderr } = await runCliHere([...test, '--bundle-digest', bundle]);
    expect([code, stderr]).toEqual([2, '']);
  });

  it('asks for a scan where rules look at every kind', async () => {
    const { code, stderr } = await run(
      '-p',
      'everything',
      '--target',
      'cronjob',
      ...(SETTINGS['cronjob'] ?? []),
      '--out',
      at('no'),
    );
    expect([code, stderr.includes('--run latest')]).toEqual([1, true]);
    expect(stderr).toContain('no-aws-key');
  });
});

describe.skipIf(!requireEnvtest(['datree']).available)('the policies.yaml of Datree', () => {
  it('is one that the real datree takes, and says at its head what it does not say', { timeout: 60_000 }, async () => {
    const out = at('out', 'datree');
    const { code, stderr } = await run('-p', 'shop', '--target', 'datree', '--out', out);
    expect(code).toBe(0);
    const text = readFileSync(join(out, 'policies.yaml'), 'utf8');
    const datree = new Datree();
    expect(await datree.refuses(text)).toBeUndefined();
    datree.close();
    expect(text).toContain('not maintained any more');
    for (const lost of ['severity left out', 'scope left out', 'parameters left out']) {
      expect(text.split('---')[0]).toContain(lost);
      expect(stderr).toContain(lost);
    }
  });
});

describe('PolicyReports', () => {
  it('of a kept run, in a file for each namespace', { timeout: 60_000 }, async () => {
    const kept = ['test', at('deploy'), '-p', 'shop', '--record', '--workspace', at('plimsoll'), '--db', at('kept.db')];
    expect((await runCliHere(kept)).code).toBe(2);
    const out = at('out', 'policyreport');
    const { code, stderr } = await runCliHere([
      'enforce',
      'export',
      '-p',
      'shop',
      '--target',
      'policyreport',
      '--run',
      'latest',
      '--set',
      'api=openreports',
      '--out',
      out,
      '--workspace',
      at('plimsoll'),
      '--db',
      at('kept.db'),
    ]);
    expect([code, stderr]).toEqual([0, '']);
    const [report] = documentsOf(readFileSync(join(out, 'namespaces', 'shop.yaml'), 'utf8'));
    expect(report).toMatchObject({
      apiVersion: 'openreports.io/v1alpha1',
      kind: 'Report',
      scope: { kind: 'Pod', name: 'web' },
      summary: { pass: 1, fail: 1, warn: 1, error: 0, skip: 0 },
    });
  });
});

describe('a Helm chart', () => {
  it('takes the place of the files, and keeps what it is applied as', async () => {
    const [plain, chart] = [at('out', 'plain'), at('out', 'chart')];
    const args = ['-p', 'shop', '--mode', 'warn'];
    expect((await run(...args, '--out', plain)).code).toBe(0);
    const { code, stdout } = await run(...args, '--helm', '--out', chart);
    const files = ['Chart.yaml', 'values.yaml', 'templates/validating-admission-policies.yaml'];
    expect([code, stdout]).toEqual([0, files.map((file) => `${join(chart, file)}\n`).join('')]);
    const name = 'validating-admission-policies.yaml';
    expect(documentsOf(readFileSync(join(chart, 'templates', name), 'utf8'))).toEqual(
      documentsOf(readFileSync(join(plain, name), 'utf8')),
    );
  });
});

describe('what cannot be', () => {
  it.each<[string, readonly string[], string]>([
    ['a setting that is missing', ['--target', 'github'], "It needs to know 'paths'"],
    ['a setting that nobody knows', ['--target', 'github', '--set', 'path=a'], "Did you mean 'paths'"],
    ['a setting twice', ['--target', 'github', '--set', 'paths=a', '--set', 'paths=b'], "'paths' is set twice"],
    ['a path that is an option', ['--target', 'github', '--set', 'paths=--db'], "'--db' is no value of 'paths'"],
    ['a path that a CI system would compute', ['--target', 'github', '--set', 'paths=${{github.token}}'], 'is no value'],
    ['an image that is a command', ['--target', 'cronjob', '--set', 'image=a; b'], "is no value of 'image'"],
    ['a job that would not find its policy', ['--target', 'github', '--set', 'paths=deploy'], '--set workspace=plimsoll'],
    ['a mode where there is none', ['--target', 'psa', '--mode', 'warn'], "--mode means nothing for the target 'psa'"],
    ['a setting of an engine', ['--target', 'vap', '--set', 'a=b'], "--set means nothing for the target 'vap'"],
    ['a scan for what is made without', ['--target', 'gitlab', ...GATE, '--run', 'latest'], '--run means nothing'],
    ['a chart of what is none', ['--target', 'gitlab', ...GATE, '--helm'], '--helm means nothing'],
    ['labels without a scan', ['--target', 'psa'], 'There is no finished scan'],
  ])('%s', async (_, args, said) => {
    const { code, stderr } = await run('-p', 'shop', ...args, '--out', at('none'));
    expect([code, stderr.includes(said) ? said : stderr]).toEqual([1, said]);
  });

  it('a folder is never taken from somebody else: an existing hook file stays', async () => {
    mkdirSync(at('mine'));
    writeFileSync(at('mine', '.pre-commit-config.yaml'), 'repos: []\n');
    const { code, stderr } = await run('-p', 'shop', '--target', 'pre-commit', ...GATE, '--out', at('mine'));
    expect([code, stderr.includes('that Plimsoll did not make')]).toEqual([1, true]);
    expect(readFileSync(at('mine', '.pre-commit-config.yaml'), 'utf8')).toBe('repos: []\n');
  });
});
