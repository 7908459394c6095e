import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { LIBRARY, objectOf, POLICY } from '#core/policy/small-scan.fixture.ts';
import { buildReport } from '#core/report/build.ts';
import { SMALL } from '#core/report/formats.fixture.ts';
import { MAX_ANNOTATIONS, toGithub } from '#core/report/github.ts';
import { toGitlab } from '#core/report/gitlab.ts';
import { utf8Length } from '#core/report/markdown-text.ts';
import { MAX_BYTES, MAX_ROWS, toMarkdown } from '#core/report/markdown.ts';
import { RESULT } from '#core/report/report.fixture.ts';
import type { Report } from '#core/report/report.ts';

const many = (count: number, name: (at: number) => string, mode: 'deny' | 'audit' = 'deny'): Report =>
  buildReport(
    {
      ...RESULT,
      errors: [],
      objects: Array.from({ length: count }, (_, at) =>
        objectOf('Pod', name(at), { limits: 'fail' }, { place: { file: `dir/${at % 7}.yaml`, line: at + 1, document: at } }),
      ),
    },
    { ...POLICY, rules: { limits: { mode }, secrets: { mode } } },
    LIBRARY,
  );

describe('GitHub annotations', () => {
  it('are as many of each level as a step shows, and say how many more there are', () => {
    const { text, notes } = toGithub(many(25, (at) => `p${at}`));
    const lines = text.split('\n');
    expect(lines.filter((line) => line.startsWith('::warning '))).toHaveLength(MAX_ANNOTATIONS);
    expect(lines.at(-1)).toContain('25 findings');
    expect(lines.at(-1)).toContain('15 of 25 annotations are left out');
    expect(notes).toHaveLength(1);
  });

  it('are notices where a rule is only watched, and name no file where there is none', () => {
    expect(toGithub(many(1, () => 'p', 'audit')).text).toMatch(/^::notice file=dir\/0\.yaml,line=1,title=/);
    expect(toGithub(SMALL).text).toMatch(/^::error title=critical%3A secrets::ConfigMap ops\/keys: /m);
  });
});

describe('a code quality report of GitLab', () => {
  const issue = z.strictObject({
    description: z.string().min(1),
    check_name: z.string().min(1),
    fingerprint: z.string().min(1),
    severity: z.enum(['info', 'minor', 'major', 'critical', 'blocker']),
    location: z.strictObject({ path: z.string().regex(/^(?!\.\/)/), lines: z.strictObject({ begin: z.number().int().min(1) }) }),
  });

  it('has the fields that are documented, and no others', () => {
    const issues = z.array(issue).parse(JSON.parse(toGitlab(SMALL).text));
    expect(issues.map(({ severity, check_name }) => `${severity} ${check_name}`)).toEqual([
      'blocker unreadable',
      'blocker unreadable',
      'blocker secrets',
      'blocker secrets',
      'blocker secrets',
      'blocker secrets',
      'major limits',
    ]);
  });

  it('counts one object in two files as two', () => {
    const place = (file: string) => ({ place: { file, line: 1, document: 0 } });
    const report = buildReport(
      {
        ...RESULT,
        errors: [],
        objects: ['./a.yaml', 'b.yaml'].map((file) => objectOf('Pod', 'same', { limits: 'fail' }, place(file))),
      },
      POLICY,
      LIBRARY,
    );
    const [first, second] = z.array(issue).parse(JSON.parse(toGitlab(report).text));
    expect([first?.location.path, second?.location.path]).toEqual(['a.yaml', 'b.yaml']);
    expect(second?.fingerprint).toBe(`${first?.fingerprint}:2`);
  });
});

describe('a job summary', () => {
  it('ends before the limit, with the worst, and says what is left out', () => {
    const { text, notes } = toMarkdown(many(MAX_ROWS + 500, (at) => `p${at}`));
    expect(text).toContain(`_500 of ${MAX_ROWS + 500} findings`.replace('1500', '1,500'));
    expect(notes[0]).toContain('-o csv');
    const long = toMarkdown(many(MAX_ROWS, (at) => `${'é'.repeat(2000)}${at}`));
    expect(utf8Length(long.text)).toBeLessThanOrEqual(MAX_BYTES);
    expect(utf8Length(long.text)).toBeGreaterThan(MAX_BYTES / 2);
    expect(long.notes).toHaveLength(1);
  });

  it('counts bytes as UTF-8 does', () => {
    for (const text of ['a', 'é', '€', '😀', '\uD800x', 'a😀é']) expect(utf8Length(text)).toBe(Buffer.byteLength(text));
  });
});
