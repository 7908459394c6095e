import { DOMParser } from '@xmldom/xmldom';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIBRARY, objectOf, POLICY } from '#core/policy/small-scan.fixture.ts';
import { buildReport } from '#core/report/build.ts';
import { SMALL } from '#core/report/formats.fixture.ts';
import { hostile, hostileReport } from '#test/hostile-report.ts';
import { toJunit } from '#core/report/junit.ts';
import { RESULT } from '#core/report/report.fixture.ts';

/**
 * What the two schemas in use both allow: Ant's (windyroad's JUnit.xsd, which Azure DevOps follows) and the one of Jenkins
 * (xunit-plugin's junit-10.xsd). Children in this order; `many` may come more than once; attributes all demanded by one of them,
 * and none that the other does not know.
 */
interface Shape {
  readonly attributes: Readonly<Record<string, RegExp>>;
  readonly children: readonly { readonly names: readonly string[]; readonly least: number; readonly most: number }[];
  readonly text?: true;
}
const MANY = Number.POSITIVE_INFINITY;
const COUNT = /^\d+$/;
const TOKEN = /^\S(?:.*\S)?$/s;
const ANY = /^/;
const SHAPES: Readonly<Record<string, Shape>> = {
  testsuites: { attributes: {}, children: [{ names: ['testsuite'], least: 0, most: MANY }] },
  testsuite: {
    attributes: {
      name: TOKEN,
      timestamp: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/,
      hostname: TOKEN,
      tests: COUNT,
      failures: COUNT,
      errors: COUNT,
      skipped: COUNT,
      time: /^\d+(?:\.\d+)?$/,
      id: COUNT,
      package: TOKEN,
    },
    children: [
      { names: ['properties'], least: 1, most: 1 },
      { names: ['testcase'], least: 0, most: MANY },
      { names: ['system-out'], least: 1, most: 1 },
      { names: ['system-err'], least: 1, most: 1 },
    ],
  },
  properties: { attributes: {}, children: [{ names: ['property'], least: 0, most: MANY }] },
  property: { attributes: { name: TOKEN, value: ANY }, children: [] },
  testcase: {
    attributes: { name: TOKEN, classname: TOKEN, time: /^\d+(?:\.\d+)?$/ },
    children: [{ names: ['skipped', 'error', 'failure'], least: 0, most: 1 }],
  },
  failure: { attributes: { type: ANY, message: ANY }, children: [], text: true },
  error: { attributes: { type: ANY, message: ANY }, children: [], text: true },
  skipped: { attributes: { message: ANY }, children: [] },
  'system-out': { attributes: {}, children: [], text: true },
  'system-err': { attributes: {}, children: [], text: true },
};

function* faults(element: Element): Generator<string> {
  const shape = SHAPES[element.tagName];
  if (shape === undefined) return yield `${element.tagName} is no element`;
  const attributes = Array.from(element.attributes, ({ name, value }) => [name, value] as const);
  for (const [name, value] of attributes) {
    const pattern = shape.attributes[name];
    if (pattern?.test(value) !== true) yield `${element.tagName}: ${name}=${JSON.stringify(value)}`;
  }
  const missing = Object.keys(shape.attributes).filter((name) => !element.hasAttribute(name));
  if (missing.length > 0) yield `${element.tagName}: no ${missing.join(', ')}`;
  const nodes = Array.from(element.childNodes);
  if (shape.text !== true && nodes.some((node) => node.nodeType === 3 && (node.nodeValue ?? '').trim() !== ''))
    yield `${element.tagName}: text`;
  const children = nodes.filter((node): node is Element => node.nodeType === 1);
  let at = 0;
  for (const { names, least, most } of shape.children) {
    let count = 0;
    while (at < children.length && names.includes(children[at]?.tagName ?? '') && count < most) {
      at += 1;
      count += 1;
    }
    if (count < least) yield `${element.tagName}: ${names.join(' or ')} is missing`;
  }
  if (at < children.length) yield `${element.tagName}: ${children[at]?.tagName ?? ''} has no place here`;
  for (const child of children) yield* faults(child);
}

function read(text: string): Element {
  const problems: string[] = [];
  const parser = new DOMParser({ errorHandler: (_level: string, message: string) => void problems.push(message) });
  const root = parser.parseFromString(text, 'text/xml').documentElement;
  expect(problems).toEqual([]);
  return root;
}

describe('JUnit XML', () => {
  it('is what both schemas in use allow', () => {
    expect([...faults(read(toJunit(SMALL).text))]).toEqual([]);
  });

  it('stays so whatever things are called', () => {
    fc.assert(
      fc.property(hostile, (said) => {
        expect([...faults(read(toJunit(hostileReport(said)).text))]).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('counts what it lists', () => {
    for (const suite of Array.from(read(toJunit(SMALL).text).getElementsByTagName('testsuite'))) {
      const count = (name: string): number => suite.getElementsByTagName(name).length;
      expect([
        suite.getAttribute('tests'),
        suite.getAttribute('failures'),
        suite.getAttribute('errors'),
        suite.getAttribute('skipped'),
      ]).toEqual(['testcase', 'failure', 'error', 'skipped'].map((name) => String(count(name))));
    }
  });

  it('passes only what was judged and holds: not what is waived, open, in error or only watched', () => {
    const report = buildReport(
      {
        ...RESULT,
        errors: [],
        objects: [
          objectOf('Pod', 'a', { limits: 'fail', secrets: 'pass' }, { namespace: 'watched' }),
          objectOf('Pod', 'b', { limits: 'notEvaluated' }, { namespace: 'open' }),
          objectOf('Pod', 'c', { limits: 'error' }, { namespace: 'broken' }),
          objectOf('Pod', 'd', { limits: 'fail' }, { namespace: 'waived', waivers: { limits: 'known' } }),
        ],
      },
      { ...POLICY, rules: { limits: { mode: 'audit' }, secrets: { mode: 'deny' } } },
      LIBRARY,
    );
    const cases = Array.from(read(toJunit(report).text).getElementsByTagName('testcase'), (one) => [
      one.getAttribute('classname'),
      one.getAttribute('name')?.split(':')[0],
      Array.from(one.childNodes).find((node): node is Element => node.nodeType === 1)?.tagName ?? 'passed',
    ]);
    expect(cases).toEqual([
      ['namespace broken', 'limits', 'error'],
      ['namespace open', 'limits', 'skipped'],
      ['namespace waived', 'limits', 'skipped'],
      ['namespace watched', 'limits', 'skipped'],
      ['namespace watched', 'secrets', 'passed'],
    ]);
  });
});
