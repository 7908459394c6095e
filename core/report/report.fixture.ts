import type { ScanObject } from '#core/inventory/model.ts';
import { LIBRARY, objectOf, POLICY, RULE_SET } from '#core/policy/small-scan.fixture.ts';
import { buildReport } from '#core/report/build.ts';
import type { RunResult } from '#core/report/build.ts';
import type { Report } from '#core/report/report.ts';

/** A run of manifests with a bit of everything: findings, a waiver, open verdicts, problems and notes. */
export const OBJECTS: readonly ScanObject[] = [
  objectOf(
    'apps/Deployment',
    'web',
    { limits: 'fail', secrets: 'pass' },
    {
      uid: 'd',
      place: { file: 'web.yaml', line: 1, document: 0 },
      positions: [{ line: 12, column: 7 }],
      findings: [{ rule: 0, path: 'spec.template.spec.containers[name=web].limits', container: 'web' }],
    },
  ),
  objectOf(
    'Pod',
    'web-1',
    { limits: 'fail' },
    {
      uid: 'p',
      owner: { kind: 'Deployment', name: 'web', uid: 'd' },
      findings: [{ rule: 0, path: 'spec.containers[name=web].limits', container: 'web' }],
    },
  ),
  objectOf('Pod', 'lost', { limits: 'notEvaluated', secrets: 'error' }, { place: { file: 'lost.yaml', line: 3, document: 1 } }),
  objectOf(
    'Pod',
    'waived',
    { limits: 'fail' },
    { waivers: { LIMITS_KEY: 'until March' }, assumedNamespace: true, namespace: 'default' },
  ),
  objectOf(
    'ConfigMap',
    'keys',
    { secrets: 'fail' },
    {
      findings: [
        { rule: 1, path: 'data.b' },
        { rule: 1, path: 'data.a' },
      ],
    },
  ),
  objectOf('ConfigMap', 'keys', { secrets: 'fail' }, { namespace: 'ops' }),
];

export const RESULT: RunResult = {
  run: {
    id: '01KB0000000000000000000000',
    startedAt: '2026-11-24T00:00:00.000Z',
    finishedAt: '2026-11-24T00:00:01.000Z',
    toolVersion: '0.1.0',
    bundleDigest: 'digest',
    source: { kind: 'manifests', name: 'deploy/' },
    labels: { branch: 'main' },
  },
  status: 'incomplete',
  ruleSet: RULE_SET,
  objects: OBJECTS,
  coverage: [],
  errors: [
    { file: 'b.yaml', line: 2, column: 3, message: 'a colon is missing' },
    { file: 'a.yaml', message: 'binary' },
  ],
  notes: [{ file: 'readme.json', line: 1, column: 1, message: 'no manifest' }],
};

export const reportOf = (changed: Partial<RunResult> = {}): Report => buildReport({ ...RESULT, ...changed }, POLICY, LIBRARY);
