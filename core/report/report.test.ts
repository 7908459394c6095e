import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entryOf, objectOf } from '#core/policy/small-scan.fixture.ts';
import { jsonReport, toJsonReport } from '#core/report/json.ts';
import { OBJECTS, reportOf, RESULT } from '#core/report/report.fixture.ts';
import { plain, summaryLines, toTable } from '#core/report/table.ts';

const json = (report = reportOf(), verdicts = false) => toJsonReport(report, { verdicts });

describe('the JSON report', () => {
  it('is what its schema says, with nothing besides', () => {
    const whole = json(reportOf({ coverage: [entryOf('Pod', 'forbidden', 'shop')] }), true);
    expect(jsonReport.parse(whole)).toEqual(whole);
  });

  it('holds run, tool, library, policy and the counts of every rule, also of one that found nothing', () => {
    expect(json()).toMatchObject({
      schemaVersion: 1,
      run: {
        id: RESULT.run.id,
        status: 'incomplete',
        source: { kind: 'manifests', name: 'deploy/' },
        labels: { branch: 'main' },
      },
      tool: { name: 'plimsoll', version: '0.1.0' },
      library: { hash: 'library', rules: 2 },
      policy: { name: 'some-policy', rules: 2 },
    });
    expect(json(reportOf({ objects: [] })).rules.map(({ id, counts }) => [id, counts.pass])).toEqual([
      ['limits', 0],
      ['secrets', 0],
    ]);
  });

  it('keeps apart what fails, what is waived and what could not be judged', () => {
    const { findings, waived, unjudged } = json();
    expect(findings.map(({ rule, object, path }) => [rule, object.namespace, object.name, path])).toEqual([
      ['secrets', 'ops', 'keys', 'spec.secrets'],
      ['secrets', 'shop', 'keys', 'data.a'],
      ['secrets', 'shop', 'keys', 'data.b'],
      ['limits', 'shop', 'web', 'spec.template.spec.containers[name=web].limits'],
    ]);
    expect(waived.map(({ object, reason }) => [object.name, reason])).toEqual([['waived', 'until March']]);
    expect(unjudged.map(({ rule, verdict, reason }) => [rule, verdict, reason])).toEqual([
      ['secrets', 'error', 'some reason'],
      ['limits', 'notEvaluated', 'some reason'],
    ]);
  });

  it('says of a finding where it stands, what owns it and how many it stands for', () => {
    expect(json().findings.at(-1)).toEqual({
      rule: 'limits',
      severity: 'medium',
      object: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' },
      path: 'spec.template.spec.containers[name=web].limits',
      message: 'container web has no limit',
      fingerprint: expect.stringMatching(/^v1:[a-z2-7]{26}$/),
      file: 'web.yaml',
      line: 12,
      column: 7,
      owned: 1,
    });
  });

  it('has verdicts only when asked; an owned object has its own, and a waived failure is `waived`', () => {
    expect(json().objects.some((object) => 'verdicts' in object)).toBe(false);
    const verdicts = Object.fromEntries(
      json(reportOf(), true).objects.map((object) => [`${object.kind} ${object.namespace}/${object.name}`, object.verdicts]),
    );
    expect(verdicts).toMatchObject({
      'Deployment shop/web': { limits: 'fail', secrets: 'pass' },
      'Pod shop/web-1': { limits: 'fail', secrets: 'notApplicable' },
      'Pod default/waived': { limits: 'waived' },
      'Pod shop/lost': { limits: 'notEvaluated', secrets: 'error' },
    });
  });

  it('marks a namespace that was assumed', () => {
    expect(
      json()
        .objects.filter(({ assumedNamespace }) => assumedNamespace === true)
        .map(({ name }) => name),
    ).toEqual(['waived']);
  });

  it('sums up: objects without what their owners stand for, findings by severity, verdicts, baseline', () => {
    expect(json().summary).toEqual({
      objects: 5,
      owned: 1,
      covered: 1,
      findings: { critical: 3, high: 0, medium: 1, low: 0 },
      verdicts: { pass: 1, fail: 3, waived: 1, notApplicable: 3, error: 1, notEvaluated: 1 },
      unreadable: 2,
      baseline: { holds: [], fails: ['limits', 'secrets'], notApplicable: [], notEvaluated: [] },
    });
  });

  it('is the same to the byte whatever order things came in', () => {
    const coverage = ['Pod', 'apps/Deployment', 'Service', 'ConfigMap'].flatMap((kind) =>
      ['shop', 'ops'].map((name) => entryOf(kind, 'forbidden', name)),
    );
    const twins = [1, 9].map((line) =>
      objectOf('Pod', 'twin', { limits: 'fail' }, { id: line, place: { file: 'twins.yaml', line, document: line } }),
    );
    const versions = ['v1', 'v2'].map((version) =>
      objectOf('Pod', 'twin', { limits: 'fail' }, { apiVersion: version, place: { file: 'twins.yaml', line: 20, document: 3 } }),
    );
    const whole = {
      ...RESULT,
      objects: [...OBJECTS, ...twins, ...versions],
      coverage,
      notes: [...RESULT.notes, ...RESULT.errors],
    };
    const text = (result: typeof whole) => [
      JSON.stringify(json(reportOf(result), true)),
      toTable(reportOf(result), { paint: plain, quiet: false }),
    ];
    const wanted = text(whole);
    const shuffled = <T>(list: readonly T[]) => fc.shuffledSubarray([...list], { minLength: list.length });
    fc.assert(
      fc.property(
        shuffled(whole.objects),
        shuffled(coverage),
        shuffled(whole.errors),
        shuffled(whole.notes),
        (objects, entries, errors, notes) => {
          expect(text({ ...whole, objects, coverage: entries, errors, notes })).toEqual(wanted);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('the table', () => {
  const table = toTable(reportOf(), { paint: plain, quiet: false });

  it('shows findings under their object, with the line in the file', () => {
    expect(table).toContain(
      'Deployment shop/web (and 1 owned)  web.yaml\n  ✕ medium   limits   container web has no limit 12: spec.template',
    );
    expect(table).toContain('! critical secrets  some reason 3: spec.secrets');
  });

  it('leaves out what is waived or was not evaluated, and counts it below', () => {
    expect(table).not.toContain('waived\n');
    expect(table).toMatch(/apart +1 waived, 1 could not be computed, 1 not evaluated, 2 documents unreadable/);
  });

  it('names what could not be read, with the place', () => {
    expect(table).toContain('Could not be read\n  a.yaml  binary\n  b.yaml:2:3  a colon is missing');
    expect(table).toContain('Notes\n  readme.json:1:1  no manifest');
  });

  it('is only the summary with --quiet', () => {
    expect(toTable(reportOf(), { paint: plain, quiet: true }).split('\n')).toEqual(summaryLines(reportOf(), plain));
  });

  it('says what stood, what fails and what a baseline would hold', () => {
    expect(summaryLines(reportOf({ objects: [objectOf('Pod', 'a', { limits: 'pass' })], errors: [] }), plain)).toEqual([
      'objects     1, policy some-policy (2 rules)',
      'findings    none',
      expect.stringMatching(/^posture {5}100(\.0)? % by severity \(1 of 1 pass\), 100(\.0)? % covered$/),
      expect.stringMatching(/^baseline {4}1 rule holds today, 0 fail somewhere, 1 have nothing to judge$/),
    ]);
    expect(summaryLines(reportOf({ objects: [] }), plain)).toContain('posture     nothing judged');
  });
});

describe('names that would play with the terminal', () => {
  const hostile = ['\u001b[2J\u001b[31m', 'a\r\nb', '\u202Eevil', '\u0007', '\u009b31m', '\u2066x\u2069', 'a\u200Bb'];
  // oxlint-disable-next-line no-control-regex -- these must not come out
  const played = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u200B-\u200F\u202A-\u202E\u2066-\u2069]/;

  it.each(hostile)('%j is shown and plays nothing, wherever it stands', (name) => {
    const object = objectOf(
      'Pod',
      name,
      { limits: 'fail', secrets: 'fail' },
      {
        namespace: name,
        place: { file: name, line: 1, document: 0 },
        findings: [
          { rule: 0, path: `spec['${name}']`, container: name },
          { rule: 1, path: name },
        ],
      },
    );
    const problem = { file: name, message: name };
    const report = reportOf({ objects: [object], errors: [problem], notes: [problem] });
    const table = toTable(report, { paint: plain, quiet: false });
    expect(table).not.toMatch(played);
    expect(table).toContain('\uFFFD');
    expect(table.split('\n').filter((line) => line.includes('✕'))).toHaveLength(2);
  });
});
