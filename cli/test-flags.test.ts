import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonReport } from '#core/report/json.ts';
import type { JsonReport } from '#core/report/json.ts';
import { runCliHere } from '#test/run-cli-here.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-flags-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (...parts: readonly string[]): string => join(folder, ...parts);
const ws = at('workspace');

beforeAll(() => {
  for (const name of ['m', 'mixed', 'workspace']) mkdirSync(at(name));
  writeFileSync(
    at('m', 'pod.yaml'),
    `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {containers: [{name: a, image: 'a:latest', resources: {requests: {cpu: 1}}}]}
`,
  );
  writeFileSync(at('mixed', 'values.yaml'), `a: 1\n---\n${readFileSync(at('m', 'pod.yaml'), 'utf8')}`);
  const head = 'apiVersion: plimsoll.dev/v1\n';
  writeFileSync(
    join(ws, 'policies.yaml'),
    `${head}kind: Policy
name: shop-strict
title: Shop
rules: {cpu-limit: {mode: warn, severity: low}, memory-limit: {mode: warn}, image-tag-explicit: deny, liveness-probe: audit}
---
${head}kind: Policy
name: warns
title: Warnings
rules: {cpu-limit: warn, memory-limit: warn}
---
${head}kind: Waiver
id: tag
rule: image-tag-explicit
object: {kind: Pod, namespace: shop, name: web}
reason: for now
policies: [waived]
---
${head}kind: Policy
name: waived
title: Waived
rules: {image-tag-explicit: deny}
---
${head}kind: Debt
policy: warns
source: shop
scan: 01KB0000000000000000000000
frozen: 2026-11-24T00:00:00Z
rules:
  cpu-limit: [{object: {kind: Pod, namespace: shop, name: web}, paths: ['spec.containers[name=a].resources.limits.cpu']}]
`,
  );
  writeFileSync(
    at('datree.yaml'),
    `apiVersion: v1
policies:
  - name: Mine
    rules:
      - {identifier: CONTAINERS_MISSING_CPU_LIMIT_KEY, messageOnFailure: our own words}
      - {identifier: NOT_THERE, messageOnFailure: ''}
  - name: other-one
    isDefault: true
    rules: [{identifier: CONTAINERS_MISSING_LIVENESSPROBE_KEY, messageOnFailure: ''}]
`,
  );
});

const run = (...args: readonly string[]) => runCliHere(['test', at('m'), '--workspace', ws, ...args]);
const reported = async (...args: readonly string[]): Promise<JsonReport> =>
  jsonReport.parse(JSON.parse((await run('-o', 'json', ...args)).stdout));
const failing = ({ findings }: JsonReport): readonly string[] => findings.map(({ rule }) => rule);

describe('plimsoll test and the workspace', () => {
  it('judges by its policies, and finds nothing under a name that is not there', async () => {
    const report = await reported('-p', 'shop-strict');
    expect(report.policy).toEqual({ name: 'shop-strict', rules: 4 });
    expect((await run('-p', 'shop-strickt')).stderr).toContain("Did you mean 'shop-strict'?");
  });

  it('counts its waivers, which are never passes', async () => {
    const report = await reported('-p', 'waived');
    expect(report.waived).toMatchObject([{ rule: 'image-tag-explicit', reason: 'for now' }]);
    expect(report.summary.verdicts).toMatchObject({ pass: 0, fail: 0, waived: 1 });
    expect((await run('-p', 'waived')).code).toBe(0);
  });

  it('must be there where it is asked for', async () => {
    const { code, stderr } = await runCliHere(['test', at('m'), '--workspace', at('nowhere')]);
    expect([code, stderr.includes('no workspace folder')]).toEqual([1, true]);
  });
});

describe('which findings count', () => {
  it.each<[string, readonly string[], number]>([
    ['all, by default', ['-p', 'shop-strict'], 2],
    ['from a severity on', ['-p', 'warns', '--fail-on', 'high'], 0],
    ['from a severity on, that one too', ['-p', 'warns', '--fail-on', 'medium'], 2],
    ['warnings up to a number', ['-p', 'warns', '--max-warnings', '2'], 0],
    ['warnings beyond a number', ['-p', 'warns', '--max-warnings', '1'], 2],
    ['those of mode deny whatever the number', ['-p', 'shop-strict', '--max-warnings', '9'], 2],
    ['warnings of the severity only', ['-p', 'shop-strict', '--rule', 'cpu-limit', '--fail-on', 'medium'], 0],
    ['new ones: one of two is no debt', ['-p', 'warns', '--source', 'shop', '--fail-on', 'new'], 2],
    ['new ones: the other is known', ['-p', 'warns', '--source', 'shop', '--fail-on', 'new', '--rule', 'cpu-limit'], 0],
    ['of another source nothing is known', ['-p', 'warns', '--source', 'x', '--fail-on', 'new', '--rule', 'cpu-limit'], 2],
  ])('%s', async (_, args, expected) => {
    expect((await run(...args)).code).toBe(expected);
  });

  it('debt is marked in the report', async () => {
    const report = await reported('-p', 'warns', '--source', 'shop');
    expect(Object.fromEntries(report.findings.map(({ rule, debt }) => [rule, debt]))).toEqual({
      'cpu-limit': true,
      'memory-limit': undefined,
    });
  });
});

