import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ScanObject } from '#core/inventory/model.ts';
import { VERDICTS } from '#core/model.ts';
import { policyRules, project } from '#core/policy/project.ts';
import { LIBRARY, objectOf, POLICY, RULE_SET } from '#core/policy/small-scan.fixture.ts';
import { buildReport } from '#core/report/build.ts';
import { toJsonReport } from '#core/report/json.ts';
import type { JsonReport } from '#core/report/json.ts';
import { RESULT } from '#core/report/report.fixture.ts';
import type { Policy } from '#core/rules/model.ts';
import { ruleSetOf } from '#main/scan/library-facts.ts';
import { figuresOf } from '#main/scan/summary.ts';
import { countAt } from '#main/store/summaries.ts';
import { openTestApp, unwrap } from '#test/scan-app.ts';
import { importedObjects } from './objects.ts';
import { importedRules } from './rule-set.ts';
import { importedSummary } from './summary.ts';

const reportOf = (objects: readonly ScanObject[], verdicts = true, policy: Policy = POLICY): JsonReport =>
  toJsonReport(buildReport({ ...RESULT, objects, status: 'complete', errors: [] }, policy, LIBRARY), { verdicts });

const verdict = fc.constantFrom('pass', 'fail', 'notApplicable', 'error', 'notEvaluated');
const objectSpec = fc.record({
  limits: verdict,
  secrets: verdict,
  namespace: fc.constantFrom('shop', 'ops', 'web'),
  waived: fc.boolean(),
});
const someObjects = fc
  .array(objectSpec, { maxLength: 12 })
  .map((specs) =>
    specs.map(({ limits, secrets, namespace, waived }, index) =>
      objectOf('Pod', `pod-${index}`, { limits, secrets }, { namespace, waivers: waived ? { limits: 'known' } : {} }),
    ),
  );

describe('the summary of an imported run', () => {
  it('has the totals of the report for every rule and verdict, whatever it tells of namespaces', () => {
    fc.assert(
      fc.property(someObjects, fc.boolean(), (objects, verdicts) => {
        const report = reportOf(objects, verdicts);
        const summary = importedSummary(report, RULE_SET);
        report.rules.forEach((rule, position) => {
          for (const name of VERDICTS) {
            const total = summary.namespaces.reduce((sum, _, at) => sum + countAt(summary, position, at, name), 0);
            expect(total).toBe(rule.counts[name]);
          }
        });
      }),
    );
  });

  it('made with --verdicts is the one that the run itself would have kept', () => {
    fc.assert(
      fc.property(someObjects, (objects) => {
        expect(importedSummary(reportOf(objects), RULE_SET)).toEqual(figuresOf(objects, LIBRARY, RULE_SET, POLICY).summary);
      }),
    );
  });

  it('made without tells where something fails, is waived or is open, and where no pass can be told apart', () => {
    const objects = [
      objectOf('Pod', 'a', { limits: 'pass' }, { namespace: 'ops' }),
      objectOf('Pod', 'b', { limits: 'fail' }),
      objectOf('Pod', 'c', { limits: 'fail' }, { waivers: { limits: 'known' } }),
    ];
    const summary = importedSummary(reportOf(objects, false), RULE_SET);
    expect(summary.namespaces).toEqual(['', 'shop']);
    expect(['pass', 'fail', 'waived'].map((name) => countAt(summary, 0, 0, name as 'pass'))).toEqual([1, 0, 0]);
    expect(['pass', 'fail', 'waived'].map((name) => countAt(summary, 0, 1, name as 'pass'))).toEqual([0, 1, 1]);
  });
});

describe('the objects of an imported run', () => {
  const projected = (report: JsonReport) => {
    const objects = importedObjects(report, RULE_SET).map((object, id): ScanObject => ({ ...object, id }));
    return project(objects, policyRules(POLICY, LIBRARY.rules, RULE_SET)).rules.map(({ counts }) => counts);
  };

  it('made with --verdicts give the counts of the report again', () => {
    fc.assert(
      fc.property(someObjects, (objects) => {
        const report = reportOf(objects);
        expect(projected(report)).toEqual(report.rules.map(({ counts }) => counts));
      }),
    );
  });

  it('made without never have more passes than the report, and all of its failures', () => {
    fc.assert(
      fc.property(someObjects, (objects) => {
        const report = reportOf(objects, false);
        projected(report).forEach((counts, position) => {
          const told = report.rules[position]?.counts;
          expect(counts.pass).toBeLessThanOrEqual(told?.pass ?? 0);
          expect([counts.fail, counts.waived, counts.error]).toEqual([told?.fail, told?.waived, told?.error]);
        });
      }),
    );
  });

  it('do not count what their owners stand for a second time', () => {
    const objects = [
      objectOf('apps/Deployment', 'web', { limits: 'fail' }, { uid: 'd' }),
      objectOf('Pod', 'web-1', { limits: 'fail' }, { owner: { kind: 'Deployment', name: 'web', uid: 'd' } }),
    ];
    expect(projected(reportOf(objects))[0]?.fail).toBe(1);
  });

  it('name the container of a place, for messages', () => {
    const path = 'spec.containers[name=web].resources';
    const object = objectOf('Pod', 'a', { limits: 'fail' }, { findings: [{ rule: 0, path }] });
    expect(importedObjects(reportOf([object]), RULE_SET)[0]?.findings).toEqual([{ rule: 0, path, container: 'web' }]);
  });
});

