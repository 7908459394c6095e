import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIBRARY, objectOf, POLICY } from '#core/policy/small-scan.fixture.ts';
import { DEFAULT_CONTEXT } from '#core/report/context.ts';
import { CONTEXT, SMALL } from '#core/report/formats.fixture.ts';
import { writeFormat } from '#core/report/formats.ts';
import { hostile, hostileReport } from '#test/hostile-report.ts';
import { reportOf, RESULT } from '#core/report/report.fixture.ts';
import { MAX_RESULTS, MAX_TAGS, toSarif, uriOf } from '#core/report/sarif.ts';
import { buildReport } from '#core/report/build.ts';

/** The schema of SARIF 2.1.0 says draft 4 and uses nothing that draft 7 reads otherwise, but for the name of its `id`. */
function validator() {
  const {
    id,
    $schema: _,
    ...schema
  } = createRequire(import.meta.url)('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json') as {
    id: string;
    $schema: string;
  };
  const isUri = (text: string): boolean => URL.canParse(text);
  const ajv = new Ajv({
    strict: false,
    // One of its patterns is none with the flag.
    unicodeRegExp: false,
    allErrors: true,
    formats: {
      uri: isUri,
      'uri-reference': (text) => !/[\s<>"{}|\\^`]/.test(text) && URL.canParse(text, 'file:///base/'),
      'date-time': (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(text),
    },
  });
  return ajv.compile({ ...schema, $id: id });
}

const valid = validator();
const errorsOf = (text: string): readonly unknown[] => (valid(JSON.parse(text)) ? [] : (valid.errors ?? []));

interface Log {
  runs: {
    tool: { driver: { rules: { id: string; properties: { tags: string[] } }[] } };
    results: {
      ruleId: string;
      ruleIndex: number;
      level: string;
      suppressions: { kind: string; justification: string }[];
      partialFingerprints: Record<string, string>;
      locations: {
        physicalLocation: { artifactLocation: { uri: string }; region?: { startLine: number; startColumn?: number } };
      }[];
    }[];
    invocations: { executionSuccessful: boolean; toolExecutionNotifications: { level: string; message: { text: string } }[] }[];
  }[];
}
const runOf = (text: string): Log['runs'][number] => {
  const [run] = (JSON.parse(text) as Log).runs;
  if (run === undefined) throw new Error('no run');
  return run;
};

describe('SARIF', () => {
  it('is valid by the schema of 2.1.0, which refuses what is wrong', () => {
    expect(errorsOf(writeFormat(SMALL, 'sarif', CONTEXT).text)).toEqual([]);
    expect(errorsOf(writeFormat(reportOf({ objects: [], errors: [] }), 'sarif', CONTEXT).text)).toEqual([]);
    expect(errorsOf('{"version":"2.1.0","runs":[{"results":[]}]}')).not.toEqual([]);
  });

  it('stays valid whatever things are called', () => {
    fc.assert(
      fc.property(hostile, (said) => {
        expect(errorsOf(writeFormat(hostileReport(said), 'sarif', DEFAULT_CONTEXT).text)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('has the line of a file, and our fingerprint as the one that code scanning goes by', () => {
    const run = runOf(toSarif(SMALL).text);
    const web = run.results.find(({ locations }) => locations[0]?.physicalLocation.artifactLocation.uri === 'web.yaml');
    expect(web?.locations[0]?.physicalLocation.region).toEqual({ startLine: 12, startColumn: 7 });
    const fingerprint = SMALL.findings.find(({ object }) => object.name === 'web')?.fingerprint;
    expect(web?.partialFingerprints['primaryLocationLineHash']).toBe(fingerprint);
    expect(run.tool.driver.rules[web?.ruleIndex ?? -1]?.id).toBe(web?.ruleId);
  });

  it('suppresses what is waived, in the manifest or in the workspace, and nothing else', () => {
    const run = runOf(toSarif(SMALL).text);
    const suppressed = run.results.flatMap(({ suppressions }) => suppressions);
    expect(suppressed.map(({ kind, justification }) => [kind, justification])).toEqual([
      ['inSource', 'until March'],
      ['external', 'load test | until the fair'],
    ]);
    expect(run.results).toHaveLength(7);
  });

  it('says what could not be judged or read as notifications: it is no result, and no pass', () => {
    const [invocation] = runOf(toSarif(SMALL).text).invocations;
    expect(invocation?.executionSuccessful).toBe(false);
    expect(invocation?.toolExecutionNotifications.map(({ level, message }) => `${level}: ${message.text}`)).toEqual([
      'error: binary',
      'error: a colon is missing',
      'note: 1 objects were not evaluated',
      'error: 1 objects could not be judged',
    ]);
  });

  it('keeps within the limits of code scanning, keeps the worst, and says what it leaves out', () => {
    const some = Array.from({ length: MAX_RESULTS }, (_, at) => objectOf('Pod', `p${at}`, { limits: 'fail' }));
    const worst = objectOf('Pod', 'zzz', { secrets: 'fail' });
    const frameworks = Array.from({ length: 40 }, (_, at) => ({ id: `framework-${at}` }));
    const library = { ...LIBRARY, rules: LIBRARY.rules.map((rule) => ({ ...rule, frameworks })) };
    const report = buildReport({ ...RESULT, objects: [...some, worst] }, POLICY, library);
    const { text, notes } = toSarif(report);
    const run = runOf(text);
    expect(run.results).toHaveLength(MAX_RESULTS);
    expect(run.results[0]?.ruleId).toBe('secrets');
    expect(notes).toEqual([expect.stringContaining('1 of 25,001 results are left out')]);
    expect(run.invocations[0]?.toolExecutionNotifications[0]?.message.text).toBe(notes[0]);
    for (const { properties } of run.tool.driver.rules) expect(properties.tags).toHaveLength(MAX_TAGS);
  });

  it.each([
    ['a b/c#d.yaml', 'a%20b/c%23d.yaml'],
    ['/abs/é.yaml', 'file:///abs/%C3%A9.yaml'],
    ['C:/x y.yaml', 'file:///C:/x%20y.yaml'],
    ['javascript:alert(1)', 'javascript%3Aalert(1)'],
  ])('writes %s as %s', (path, uri) => {
    expect(uriOf(path)).toBe(uri);
  });
});
