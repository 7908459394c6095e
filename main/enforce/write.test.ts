import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { ExportFile } from '#core/enforce/files.ts';
import { writeExport } from '#main/enforce/write.ts';
import { exportText } from '#main/enforce/yaml.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-export-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const hostile = { a: 'yes', b: 'no: # "quoted"', c: "it's\nlong\n", d: '*', e: `${'x && '.repeat(60)}true`, f: '0644', g: '' };
const FILE: ExportFile = { name: 'a.yaml', header: ['One line.', '', 'two\nlines: - x'], documents: [hostile, { b: [1, true] }] };

describe('an export as text', () => {
  it.each(['1.1', '1.2'] as const)('is read back as it was, by YAML %s', (version) => {
    const documents = parseAllDocuments(exportText(FILE, '1.0.0'), { version });
    expect(documents.map((document) => document.toJS() as unknown)).toEqual(FILE.documents);
  });

  it('begins with what it is, in comments only', () => {
    const head = exportText(FILE, '1.0.0').split('---')[0] ?? '';
    expect(head.split('\n')).toEqual([
      '# Made by Plimsoll 1.0.0: do not edit, export again.',
      '# One line.',
      '#',
      '# two lines: - x',
      '',
    ]);
  });
});

describe('an export in a folder', () => {
  it('is written whole, and over an earlier one', () => {
    const below = join(folder, 'enforce', 'vap');
    expect(writeExport([FILE], below, '1.0.0')).toEqual({ ok: true, value: [join(below, 'a.yaml')] });
    expect(writeExport([{ ...FILE, header: ['Again.'] }], below, '1.0.1').ok).toBe(true);
    expect(readFileSync(join(below, 'a.yaml'), 'utf8')).toContain('# Again.');
    expect(readdirSync(below)).toEqual(['a.yaml']);
  });

  it('is not written over a file of somebody else, and nothing beside it', () => {
    writeFileSync(join(folder, 'a.yaml'), 'mine: true\n');
    const refused = writeExport([{ ...FILE, name: 'b.yaml' }, FILE], folder, '1.0.0');
    expect(refused).toMatchObject({ ok: false, error: { code: 'conflict', where: join(folder, 'a.yaml') } });
    expect(readdirSync(folder)).toEqual(['a.yaml']);
    expect(readFileSync(join(folder, 'a.yaml'), 'utf8')).toBe('mine: true\n');
  });

  it('says where it cannot be written', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(writeExport([FILE], join(folder, 'file', 'below'), '1.0.0')).toMatchObject({
      ok: false,
      error: { code: 'invalidInput' },
    });
  });
});
