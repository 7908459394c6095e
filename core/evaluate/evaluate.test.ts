import { describe, expect, it } from 'vitest';
import { buildPlan } from '#core/evaluate/plan.ts';
import { evaluatorOf, judge, MATCHERS, pod, ruleOf, verdictOf } from '#core/evaluate/small-rules.fixture.ts';
import { FAIL, PASS } from '#core/inventory/model.ts';
import { Double, Redacted } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';

const secret = new Redacted('env');
const containers = (...values: JsonValue[]): JsonObject => pod({ containers: values });
/** True, false, error and unknown, as one element each. */
const yes = { name: 'yes', good: true };
const no = { name: 'no', good: false };
const broken = { name: 'broken' };
const hidden = { name: 'hidden', good: secret };

describe('the verdict of a rule over elements (decisions.md 14)', () => {
  const rule = { forEach: 'containers', require: 'it.good' };

  it.each<[string, readonly JsonValue[], string]>([
    ['all true passes', [yes, yes], 'pass'],
    ['any false fails', [yes, no], 'fail'],
    ['any false fails, whatever else could not be told', [broken, hidden, no], 'fail'],
    ['else any unknown is not evaluated', [yes, broken, hidden], 'notEvaluated'],
    ['else any error is an error', [yes, broken], 'error'],
    ['no element is not applicable', [], 'notApplicable'],
  ])('%s', (_, elements, verdict) => {
    expect(verdictOf(rule, containers(...elements))).toBe(verdict);
    expect(verdictOf(rule, containers(...elements.toReversed()))).toBe(verdict);
  });

  it('passes without an element where the rule says `empty: pass`', () => {
    expect(verdictOf({ ...rule, empty: 'pass' }, containers())).toBe('pass');
    expect(verdictOf({ ...rule, empty: 'pass' }, pod({}))).toBe('pass');
    expect(verdictOf({ ...rule, empty: 'pass' }, containers(no))).toBe('fail');
    expect(verdictOf({ ...rule, empty: 'pass' }, containers(hidden))).toBe('notEvaluated');
  });

  it.each<[string, string]>([
    ['object.good', 'pass'],
    ['!object.good', 'fail'],
    ['object.missing', 'error'],
    ['object.hidden', 'notEvaluated'],
    ['object.metadata.name', 'error'],
  ])('over the object itself: %s gives %s', (require, verdict) => {
    expect(verdictOf({ require }, { ...pod({}), good: true, hidden: secret })).toBe(verdict);
  });

  it('looks only at the kinds of its matcher, whatever their version', () => {
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' } };
    expect(verdictOf({ require: 'false' }, service)).toBe('notApplicable');
    expect(verdictOf({ require: 'false', match: 'any' }, service)).toBe('fail');
    expect(verdictOf({ require: 'false' }, { ...pod({}), apiVersion: 'v9' })).toBe('fail');
    expect(verdictOf({ require: 'false' }, { ...pod({}), apiVersion: 'other/v1' })).toBe('notApplicable');
  });
});

describe('`when`', () => {
  const rule = (when: string) => ({ when, forEach: 'containers', require: 'it.good' });

  it.each<[string, string, readonly string[]]>([
    ['true', 'fail', ['spec.containers[name=no]']],
    ['false', 'notApplicable', []],
    ['object.missing == 1', 'error', ['']],
    ['object.spec.hidden == 1', 'notEvaluated', ['']],
    ["'text'", 'error', ['']],
  ])('%s gives %s', (when, verdict, paths) => {
    const judged = judge([ruleOf(rule(when))], pod({ hidden: secret, containers: [no] }));
    expect(judged.verdicts).toEqual([verdict]);
    expect(judged.paths).toEqual(paths);
  });

  it('keeps the reason of its own error for every rule that shares it', () => {
    const first = ruleOf({ id: 'first', when: 'object.missing', require: 'true' });
    const other = ruleOf({ id: 'other', when: 'object.lacking', require: 'true' });
    const { findings } = judge([first, other, { ...first, id: 'again' }], pod({}));
    expect(findings.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('missing'),
      expect.stringContaining('lacking'),
      expect.stringContaining('missing'),
    ]);
  });

  it('is computed apart for rules with parameters of their own', () => {
    const rules = [1, 2].map((size) =>
      ruleOf({ id: `size-${size}`, when: 'object.size == params.size', require: 'false', params: { size } }),
    );
    expect(judge(rules, { ...pod({}), size: 2 }).verdicts).toEqual(['notApplicable', 'fail']);
  });
});

