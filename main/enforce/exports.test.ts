import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { exportFolder, exportsIn } from '#main/enforce/exports.ts';
import { temporaryFolder } from '#test/scan-app.ts';

it('counts exports by policy and target, and takes no empty folder for one', () => {
  using folder = temporaryFolder();
  expect(exportsIn(folder.path)).toBe(0);
  for (const [policy, target] of [
    ['base', 'vap'],
    ['base', 'kyverno'],
    ['strict', 'vap'],
  ] as const)
    mkdirSync(exportFolder(folder.path, policy, target), { recursive: true });
  writeFileSync(join(folder.path, 'enforce', 'notes.txt'), 'ours');
  expect(exportsIn(folder.path)).toBe(0);
  writeFileSync(join(exportFolder(folder.path, 'base', 'vap'), 'rollback.yaml'), '');
  writeFileSync(join(exportFolder(folder.path, 'strict', 'vap'), 'rollback.yaml'), '');
  expect(exportsIn(folder.path)).toBe(2);
});
