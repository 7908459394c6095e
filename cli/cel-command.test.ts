import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caseOf, lineOf } from '#core/cel/fixtures/cases.ts';
import { readGolden, type GoldenAnswer } from '#core/cel/golden/golden.ts';
import { askOracleLines, readReply, type OracleReply } from '#test/oracle.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { runCli } from '#test/run-cli.ts';
import { runCliHere } from '#test/run-cli-here.ts';

let dir = '';
let pod = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'plimsoll-cel-'));
  pod = join(dir, 'pod.yaml');
  writeFileSync(
    pod,
    'apiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {constructor: x}}\nspec:\n  big: 9007199254740993\n  ratio: 1.5\n  containers: [{name: a, image: x}, {name: b}]\n',
  );
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const cel = async (...args: string[]) => runCliHere(['cel', ...args]);

describe('plimsoll cel', () => {
  it.each([
    ['object.spec.containers.size()', '2\n', 0],
    ['object.metadata.labels', '{"constructor":"x"}\n', 0],
    ['object.spec.big + 1', '9007199254740994\n', 0],
    ['type(object.spec.ratio)', '"double"\n', 0],
    ['has(object.spec.containers)', 'true\n', 0],
    ['has(object.metadata.labels.toString)', 'false\n', 2],
  ])('gives the value of %s, and 2 as exit code where it is false', async (expr, said, exit) => {
    const { code, stdout } = await cel('--expr', expr, '--object', pod);
    expect([stdout, code]).toEqual([said, exit]);
  });

  it('says type and cost beside the value', async () => {
    expect((await cel('--expr', 'object.spec.containers.size()', '--object', pod)).stderr).toBe('int, cost 4\n');
  });

  it('reads the object from standard input', async () => {
    const { stdout } = await runCli(['cel', '--expr', 'object.kind', '--object', '-'], {}, { input: '{"kind": "Job"}' });
    expect(stdout).toBe('"Job"\n');
  });

  it('shows where an evaluation went wrong, with exit code 2', async () => {
    const { code, stdout, stderr } = await cel('--expr', 'object.nope.x', '--object', pod);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe('error: 1:1: no such key: nope\nobject.nope.x\n^\n');
  });

  it('shows what an API server would refuse, and by which minor it would not, with exit code 1', async () => {
    const { code, stderr } = await cel('--expr', 'lists.range(3)', '--minor', '1.29');
    expect(code).toBe(1);
    expect(stderr).toContain('compatibility minor 29');
    expect(stderr).toContain('1.34');
    expect(stderr).toMatch(/\n\s*lists\.range\(3\)\n\s+\^/);
  });

  it('explains: the value of each part, of each round, and what was not needed', async () => {
    const expr = 'object.spec.containers.all(c, has(c.image)) || object.spec.containers.size() > 1 || object.nope';
    const { stdout } = await cel('--expr', expr, '--object', pod, '--explain');
    expect(stdout.split('\n').map((line) => line.replace(/ {2}= \[.*/, '  = [...]'))).toEqual([
      `${expr}  = true`,
      '  object.spec.containers.all(c, has(c.image))  = false',
      '    object.spec.containers  = [...]',
      expect.stringMatching(/^ {6}object\.spec {2}= \{/),
      '    has(c.image)  = true | false',
      expect.stringMatching(/^ {6}c {2}= /),
      '  object.spec.containers.size() > 1  = true',
      '    object.spec.containers.size()  = 2',
      '      object.spec.containers  = [...]',
      expect.stringMatching(/^ {8}object\.spec {2}= \{/),
      '  object.nope  = (not evaluated)',
      '',
    ]);
  });

  it.each([
    ['no expression', [], 'neither --expr nor --jsonl'],
    ['a minor that is none', ['--expr', '1', '--minor', '12'], '27 to 37'],
    ['a type that is none', ['--expr', '1', '--type', 'int'], 'any, bool, string'],
    ['a file that is not there', ['--expr', '1', '--object', '/nope'], 'Name a file that exists'],
  ])('%s is usage', async (_, args, said) => {
    const { code, stderr } = await cel(...args);
    expect(code).toBe(1);
    expect(stderr).toContain(said);
  });

  it('takes one object at a time', async () => {
    const file = join(dir, 'two.yaml');
    writeFileSync(file, 'a: 1\n---\nb: 2\n');
    const { code, stderr } = await cel('--expr', '1', '--object', file);
    expect([code, stderr.includes('2 documents')]).toEqual([1, true]);
  });
});

/** A reply in the words of the golden file, which has no value where JSON has no form for it. */
function inGoldenWords(reply: OracleReply, { value }: GoldenAnswer): GoldenAnswer {
  if (reply.compileError !== undefined) return { refused: true };
  return {
    ...(reply.outputType === undefined ? {} : { type: reply.outputType }),
    ...(reply.evalError === undefined ? {} : { error: true }),
    ...(reply.valueType === undefined ? {} : { valueType: reply.valueType }),
    ...(reply.value === undefined || value === undefined ? {} : { value: reply.value }),
    ...(reply.cost === 0 ? {} : { cost: reply.cost }),
  };
}

describe('plimsoll cel --jsonl and the golden file', () => {
  it('one process answers every golden case as cel-oracle did', { timeout: 60_000 }, async () => {
    const cases = readFileSync(new URL('../core/cel/golden/cases.jsonl', import.meta.url), 'utf8')
      .trimEnd()
      .split('\n')
      .map(readGolden);
    const { stdout, code } = await runCli(['cel', '--jsonl'], {}, { input: cases.map(({ one }) => `${lineOf(one)}\n`).join('') });
    expect(code).toBe(0);
    const replies = stdout.trimEnd().split('\n').map(readReply);
    expect(replies).toHaveLength(cases.length);
    const differing = cases.flatMap(({ one, answer }, i) => {
      const mine = inGoldenWords(replies[i] as OracleReply, answer);
      return isDeepStrictEqual(mine, answer) ? [] : [{ line: lineOf(one), mine, answer }];
    });
    expect(differing).toEqual([]);
  });
});

const panicked = (reply: OracleReply): boolean => reply.evalError?.startsWith('panic') === true;

const WITHOUT_FORM = new Set(['map', 'list', 'optional_type', 'kubernetes.Quantity', 'kubernetes.NamedFormat']);

/** What the two sides must agree on: error texts may differ, their presence may not. */
const comparable = (reply: OracleReply): unknown => ({
  ...reply,
  // What JSON has no form for (a map with other keys than strings, a quantity) is a text that each side writes in its own way.
  value: WITHOUT_FORM.has(reply.valueType ?? '') && reply.value?.startsWith('"') === true ? 'text' : reply.value,
  // A panic in the checks of a new policy is a refusal, if not a polite one.
  compileError: reply.compileError !== undefined || panicked(reply),
  evalError: reply.evalError !== undefined && !panicked(reply),
});

describe.skipIf(!requireEnvtest(['cel-oracle']).available)('plimsoll cel --jsonl and cel-oracle', () => {
  const LINES = [
    '{"expr":"1 + 1","type":"any","id":7}',
    '{"expr":"object.spec.replicas > 1","object":{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"a"},"spec":{"replicas":2}}}',
    '{"expr":"1"}',
    '{"expr":"1","type":"string"}',
    '{"expr":"1 +","type":"any"}',
    '{"expr":"1 / 0","type":"any"}',
    '{"expr":"object","type":"any"}',
    '{"expr":"oldObject.a","type":"any","oldObject":{"a":1.0},"operation":"DELETE"}',
    '{"expr":"request","type":"any","object":{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"a","namespace":"n"}}}',
    '{"expr":"request.operation","type":"string","operation":"UPDATE"}',
    '{"expr":"request","type":"any","operation":"DELETE","oldObject":{"apiVersion":"a/b/c","kind":"X","metadata":{"name":"o"}}}',
    '{"expr":"namespaceObject","type":"any","namespace":"n","namespaceLabels":{"a":"b"}}',
    '{"expr":"namespaceObject == null"}',
    '{"expr":"params.a","type":"any","params":{"a":18446744073709551615}}',
    '{"expr":"params","type":"any"}',
    '{"expr":"params","type":"any","params":null}',
    '{"expr":"variables.b","type":"any","variables":[{"name":"a","expression":"1"},{"name":"b","expression":"variables.a + 1"}]}',
    '{"expr":"variables.a","type":"any","variables":[{"name":"a","expression":"1 / 0"}]}',
    '{"expr":"true","variables":[{"name":"a","expression":"variables.b"}]}',
    '{"expr":"lists.range(2)","type":"any","minor":29}',
    '{"expr":"lists.range(2)","type":"any","minor":29,"stored":true}',
    '{"expr":"[1, 2].map(x, x * 2.5)","type":"any","compileOnly":true}',
    '{"expr":"true","compileOnly":true}',
    '{"expr":"[b\'a\', b\'\\\\xff\']","type":"any"}',
    '{"expr":"[9007199254740993, 1]","type":"any"}',
    '{"expr":"18446744073709551615u","type":"any"}',
    '{"expr":"[duration(\'1.5s\')]","type":"any"}',
    '{"expr":"true","object":5}',
    '{"expr":5}',
    'nonsense',
    '{"expr":"true","id":{"a":[1,"x"]}}',
  ];

  it('answer the same questions alike, line by line', async () => {
    const lines = [...LINES, ...Array.from({ length: 400 }, (_, i) => lineOf(caseOf(4, i)))];
    const { stdout, code } = await runCli(['cel', '--jsonl'], {}, { input: `${lines.join('\n')}\n` });
    expect(code).toBe(0);
    const ours = stdout.trimEnd().split('\n').map(readReply);
    const theirs = await askOracleLines(lines);
    const alike = (line: string, mine: OracleReply, reply: OracleReply): unknown[] => [line, comparable(mine), comparable(reply)];
    const differing = lines.flatMap((line, i): unknown[] => {
      const [mine, reply] = [ours[i], theirs[i]];
      if (mine === undefined || reply === undefined) return [line];
      return isDeepStrictEqual(comparable(mine), comparable(reply)) ? [] : [alike(line, mine, reply)];
    });
    expect(differing).toEqual([]);
    expect(stdout.startsWith('{"id":7,')).toBe(true);
  });
});