describe('findings', () => {
  it('name every failing element, with container and value', () => {
    const rule = ruleOf({ forEach: 'both', require: 'it.size < 3', field: 'size' });
    const object = pod({
      containers: [
        { name: 'a', size: 3 },
        { name: 'b', size: 1 },
      ],
      initContainers: [{ name: 'c', size: 4.5 }],
    });
    expect(judge([rule], object).findings).toEqual([
      { rule: 0, path: 'spec.containers[name=a].size', container: 'a', value: '3' },
      { rule: 0, path: 'spec.initContainers[name=c].size', container: 'c', value: '4.5' },
    ]);
  });

  it('name a container only where they stand in one', () => {
    const rules = [
      ruleOf({ id: 'a', forEach: 'containers', require: 'false' }),
      ruleOf({ id: 'b', forEach: 'labels', require: 'false' }),
    ];
    const { findings } = judge(rules, pod({ containers: [{ name: 'web' }] }, { name: 'web', labels: { app: 'web' } }));
    expect(findings.map(({ path, container }) => [path, container])).toEqual([
      ['spec.containers[name=web]', 'web'],
      ['metadata.labels.app', undefined],
    ]);
  });

  it('say why where there is no answer, and show no value then', () => {
    const { findings } = judge(
      [ruleOf({ forEach: 'containers', require: 'it.good', field: 'good' })],
      containers(broken, hidden),
    );
    expect(findings).toEqual([
      { rule: 0, path: 'spec.containers[name=broken].good', container: 'broken', reason: expect.stringContaining('good') },
      {
        rule: 0,
        path: 'spec.containers[name=hidden].good',
        container: 'hidden',
        reason: 'the value was redacted before storing',
      },
    ]);
  });

  it.each<[JsonValue, string | undefined]>([
    ['x'.repeat(300), `${'x'.repeat(199)}…`],
    [12345678901234567890n, '12345678901234567890'],
    [new Double(2), '2'],
    [false, 'false'],
    [null, undefined],
    [{ a: 1 }, undefined],
    [['a'], undefined],
    [secret, undefined],
  ])('show scalars only: %s', (value, shown) => {
    const { findings } = judge([ruleOf({ require: 'false', field: 'value' })], { ...pod({}), value });
    expect(findings[0]?.value).toBe(shown);
  });

  it('are kept up to a thousand for one rule and object; the verdict counts all', () => {
    const rule = ruleOf({ forEach: 'containers', require: 'has(it.good) && it.good' });
    const many = Array.from({ length: 1500 }, (_, index): JsonValue => ({ name: `c${index}` }));
    expect(judge([rule], pod({ containers: many })).findings).toHaveLength(1000);
    const late = judge(
      [ruleOf({ forEach: 'containers', require: 'it.good' })],
      containers(...Array<JsonValue>(1000).fill(broken), no),
    );
    expect(late.verdicts).toEqual(['fail']);
    expect(late.findings).toHaveLength(1000);
  });
});