describe('the rules of an imported run', () => {
  const report = reportOf([objectOf('Pod', 'a', { limits: 'pass' })]);

  it('have the keys of our own facts where the library is the same, and nobody else has otherwise', () => {
    expect(importedRules(report, LIBRARY)).toEqual(ruleSetOf(LIBRARY, undefined));
    const other = importedRules({ ...report, library: { ...report.library, hash: 'other' } }, LIBRARY);
    expect(other.rules[0]?.factKey).toBe('imported:other:limits');
  });

  it('are without those that were judged in a scope only', () => {
    const scoped: Policy = { ...POLICY, rules: { ...POLICY.rules, limits: { mode: 'deny', scope: { namespaces: ['shop'] } } } };
    const found = importedRules(reportOf([objectOf('Pod', 'a', { limits: 'pass' })], true, scoped), LIBRARY);
    expect(found.rules.map(({ id }) => id)).toEqual(['secrets']);
  });
});

describe('files with results', () => {
  const report = reportOf([objectOf('Pod', 'a', { limits: 'fail' }), objectOf('Pod', 'b', { limits: 'pass' })]);
  const text = (changed: object): string => JSON.stringify({ ...report, ...changed });
  const runWith = (changed: object) => text({ run: { ...report.run, ...changed } });

  it('are taken into the history once, with labels, git and CI, as a source of CI', async () => {
    await using app = openTestApp();
    const ci = {
      labels: { team: 'web' },
      git: { branch: 'main', remote: 'https://token@example.org/shop.git' },
      ci: { vendor: 'github', jobUrl: 'https://example.org/1' },
    };
    const files = [{ name: 'a.json', text: runWith(ci) }];
    const [first] = unwrap(await app.client.history.import({ files })).files;
    expect(first).toMatchObject({
      file: 'a.json',
      outcome: 'imported',
      run: {
        id: report.run.id,
        origin: 'import',
        status: 'complete',
        source: { kind: 'ci', name: 'deploy/' },
        labels: { team: 'web' },
        git: { branch: 'main', remote: 'https://example.org/shop.git' },
        ci: { vendor: 'github' },
        objects: 2,
        posture: { pass: 1, fail: 1 },
      },
    });
    expect(unwrap(await app.client.history.import({ files })).files).toMatchObject([{ outcome: 'known' }]);
    expect(unwrap(await app.client.history.list({})).total).toBe(1);
  });

  it('without CI belong to a source of the kind that they say', async () => {
    await using app = openTestApp();
    const answer = unwrap(await app.client.history.import({ files: [{ name: 'a.json', text: text({}) }] }));
    expect(answer.files).toMatchObject([{ outcome: 'imported', run: { source: { kind: 'manifests' } } }]);
  });

  it('that are damaged or foreign are told, and the others are taken', async () => {
    await using app = openTestApp();
    const files = [
      { name: 'cut.json', text: text({}).slice(0, 200) },
      { name: 'foreign.json', text: '{"a": 1}' },
      { name: 'datree.json', text: '{"policyValidationResults": []}' },
      { name: 'newer.json', text: text({ schemaVersion: 2 }) },
      { name: 'shape.json', text: text({ rules: [{ id: 'limits' }] }) },
      { name: 'id.json', text: runWith({ id: 'x' }) },
      { name: 'time.json', text: runWith({ startedAt: 'yesterday' }) },
      { name: 'running.json', text: runWith({ status: 'running' }) },
      { name: 'good.json', text: text({}) },
    ];
    const answer = unwrap(await app.client.history.import({ files })).files;
    expect(answer.map((row) => (row.outcome === 'failed' ? row.error.why : row.outcome))).toEqual([
      expect.stringContaining('JSON'),
      expect.stringContaining('schemaVersion 1'),
      expect.stringContaining('result of Datree'),
      expect.stringContaining('schema version 2'),
      expect.stringContaining('rules.0.title'),
      expect.stringContaining('no id of a run'),
      expect.stringContaining('no time'),
      expect.stringContaining('running'),
      'imported',
    ]);
    expect(unwrap(await app.client.history.list({})).total).toBe(1);
  });

  it('can be looked at like any other run: findings have a message, an age and no content', async () => {
    await using app = openTestApp({ library: LIBRARY });
    unwrap(await app.client.history.import({ files: [{ name: 'a.json', text: text({}) }] }));
    const [finding] = report.findings;
    const fingerprint = finding?.fingerprint ?? '';
    const detail = unwrap(await app.client.findings.get({ scanId: report.run.id, policy: 'all', fingerprint }));
    expect(detail.history.firstSeen).toBe(report.run.startedAt);
    expect(detail.yaml.map((line) => line.text)).toEqual([expect.stringContaining('is not known here')]);
  });
});
