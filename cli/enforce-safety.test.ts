import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DriftView, ReplayRow, ReplaySummary, RolloutView } from '#core/api/enforce.ts';
import type { CheckedFile } from '#main/enforce/check.ts';
import { deployment } from '#test/scan-objects.ts';
import { runCliHere } from '#test/run-cli-here.ts';

/** Against a real workspace folder and a real database with a run of files. */

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-enforce-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (...parts: readonly string[]): string => join(folder, ...parts);
const here = ['--workspace', at('ws'), '--db', at('plimsoll.db')];
const run = (...args: readonly string[]) => runCliHere(['enforce', ...args, ...here]);

const WORKSPACE = `apiVersion: plimsoll.dev/v1
kind: Policy
name: shop
title: Shop
description: For tests.
rules:
  memory-limit: warn
  no-privileged: deny
  read-only-root-fs: {mode: deny, scope: {namespaces: [shop]}}
---
apiVersion: plimsoll.dev/v1
kind: Waiver
id: w1
rule: memory-limit
namespaces: [agents]
reason: an agent of the node
`;

interface ReplayJson {
  readonly replay: ReplaySummary;
  readonly objects: readonly ReplayRow[];
  readonly total: number;
  readonly history?: readonly { readonly counts: { readonly denied: number } }[];
}

const json = <T>(text: string): T => JSON.parse(text) as T;

beforeAll(async () => {
  mkdirSync(at('ws'));
  mkdirSync(at('files'));
  writeFileSync(at('ws', 'shop.yaml'), WORKSPACE);
  const objects = [
    deployment('web', { labels: { team: 'checkout' } }),
    deployment('agent', { namespace: 'agents' }),
    deployment('proxy', { namespace: 'kube-system' }),
  ];
  writeFileSync(at('files', 'all.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
  await runCliHere(['test', at('files'), '--record', '--source', 'files', '--quiet', ...here]);
}, 60_000);

describe('plimsoll enforce replay', () => {
  it('says what would be refused, of whom, and what the developer would read', { timeout: 60_000 }, async () => {
    const { code, stdout } = await run('replay', '-p', 'shop', '-o', 'json');
    const { replay, objects } = json<ReplayJson>(stdout);
    expect(code).toBe(2);
    expect(replay.counts).toEqual({ denied: 1, warned: 0, audited: 0, notEvaluated: 0, letThrough: 2 });
    expect(replay.byTeam[0]).toMatchObject({ name: 'checkout', counts: { denied: 1 } });
    expect(objects.map(({ outcome, rule, object, message, why }) => [outcome, rule, object.name, why ?? message])).toEqual([
      ['denied', 'read-only-root-fs', 'web', 'container web can write to its root file system'],
      ['warned', 'memory-limit', 'web', 'container web has no memory limit'],
      ['letThrough', 'memory-limit', 'agent', 'waived'],
      ['letThrough', 'memory-limit', 'proxy', 'in an excluded namespace'],
      ['letThrough', 'read-only-root-fs', 'agent', 'outside the scope of the rule'],
      ['letThrough', 'read-only-root-fs', 'proxy', 'in an excluded namespace'],
    ]);
  });

  it('is told by the mode, and by the namespaces that are asked for', { timeout: 60_000 }, async () => {
    const { code, stdout } = await run('replay', '-p', 'shop', '--mode', 'audit', '--include-system');
    expect(code).toBe(0);
    expect(stdout).toContain('0 objects denied, 0 warned of, 2 in the audit log only');
  });

  it('runs on files without keeping them, and on past runs', { timeout: 60_000 }, async () => {
    const files = await run('replay', '-p', 'shop', at('files'), '-o', 'json');
    expect(json<ReplayJson>(files.stdout).replay.counts.denied).toBe(1);
    const past = await run('replay', '-p', 'shop', '--history', '5', '-o', 'json');
    expect(json<ReplayJson>(past.stdout).history?.map(({ counts }) => counts.denied)).toEqual([1]);
  });

  it('refuses what cannot be computed, or lets it through, as the failure policy says', { timeout: 60_000 }, async () => {
    const containers = [{ name: 'web', image: 'web:1', securityContext: 'none' }];
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'odd', namespace: 'other' }, spec: { containers } };
    writeFileSync(at('odd.json'), JSON.stringify(pod));
    const only = 'apiVersion: plimsoll.dev/v1\nkind: Policy\nname: only\ntitle: One rule\nrules: {no-privileged: deny}\n';
    writeFileSync(at('ws', 'only.yaml'), only);
    const replayed = async (failurePolicy: string) => {
      const { code, stdout } = await run('replay', '-p', 'only', at('odd.json'), '--failure-policy', failurePolicy, '-o', 'json');
      return [code, ...json<ReplayJson>(stdout).objects.map(({ rule, outcome }) => `${rule} ${outcome}`)];
    };
    expect(await replayed('Ignore')).toEqual([0, 'no-privileged letThrough']);
    expect(await replayed('Fail')).toEqual([2, 'no-privileged denied']);
    unlinkSync(at('ws', 'only.yaml'));
  });

  it('does not take for clean what it could not read, nor nothing at all', async () => {
    writeFileSync(at('broken.yaml'), 'a: [');
    const broken = await run('replay', '-p', 'shop', at('broken.yaml'));
    expect([broken.code, broken.stderr.includes('not read:')]).toEqual([2, true]);
    writeFileSync(at('empty.yaml'), 'a: 1\n');
    expect((await run('replay', '-p', 'shop', at('empty.yaml'))).code).toBe(1);
  });
});