describe('collections', () => {
  it('nest: the element of the parent is bound, and names the container', () => {
    const rule = ruleOf({ forEach: 'env', require: 'it.name != container.name', field: 'name' });
    const object = pod({
      containers: [{ name: 'A', env: [{ name: 'A' }, { name: 'B' }] }],
      initContainers: [{ name: 'B', env: [{ name: 'B' }] }, { name: 'C' }],
    });
    expect(judge([rule], object).findings).toEqual([
      { rule: 0, path: 'spec.containers[name=A].env[name=A].name', container: 'A', value: 'A' },
      { rule: 0, path: 'spec.initContainers[name=B].env[name=B].name', container: 'B', value: 'B' },
    ]);
  });

  it('walk the values of a map', () => {
    const object = pod({}, { name: 'web', labels: { app: 'good', 'a.b/c': 'bad', "it's": 'bad' } });
    expect(judge([ruleOf({ forEach: 'labels', require: "it != 'bad'" })], object).paths).toEqual([
      "metadata.labels['a.b/c']",
      "metadata.labels['it''s']",
    ]);
  });

  it('select a field of each item, and skip items without it', () => {
    const object = containers({
      name: 'a',
      env: [
        { name: 'X', value: 'bad' },
        { name: 'Y', valueFrom: {} },
      ],
    });
    expect(judge([ruleOf({ forEach: 'values', require: "it != 'bad'" })], object).paths).toEqual([
      'spec.containers[name=a].env[name=X].value',
    ]);
  });

  it('keep only what their filter keeps', () => {
    const rule = { forEach: 'big', require: 'false' };
    expect(judge([ruleOf(rule)], containers({ name: 'a', size: 11 }, { name: 'b', size: 9 })).paths).toEqual([
      'spec.containers[name=a]',
    ]);
    expect(verdictOf(rule, containers({ name: 'b', size: 9 }))).toBe('notApplicable');
  });

  it('without an answer of their filter leave the element open', () => {
    const rule = { forEach: 'big', require: 'true' };
    expect(verdictOf(rule, containers({ name: 'a' }, { name: 'b', size: 11 }))).toBe('error');
    expect(verdictOf(rule, containers({ name: 'a', size: secret }, { name: 'b', size: 11 }))).toBe('notEvaluated');
    expect(judge([ruleOf(rule)], containers({ name: 'a' })).paths).toEqual(['spec.containers[name=a]']);
  });

  it('may be one value', () => {
    const rule = { forEach: 'securityContext', require: 'it.strict', field: 'strict' };
    expect(verdictOf(rule, pod({ securityContext: { strict: true } }))).toBe('pass');
    expect(judge([ruleOf(rule)], pod({ securityContext: { strict: false } })).paths).toEqual(['spec.securityContext.strict']);
    expect(verdictOf(rule, pod({}))).toBe('notApplicable');
    expect(verdictOf({ ...rule, forEach: 'podSpec' }, { apiVersion: 'apps/v1', kind: 'Deployment', spec: {} })).toBe(
      'notApplicable',
    );
  });

  it('hold every string at any depth, but for what managers repeat', () => {
    const object: JsonObject = {
      ...pod({ list: [['bad'], { deep: ['good', 'bad'] }], number: 1 }),
      metadata: {
        name: 'web',
        managedFields: [{ manager: 'bad' }],
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': 'bad', note: 'bad' },
      },
    };
    expect(judge([ruleOf({ forEach: 'strings', require: "it != 'bad'" })], object).paths).toEqual([
      'metadata.annotations.note',
      'spec.list[0][0]',
      'spec.list[1].deep[1]',
    ]);
  });

  it('say so where something is nested deeper than they look', () => {
    let deep: JsonValue = 'bad';
    for (let depth = 0; depth < 1100; depth += 1) deep = [deep];
    expect(verdictOf({ forEach: 'strings', require: "it != 'bad'" }, pod({ deep }))).toBe('notEvaluated');
  });

  it('hold the versions that the object and its managers declare; one failing place in all', () => {
    const rule = ruleOf({ forEach: 'apiVersions', match: 'any', require: "it.apiVersion != 'v1beta1'", field: 'apiVersion' });
    const declared = [
      { manager: 'helm', apiVersion: 'v1beta1' },
      { manager: 'kubectl', apiVersion: 'v1beta1' },
    ];
    expect(judge([rule], pod({})).verdicts).toEqual(['pass']);
    expect(judge([rule], pod({}), { declared })).toMatchObject({ verdicts: ['fail'], paths: ['apiVersion'] });
    const shaky = ruleOf({ ...rule, require: "it.manager == '' ? it.missing : false" });
    expect(judge([shaky], pod({}), { declared }).verdicts).toEqual(['fail']);
  });
});

describe('what has a wrong type is an error where it is, never a pass', () => {
  it.each<[string, string, JsonObject, string]>([
    ['a text for a list', 'containers', pod({ containers: 'web' }), 'spec.containers'],
    ['a map for a list', 'containers', pod({ containers: { web: {} } }), 'spec.containers'],
    ['a list on the way', 'containers', pod([{ containers: [] }]), 'spec'],
    ['a list for a map', 'labels', pod({}, { name: 'web', labels: ['a'] }), 'metadata.labels'],
    ['a nested text for a list', 'env', containers({ name: 'a', env: 'X=1' }), 'spec.containers[name=a].env'],
    ['a list for one value', 'securityContext', pod([]), 'spec'],
    ['a list for an item', 'values', containers({ name: 'a', env: [['x']] }), 'spec.containers[name=a].env[0]'],
  ])('%s', (_, forEach, object, path) => {
    for (const empty of ['pass', 'notApplicable'] as const) {
      const judged = judge([ruleOf({ forEach, require: 'true', field: 'some.field', empty })], object);
      expect(judged).toMatchObject({ verdicts: ['error'], paths: [path] });
    }
  });
});

