import { describe, expect, it } from 'vitest';
import type { CoverageEntry, Mode, RunStatus } from '#core/model.ts';
import { entryOf, LIBRARY, objectOf, POLICY } from '#core/policy/small-scan.fixture.ts';
import { buildReport } from '#core/report/build.ts';
import type { RunResult } from '#core/report/build.ts';
import { RESULT } from '#core/report/report.fixture.ts';
import { CLEAN, exitCode, FATAL, FINDINGS } from '#cli/exit-code.ts';

const STRICT = { allowEmpty: false, allowIncomplete: false };

const code = (changed: Partial<RunResult>, options: Partial<typeof STRICT> = {}, mode: Mode = 'deny'): number => {
  const policy = { ...POLICY, rules: { limits: { mode }, secrets: { mode } } };
  return exitCode(buildReport({ ...RESULT, status: 'complete', errors: [], notes: [], ...changed }, policy, LIBRARY), {
    ...STRICT,
    ...options,
  });
};

const good = objectOf('Pod', 'good', { limits: 'pass' });
const bad = objectOf('Pod', 'bad', { limits: 'fail' });

describe('the exit code (decisions.md 24)', () => {
  it('is 0 where all was evaluated and is clean', () => {
    expect(code({ objects: [good] })).toBe(CLEAN);
  });

  it.each<[Mode, number]>([
    ['deny', FINDINGS],
    ['warn', FINDINGS],
    ['audit', CLEAN],
  ])('for a finding of mode %s is %i', (mode, expected) => {
    expect(code({ objects: [good, bad] }, {}, mode)).toBe(expected);
  });

  it('is 0 for a finding that is waived', () => {
    expect(code({ objects: [objectOf('Pod', 'bad', { limits: 'fail' }, { waivers: { limits: 'known' } })] })).toBe(CLEAN);
  });

  it('is 2 for a document that could not be read, findings or none', () => {
    const errors = [{ file: 'a.yaml', message: 'broken' }];
    expect(code({ objects: [good], errors, status: 'incomplete' })).toBe(FINDINGS);
    expect(code({ objects: [], errors }, { allowEmpty: true, allowIncomplete: true })).toBe(FINDINGS);
  });

  it('is not changed by notes', () => {
    expect(code({ objects: [good], notes: [{ file: 'a.yaml', message: 'no manifest' }] })).toBe(CLEAN);
  });

  it('is 1 where there was nothing to judge, unless that is allowed', () => {
    expect(code({ objects: [] })).toBe(FATAL);
    expect(code({ objects: [] }, { allowEmpty: true })).toBe(CLEAN);
    expect(code({ objects: [] }, { allowIncomplete: true })).toBe(FATAL);
  });

  it('is 1 for a verdict `error`, unless incomplete is allowed; findings come first', () => {
    const broken = objectOf('Pod', 'broken', { limits: 'error' });
    expect(code({ objects: [good, broken] })).toBe(FATAL);
    expect(code({ objects: [good, broken] }, { allowIncomplete: true })).toBe(CLEAN);
    expect(code({ objects: [bad, broken] }, { allowIncomplete: true })).toBe(FINDINGS);
  });

  it('is not changed by what files leave unevaluated', () => {
    expect(code({ objects: [good, objectOf('Pod', 'open', { limits: 'notEvaluated' })] })).toBe(CLEAN);
  });

  it.each<[string, readonly CoverageEntry[]]>([
    ['a kind was refused', [entryOf('Pod'), entryOf('Service', 'forbidden')]],
    [
      'a kind was read in some namespaces after it was refused',
      [entryOf('Pod', 'forbidden'), entryOf('Pod', 'complete', 'shop')],
    ],
    ['a group did not say what it serves', [entryOf('Pod'), entryOf('apps/*', 'timeout')]],
  ])('is 1 where %s, unless incomplete is allowed', (_, coverage) => {
    expect(code({ objects: [good], coverage })).toBe(FATAL);
    expect(code({ objects: [good], coverage }, { allowIncomplete: true })).toBe(CLEAN);
    expect(code({ objects: [bad], coverage })).toBe(FINDINGS);
  });

  it('is 0 for kinds that are never read, and for namespaces that were asked for and read', () => {
    expect(code({ objects: [good], coverage: [entryOf('Pod', 'complete', 'shop'), entryOf('Event', 'leftOut')] })).toBe(CLEAN);
  });

  it.each<[RunStatus]>([['cancelled'], ['interrupted'], ['failed'], ['running']])(
    'is 1 for a run that is %s, whatever is allowed',
    (status) => {
      expect(code({ objects: [good], status }, { allowEmpty: true, allowIncomplete: true })).toBe(FATAL);
    },
  );
});
