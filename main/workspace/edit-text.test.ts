import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { JsonObject, JsonValue } from '#core/json.ts';
import { editText } from './edit-text.ts';
import { blockText } from './yaml-text.ts';

const valueOf = (text: string, index = 0): JsonObject => {
  const all = parseAllDocuments(text, { version: '1.2' });
  return (Array.isArray(all) ? all : [])[index]?.toJS() as JsonObject;
};

/** Edits through a function of the old value. */
const edit = (text: string, change: (value: JsonObject) => JsonObject, index = 0): string | undefined =>
  editText(text, index, change(valueOf(text, index)));

const POLICY = `# Ours, since 2024.
apiVersion: plimsoll.dev/v1
kind: Policy
name: "strict"   # never renamed
title: Strict for the shop

rules:
    # Asked for by security.
    owner-label: deny   # ticket 12

    'memory-limit':
        mode: warn      # until May
        message: >-
            Set a limit,
            please.
        params: {max: 4Gi, exact: true}
    replicas-min-two: off
# The end.
`;

const rules = (value: JsonObject): JsonObject => value['rules'] as JsonObject;
const withRule = (id: string, setting: JsonValue) => (value: JsonObject) => ({
  ...value,
  rules: { ...rules(value), [id]: setting },
});
const without = (id: string) => (value: JsonObject) => {
  const { [id]: _gone, ...others } = rules(value);
  return { ...value, rules: others };
};

/** Lines of one that the other lacks. */
const lost = (before: string, after: string): string[] => {
  const left = after.split('\n');
  return before.split('\n').filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
};

describe('an edit of a file', () => {
  it.each([
    [
      'a scalar',
      withRule('owner-label', 'warn'),
      ['    owner-label: deny   # ticket 12'],
      ['    owner-label: warn   # ticket 12'],
    ],
    [
      'quotes stay',
      (value: JsonObject) => ({ ...value, name: 'loose' }),
      ['name: "strict"   # never renamed'],
      ['name: "loose"   # never renamed'],
    ],
    ['a new rule', withRule('pod-non-root', 'deny'), [], ['    pod-non-root: deny']],
    [
      'a scalar that becomes a map keeps its comment',
      withRule('owner-label', { mode: 'deny', severity: 'high' }),
      ['    owner-label: deny   # ticket 12'],
      ['    owner-label:   # ticket 12', '      mode: deny', '      severity: high'],
    ],
    [
      'a field inside a setting',
      withRule('memory-limit', { mode: 'deny', message: 'Set a limit, please.', params: { max: '4Gi', exact: true } }),
      ['        mode: warn      # until May'],
      ['        mode: deny      # until May'],
    ],
    [
      'a map in one line',
      withRule('memory-limit', { mode: 'warn', message: 'Set a limit, please.', params: { max: '8Gi', exact: true } }),
      ['        params: {max: 4Gi, exact: true}'],
      ['        params: {max: 8Gi, exact: true}'],
    ],
    [
      'a folded text',
      withRule('memory-limit', { mode: 'warn', message: 'No.', params: { max: '4Gi', exact: true } }),
      ['        message: >-', '            Set a limit,', '            please.'],
      ['        message: No.'],
    ],
    ['a rule that goes', without('replicas-min-two'), ['    replicas-min-two: off'], []],
    [
      'a whole setting that goes',
      without('memory-limit'),
      [
        "    'memory-limit':",
        '        mode: warn      # until May',
        '        message: >-',
        '            Set a limit,',
        '            please.',
        '        params: {max: 4Gi, exact: true}',
      ],
      [],
    ],
    ['a new field of the document', (value: JsonObject) => ({ ...value, stage: 'strict' }), [], ['stage: strict']],
  ])('changes only its lines: %s', (_name, change, gone, added) => {
    const after = edit(POLICY, change) ?? '';
    expect(lost(POLICY, after)).toEqual(gone);
    expect(lost(after, POLICY)).toEqual(added);
    expect(valueOf(after)).toEqual(change(valueOf(POLICY)));
  });

  it('keeps Windows line ends, and gives a last line its end before it adds one', () => {
    expect(edit('a: 1\r\nb:\r\n  c: 2', (value) => ({ ...value, d: { e: [1, 2] } }))).toBe(
      'a: 1\r\nb:\r\n  c: 2\r\nd:\r\n  e:\r\n    - 1\r\n    - 2\r\n',
    );
  });

  it('changes one of several documents of a file', () => {
    const text = 'a: 1\n---\n# two\na: 2\n---\na: 3\n';
    expect(edit(text, () => ({ a: 4, b: 5 }), 1)).toBe('a: 1\n---\n# two\na: 4\nb: 5\n---\na: 3\n');
  });

  it('opens and closes empty blocks', () => {
    const opened = edit('rules: {} # none yet\nx: 1\n', (value) => ({ ...value, rules: { a: 'deny' } })) ?? '';
    expect(opened).toBe('rules: # none yet\n  a: deny\nx: 1\n');
    expect(edit(opened, (value) => ({ ...value, rules: {} }))).toBe('rules: {}\nx: 1\n');
    expect(edit('rules:\nx: 1\n', (value) => ({ ...value, rules: { a: 'deny' } }))).toBe('rules:\n  a: deny\nx: 1\n');
    expect(edit('list: []\n', () => ({ list: ['a'] }))).toBe('list:\n  - a\n');
  });

  it('of a list knows its items by name', () => {
    const text = 'teams:\n  # first\n  - name: a\n    needs: [x]  # so\n  - name: b\n  # third\n  - name: c\n';
    const after = edit(text, () => ({ teams: [{ name: 'a', needs: ['x'] }, { name: 'c', contacts: ['#c'] }, { name: 'd' }] }));
    expect(after).toBe(
      "teams:\n  # first\n  - name: a\n    needs: [x]  # so\n  # third\n  - name: c\n    contacts:\n      - '#c'\n  - name: d\n",
    );
  });

  it('does not touch what would change elsewhere with it', () => {
    const text = 'a: &x {b: 1}\nc: *x\n';
    expect(edit(text, (value) => ({ ...value, a: { b: 2 } }))).toBeUndefined();
    expect(edit(text, (value) => ({ ...value, c: 3 }))).toBe('a: &x {b: 1}\nc: 3\n');
  });
});