describe('what was redacted is not evaluated, never a pass', () => {
  it.each<[string, string, JsonObject, string]>([
    ['a list', 'containers', pod({ containers: secret }), 'spec.containers'],
    ['a map on the way', 'labels', { ...pod({}), metadata: secret }, 'metadata'],
    ['a value of a map', 'labels', pod({}, { name: 'web', labels: { a: secret } }), 'metadata.labels.a'],
    [
      'a selected field',
      'values',
      containers({ name: 'a', env: [{ name: 'X', value: secret }] }),
      'spec.containers[name=a].env[name=X].value',
    ],
    ['an element', 'containers', containers(secret), 'spec.containers[0]'],
    ['a text at any depth', 'strings', pod({ deep: [{ text: secret }] }), 'spec.deep[0].text'],
  ])('%s', (_, forEach, object, path) => {
    const judged = judge([ruleOf({ forEach, require: "it != 'x'", empty: 'pass' })], object);
    expect(judged).toMatchObject({ verdicts: ['notEvaluated'], paths: [path] });
  });

  it('unless something else decides', () => {
    expect(verdictOf({ forEach: 'containers', require: 'has(it.name) || it.good' }, containers(hidden))).toBe('pass');
    expect(verdictOf({ forEach: 'containers', require: "it.name == 'x' && it.good" }, containers(hidden))).toBe('fail');
  });
});

describe('hostile objects', () => {
  const parsed = (text: string): JsonObject => JSON.parse(text) as JsonObject;

  it('reach no prototype through their keys', () => {
    const object = pod(parsed('{"containers": [{"name": "a", "__proto__": {"good": true}}, {"name": "b", "constructor": {}}]}'));
    expect(verdictOf({ forEach: 'containers', require: 'has(it.good)' }, object)).toBe('fail');
    expect(verdictOf({ forEach: 'containers', require: 'has(it.toString)' }, object)).toBe('fail');
  });

  it('have findings at their odd keys', () => {
    const object = pod(
      {},
      parsed(`{"name": "web", "labels": {"__proto__": "bad", "constructor": "bad", "": "bad", "a]b'c": "bad"}}`),
    );
    expect(judge([ruleOf({ forEach: 'labels', require: "it != 'bad'" })], object).paths).toEqual([
      'metadata.labels.__proto__',
      'metadata.labels.constructor',
      "metadata.labels['']",
      "metadata.labels['a]b''c']",
    ]);
  });

  it('may name their kind like something that every object has', () => {
    const object = { apiVersion: 'constructor/v1', kind: '__proto__' };
    expect(verdictOf({ require: 'false', match: 'any' }, object)).toBe('fail');
    expect(verdictOf({ require: 'false', forEach: 'podSpec' }, object)).toBe('notApplicable');
  });

  it('leave nothing behind for the object after them', () => {
    const evaluator = evaluatorOf([ruleOf({ forEach: 'containers', require: 'variables.podSpec.good' })]);
    const objects = [true, false, true].map((good) => pod({ good, containers: [{ name: 'a' }] }));
    const results = objects.map((object) => evaluator.evaluate(object));
    expect(results.map(({ verdicts }) => verdicts[0])).toEqual([PASS, FAIL, PASS]);
    expect(results.map(({ findings }) => findings.length)).toEqual([0, 1, 0]);
  });
});

describe('a mask', () => {
  const rules = [
    ruleOf({ id: 'one', require: 'false' }),
    ruleOf({ id: 'two', forEach: 'containers', require: 'false' }),
    ruleOf({ id: 'three', forEach: 'containers', require: 'false' }),
  ];

  it('has only the rules of its ones judged', () => {
    const judged = judge(rules, containers({}), { mask: Uint8Array.of(0, 0, 1) });
    expect(judged.verdicts).toEqual(['notApplicable', 'notApplicable', 'fail']);
    expect(judged.findings.map(({ rule }) => rule)).toEqual([2]);
    expect(judge(rules, containers({}), { mask: new Uint8Array(3) }).findings).toEqual([]);
  });
});

describe('a library that does not compile', () => {
  it('names every rule and the field at fault', () => {
    const rules = [
      ruleOf({ id: 'open-bracket', require: 'has(' }),
      ruleOf({ id: 'no-such-name', require: 'nothing == 1' }),
      ruleOf({ id: 'bad-when', when: '1 +', require: 'true' }),
      ruleOf({ id: 'bad-field', require: 'true', field: 'a..b' }),
      ruleOf({ id: 'bad-collection', require: 'true', forEach: 'nowhere' }),
    ];
    const plan = buildPlan(rules, MATCHERS, { minor: 29 });
    expect(plan.ok ? [] : plan.error.map(({ rule, field }) => [rule, field])).toEqual([
      ['open-bracket', 'require'],
      ['no-such-name', 'require'],
      ['bad-when', 'when'],
      ['bad-field', 'field'],
      ['bad-collection', 'forEach'],
    ]);
  });
});