describe("the flags of Datree's test", () => {
  it('--policy-config judges by the default policy of the file, or by the one named', async () => {
    expect(failing(await reported('--policy-config', at('datree.yaml')))).toEqual(['liveness-probe']);
    const mine = await reported('--policy-config', at('datree.yaml'), '-p', 'Mine');
    expect(mine.policy.name).toBe('Mine');
    expect(mine.findings.map(({ message }) => message)).toEqual(['our own words']);
  });

  it('--policy-config says what is not evaluated, and which policies there are', async () => {
    expect((await run('--policy-config', at('datree.yaml'))).stderr).toContain('not evaluated here: NOT_THERE');
    expect((await run('--policy-config', at('datree.yaml'), '-p', 'Mind')).stderr).toContain("Did you mean 'Mine'?");
    expect(await run('--policy-config', at('m', 'pod.yaml'))).toMatchObject({ code: 1 });
    expect(await run('--policy-config', at('nowhere.yaml'))).toMatchObject({ code: 1 });
  });

  it('--policy-config and --record do not go together', async () => {
    const { code, stderr } = await run('--policy-config', at('datree.yaml'), '--record', '--db', at('x.db'));
    expect([code, stderr.includes('policy import')]).toEqual([1, true]);
  });

  it.each([
    ['simple', 'table', /^objects/m],
    ['xml', 'json', /"schemaVersion"/],
  ])('-o %s gives a %s, and says so', async (asked, format, said) => {
    const { stdout, stderr } = await run('-o', asked);
    expect(stdout).toMatch(said);
    expect(stderr).toContain(`-o ${asked} is not there: ${format} instead`);
  });

  it('-o JUnit is written as Datree wrote it, or small', async () => {
    const { stdout, stderr } = await run('-o', 'JUnit');
    expect(stdout).toMatch(/^<\?xml /);
    expect(stderr).not.toContain('JUnit');
  });

  it('--save-results FILE is -o json=FILE beside what goes to the terminal', async () => {
    const { stdout } = await run('--save-results', at('saved.json'));
    expect(stdout).toMatch(/^objects/m);
    expect(jsonReport.parse(JSON.parse(readFileSync(at('saved.json'), 'utf8'))).objects).toHaveLength(1);
  });

  it('--exclude passes over files that it matches, in linear time, and must be an expression of RE2', async () => {
    expect((await run('--exclude', 'pod\\.yaml$', '--allow-empty')).code).toBe(0);
    expect((await run('--exclude', '(a*)*$x')).code).toBe(2);
    expect((await run('--exclude', '(')).stderr).toContain('no regular expression');
  });

  it('--only-k8s-files leaves out a file with a document that is no manifest, and says so', async () => {
    const mixed = (...args: readonly string[]) => runCliHere(['test', at('mixed'), at('m'), '-o', 'json', ...args]);
    expect(jsonReport.parse(JSON.parse((await mixed()).stdout)).objects).toHaveLength(2);
    const only = jsonReport.parse(JSON.parse((await mixed('--only-k8s-files')).stdout));
    expect(only.objects.map(({ file }) => file)).toEqual([at('m', 'pod.yaml')]);
    expect(only.notes).toMatchObject([{ file: at('mixed', 'values.yaml'), message: expect.stringContaining('left out') }]);
  });

  it('--kubernetes, or -s, is the version that is judged for; what is not known yet is said', async () => {
    expect((await reported('--kubernetes', '1.24')).run.kubernetesMinor).toBe('1.24');
    expect((await reported('-s', '1.34.0')).run.kubernetesMinor).toBe('1.34');
    expect((await reported()).run.kubernetesMinor).toBeUndefined();
    expect((await run('--kubernetes', '1.99')).stderr).toContain('Kubernetes 1.99 is not known here: judged as for 1.37');
    expect((await run('--kubernetes', 'new')).stderr).toContain('a version is written 1.34 or 1.34.0.');
  });

  it('--kubernetes decides what the Pod Security Standards ask for, by their templates', async () => {
    const failingBy = async (policy: string, ...args: readonly string[]) => failing(await reported('-p', policy, ...args));
    expect(await failingBy('pss-restricted', '--kubernetes', '1.18')).not.toContain('pss-seccomp-restricted');
    expect(await failingBy('pss-restricted', '--kubernetes', '1.19')).toContain('pss-seccomp-restricted');
    expect(await failingBy('pss-baseline')).toEqual([]);
  });

  it('--verbose says how to fix what fails, with the identifier of Datree', async () => {
    const { stdout } = await run('--verbose', '-p', 'warns');
    expect(stdout).toContain('cpu-limit (CONTAINERS_MISSING_CPU_LIMIT_KEY)');
    expect(stdout).toContain('https://');
  });

  it('those without a meaning are ignored with one line', async () => {
    const flags = [
      '--no-record',
      '--ignore-missing-schemas',
      '--permissive-schema',
      '--schema-location=x',
      '--schema-location=y',
      '--skip-validation=schema',
      '--save-rendered',
    ];
    const { code, stderr } = await run(...flags);
    expect(code).toBe(2);
    expect(stderr.trim().split('\n')).toEqual([expect.stringContaining('--ignore-missing-schemas')]);
    for (const flag of flags) expect(stderr).toContain(flag.split('=')[0]);
  });
});