describe('plimsoll enforce export', () => {
  const asked = ['-p', 'shop', '--failure-policy', 'Ignore', '--out'];

  it('asks before it refuses what is there, and names it', { timeout: 60_000 }, async () => {
    const refused = await run('export', ...asked, at('refused'));
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('read-only-root-fs: Deployment shop/web');
    expect(refused.stderr).toContain('--yes');
    expect((await run('export', ...asked, at('out'), '--yes')).code).toBe(0);
    expect((await run('export', ...asked, at('warn'), '--mode', 'warn')).code).toBe(0);
  });

  it('goes rule by rule where the rollout plan is followed', { timeout: 60_000 }, async () => {
    const { code } = await run('export', ...asked, at('step'), '--rollout');
    expect(code).toBe(0);
    const text = readFileSync(at('step', 'validating-admission-policies.yaml'), 'utf8');
    expect(text.match(/plimsoll-(audit|warn|deny)-/g)?.every((name) => name === 'plimsoll-audit-')).toBe(true);
  });
});

describe('plimsoll enforce rollout', () => {
  it('proposes the days of each step, and none where something fails', { timeout: 60_000 }, async () => {
    const { code, stdout } = await run('rollout', '-p', 'shop', '--start', '2026-01-01', '-o', 'json');
    expect(code).toBe(0);
    const { rules } = json<RolloutView>(stdout);
    const steps = (id: string) => rules.find(({ rule }) => rule === id)?.steps.map(({ mode, from }) => [mode, from]);
    expect(steps('memory-limit')).toEqual([
      ['audit', '2026-01-01'],
      ['warn', '2026-01-08'],
    ]);
    expect(steps('read-only-root-fs')?.at(-1)).toEqual(['deny', undefined]);
    const table = await run('rollout', '-p', 'shop', '--step', 'warn', '--start', '2026-01-01');
    expect(table.stdout).toMatch(/^memory-limit +warn/m);
  });
});

describe('plimsoll enforce check', () => {
  const check = async (dir: string, ...more: readonly string[]) => {
    const { code, stdout } = await run('check', at(dir), '-p', 'shop', '--failure-policy', 'Ignore', ...more, '-o', 'json');
    return { code, files: json<{ readonly files: readonly CheckedFile[] }>(stdout).files };
  };
  const POLICIES = 'validating-admission-policies.yaml';
  const states = (files: readonly CheckedFile[]) =>
    files.filter(({ state }) => state !== 'same').map(({ state, name }) => [state, name]);

  it('passes what is up to date: 0', { timeout: 60_000 }, async () => {
    const { code, files } = await check('out');
    expect([code, states(files), files.length]).toEqual([0, [], 3]);
  });

  it('finds files that are gone, left over, or made otherwise: 2', { timeout: 60_000 }, async () => {
    unlinkSync(at('warn', 'rollback.yaml'));
    writeFileSync(at('warn', 'old.yaml'), '# Made by Plimsoll 0.0.1: do not edit, export again.\n');
    const { code, files } = await check('warn');
    expect(code).toBe(2);
    expect(states(files)).toEqual([
      ['changed', POLICIES],
      ['missing', 'rollback.yaml'],
      ['extra', 'old.yaml'],
    ]);
    expect(files[0]?.detail).toBe('was made with other options, or changed by hand');
    expect((await check('warn', '--mode', 'warn')).files[0]?.state).toBe('same');
  });

  it('finds what was changed by hand: 2', { timeout: 60_000 }, async () => {
    const text = readFileSync(at('out', POLICIES), 'utf8');
    writeFileSync(at('out', POLICIES), text.replace('failurePolicy: Ignore', 'failurePolicy: Fail'));
    const { code, files } = await check('out');
    expect([code, files[0]?.state, files[0]?.detail]).toEqual([2, 'changed', 'was changed by hand: plimsoll-memory-limit']);
    writeFileSync(at('out', POLICIES), text);
  });

  it('finds what is of an earlier policy: 2', { timeout: 60_000 }, async () => {
    appendFileSync(
      at('ws', 'shop.yaml'),
      '---\napiVersion: plimsoll.dev/v1\nkind: Waiver\nid: w2\nrule: no-privileged\nnamespaces: [labs]\nreason: later\nexpires: 2999-01-31\n',
    );
    const { code, files } = await check('out');
    expect([code, files[0]?.state, files[0]?.detail.startsWith('is of the bundle ')]).toEqual([2, 'stale', true]);
  });

  it('finds waivers that have ended: 2', { timeout: 60_000 }, async () => {
    expect((await run('export', '-p', 'shop', '--mode', 'warn', '--out', at('waived'))).code).toBe(0);
    const text = readFileSync(at('waived', POLICIES), 'utf8');
    writeFileSync(at('waived', POLICIES), text.replace(/waiver-expires: .*/, 'waiver-expires: "2020-01-31"'));
    const { code, files } = await check('waived', '--mode', 'warn');
    expect([code, files[0]?.state, files[0]?.detail]).toEqual([2, 'expired', 'carries a waiver that ended on 2020-01-31']);
  });

  it('says where there is no such folder: 1', { timeout: 60_000 }, async () => {
    expect((await run('check', at('nowhere'), '-p', 'shop')).code).toBe(1);
  });
});

describe('plimsoll enforce drift', () => {
  it('does not take a run of files for a cluster', { timeout: 60_000 }, async () => {
    const { code, stdout } = await run('drift', '-p', 'shop', '-o', 'json');
    const view = json<DriftView>(stdout);
    expect([code, view.counts.missing, view.engines[0]?.status]).toEqual([0, 0, 'unread']);
  });
});

describe('plimsoll enforce plan', () => {
  it('says what is known of who could bypass it', { timeout: 60_000 }, async () => {
    expect((await run('plan', '-p', 'shop')).stdout).toContain('Files do not say who may do what in the cluster.');
    expect((await run('plan', '-p', 'shop', '--run', 'none')).stdout).toContain('No scan is chosen.');
  });
});
