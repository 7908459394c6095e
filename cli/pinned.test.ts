import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCliHere } from '#test/run-cli-here.ts';

/** A job judges by what was reviewed, or not at all. */

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-pinned-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (...parts: readonly string[]): string => join(folder, ...parts);

const POLICY = `apiVersion: plimsoll.dev/v1
kind: Policy
name: shop
title: Shop
description: For tests.
rules: {no-privileged: deny}
`;
const WAIVER = `apiVersion: plimsoll.dev/v1
kind: Waiver
id: w1
rule: no-privileged
namespaces: [agents]
reason: an agent of the node
`;
const POD = `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {containers: [{name: web, image: registry.example/web:1}]}
`;

beforeAll(() => {
  mkdirSync(at('ws'));
  writeFileSync(at('ws', 'shop.yaml'), POLICY);
  writeFileSync(at('pod.yaml'), POD);
});

const test = (...args: readonly string[]) =>
  runCliHere(['test', at('pod.yaml'), '-p', 'shop', '--workspace', at('ws'), '--db', at('plimsoll.db'), ...args]);

const digestNow = async (): Promise<string> => {
  const { stdout } = await test('-o', 'json');
  return (JSON.parse(stdout) as { run: { bundleDigest: string } }).run.bundleDigest;
};

it.each([[[]], [['--record']]])('the pinned policy judges, %j', async (more) => {
  expect(await test('--bundle-digest', await digestNow(), ...more)).toMatchObject({ code: 0 });
});

it.each([[[]], [['--record']]])('one that changed does not, and says what is in force now, %j', async (more) => {
  const before = await digestNow();
  writeFileSync(at('ws', 'waiver.yaml'), WAIVER);
  const after = await digestNow();
  expect(after).not.toBe(before);
  const { code, stdout, stderr } = await test('--bundle-digest', before, ...more);
  rmSync(at('ws', 'waiver.yaml'));
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain("The policy 'shop' is not the one that is pinned, and nothing was judged.");
  expect(stderr).toContain(`Pinned is ${before}, and here it is ${after}`);
});

it('nor does a part of it', async () => {
  expect((await test('--bundle-digest', await digestNow(), '--rule', 'memory-limit')).code).toBe(1);
});

it('a scan is held to it before it connects', async () => {
  const { code, stderr } = await runCliHere([
    'scan',
    '-p',
    'shop',
    '--workspace',
    at('ws'),
    '--db',
    at('plimsoll.db'),
    '--kubeconfig',
    at('none'),
    '--bundle-digest',
    'a'.repeat(64),
  ]);
  expect([code, stderr.includes('is not the one that is pinned')]).toEqual([1, true]);
});

it('a digest that is none is a slip of the pen', async () => {
  const { code, stderr } = await test('--bundle-digest', 'abc');
  expect([code, stderr.includes('64 hexadecimal digits')]).toEqual([1, true]);
});