const key = fc.stringMatching(/^[a-z][a-z-]{0,5}$/);
const leaf = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom('off', 'a: b', '# no', 'two\nlines', "it's", '- x', '2027-01-31', ' '),
);
const { value: anyValue } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    fc.array(tie('value'), { maxLength: 4 }),
  ),
}));
const document = fc.dictionary(key, anyValue, { minKeys: 1, maxKeys: 5, noNullPrototype: true });

describe('laws of edits', () => {
  it('from any document to any other: the text then says exactly that', () => {
    fc.assert(
      fc.property(document, document, (before, after) => {
        const edited = editText(blockText(before), 0, after);
        expect(edited === undefined ? undefined : valueOf(edited)).toEqual(after);
      }),
      { numRuns: 500 },
    );
  });

  it('editing one setting changes only its lines, whatever stands around it', () => {
    const mode = fc.constantFrom('off', 'audit', 'warn', 'deny');
    const line = fc.record({
      mode,
      indent: fc.constant(''),
      above: fc.constantFrom('', '\n', '  # why\n', '# at the margin\n'),
      behind: fc.constantFrom('', ' # so', '   '),
    });
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), fc.nat(), mode, fc.boolean(), (lines, choice, to, windows) => {
        const at = choice % lines.length;
        const written = lines.map(({ mode: set, above, behind }, index) => `${above}  rule-${index}: ${set}${behind}\n`);
        const text = `kind: Policy\nrules:\n${written.join('')}# end\n`.replaceAll('\n', windows ? '\r\n' : '\n');
        const after = edit(text, withRule(`rule-${at}`, to)) ?? '';
        const eol = windows ? '\r' : '';
        const changed = lines[at]?.mode === to ? [] : [`  rule-${at}: ${lines[at]?.mode}${lines[at]?.behind}${eol}`];
        expect(lost(text, after)).toEqual(changed);
        expect(after.split('\n')).toHaveLength(text.split('\n').length);
      }),
    );
  });
});
