import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { FORMAT_NAMES, FORMATS } from '#core/report/format-names.ts';
import { runCliHere } from '#test/run-cli-here.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-outputs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (...parts: readonly string[]): string => join(folder, ...parts);
const kept = ['--db', at('plimsoll.db'), '--workspace', at('ws')];
const run = (...args: readonly string[]) => runCliHere([...args, ...kept]);

const POD = `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, annotations: {plimsoll.dev/waive: 'x'}}
spec:
  containers:
    - {name: a, image: nginx}
    - {name: b, image: 'nginx:1'}
`;

beforeAll(() => writeFileSync(at('pod.yaml'), POD));

describe('-o of test, scan and show', () => {
  it('writes every format beside the others, and what is asked of the exit code stays', async () => {
    const files = FORMAT_NAMES.map((format) => [format, at(`all.${format}.${FORMATS[format].extension}`)] as const);
    const { code, stdout } = await runCliHere([
      'test',
      at('pod.yaml'),
      ...files.flatMap(([format, file]) => ['-o', `${format}=${file}`]),
    ]);
    expect([code, stdout]).toEqual([2, '']);
    for (const [, file] of files) expect(readFileSync(file, 'utf8')).toMatch(/\S\n$/);
    expect(parse(readFileSync(at('all.yaml.yaml'), 'utf8'))).toEqual(JSON.parse(readFileSync(at('all.json.json'), 'utf8')));
  });

  it('says which file it is of as it was named; Datree says it in full', async () => {
    const { stdout } = await runCliHere(['test', at('pod.yaml'), '-o', 'datree-json']);
    const { policyValidationResults } = JSON.parse(stdout) as {
      policyValidationResults: {
        fileName: string;
        ruleResults: { occurrencesDetails: { failureLocations: { schemaPath: string }[] }[] }[];
      }[];
    };
    expect(policyValidationResults.map(({ fileName }) => fileName)).toEqual([resolve(at('pod.yaml'))]);
    const pointers = policyValidationResults
      .flatMap(({ ruleResults }) => ruleResults)
      .flatMap(({ occurrencesDetails }) => occurrencesDetails)
      .flatMap(({ failureLocations }) => failureLocations.map(({ schemaPath }) => schemaPath));
    expect(new Set(pointers)).toEqual(new Set(['/spec/containers/0', '/spec/containers/1', '/spec/containers/0/image']));
  });

  it('of a kept scan are the same, from what was kept', async () => {
    const recorded = await run('test', at('pod.yaml'), '--record', '--source', 'shop', '-o', `datree-json=${at('then.json')}`);
    expect(recorded.code).toBe(2);
    const shown = await run('show', 'latest', '-o', 'datree-json');
    const pointers = (text: string): readonly string[] =>
      [...text.matchAll(/"schemaPath": "([^"]*)"/g)].map((match) => match[1] ?? '');
    expect(pointers(shown.stdout)).toEqual(pointers(readFileSync(at('then.json'), 'utf8')));
    expect((await run('show', 'latest', '-o', 'html')).stdout).toMatch(/^<!doctype html>/);
    expect((await run('show', 'latest', '-o', 'sarif')).stdout).toContain('"version": "2.1.0"');
  });

  it('of one rule or one finding are table, JSON and YAML; what is of a whole scan is usage, with what would be right', async () => {
    const { code, stderr, stdout } = await run('show', 'memory-limit', '-o', 'sarif');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('cannot be written as sarif');
    expect(stderr).toContain("'plimsoll show latest -o sarif'");
    const yaml = await run('show', 'memory-limit', '-o', 'yaml');
    expect((parse(yaml.stdout) as { rule: { id: string } }).rule.id).toBe('memory-limit');
    const saved = await run('show', 'memory-limit', '-o', `json=${at('rule.json')}`, '-o', 'table');
    expect(saved.stdout).toContain('memory-limit');
    expect(JSON.parse(readFileSync(at('rule.json'), 'utf8'))).toMatchObject({ rule: { id: 'memory-limit' } });
  });

  it('into a folder that is not there is an error of what, where, why and next', async () => {
    const { code, stderr } = await runCliHere(['test', at('pod.yaml'), '-o', `sarif=${at('no', 'where.sarif')}`]);
    expect(code).toBe(1);
    expect(stderr).toContain('The file cannot be written.');
    expect(stderr).toContain('next:');
  });
});

describe('-o of lists', () => {
  it.each([
    ['rules', ['rules']],
    ['policy list', ['policy', 'list', ...kept]],
    ['policy show', ['policy', 'show', 'datree-default', ...kept]],
    ['history', ['history', '--db', at('plimsoll.db')]],
  ] as const)('%s is a table in CSV and Markdown, and a value in JSON and YAML', async (_, args) => {
    const csv = (await runCliHere([...args, '-o', 'csv'])).stdout;
    const markdown = (await runCliHere([...args, '-o', 'markdown'])).stdout;
    const head = csv.slice(0, csv.indexOf('\r\n')).split(',');
    expect(markdown.split('\n')[0]).toBe(`| ${head.join(' | ')} |`);
    expect(markdown.trimEnd().split('\n').length - 2).toBe(csv.trimEnd().split('\r\n').length - 1);
    const json = (await runCliHere([...args, '-o', 'json'])).stdout;
    expect(parse((await runCliHere([...args, '-o', 'yaml'])).stdout)).toEqual(JSON.parse(json));
  });

  it('go to files, several at once', async () => {
    const { code, stdout } = await run('policy', 'list', '-o', `csv=${at('p.csv')}`, '-o', `json=${at('p.json')}`);
    expect([code, stdout, existsSync(at('p.csv')), existsSync(at('p.json'))]).toEqual([0, '', true, true]);
  });

  it('cannot go where no folder is: said, and exit code 1', async () => {
    const { code, stderr } = await run('policy', 'list', '-o', `json=${at('no', 'p.json')}`);
    expect(code).toBe(1);
    expect(stderr).toContain('cannot be written');
  });
});
