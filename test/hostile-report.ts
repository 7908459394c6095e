import fc from 'fast-check';
import { LIBRARY, objectOf, POLICY, RULE_SET } from '#core/policy/small-scan.fixture.ts';
import { buildReport } from '#core/report/build.ts';
import { RESULT } from '#core/report/report.fixture.ts';
import type { Report } from '#core/report/report.ts';

/** Names as an attacker, or a broken tool, may give them. */
const NASTY = [
  ']]>',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='x",
  '::error file=x::owned',
  '\n::set-output name=a::b',
  '%0A::error::x',
  '=cmd|"/c calc"!A1',
  '@SUM(1)',
  '\u202Eevil\u202C',
  '\u0000\u0007\u001B[31m',
  'a\r\nb',
  '[click](https://evil.example)',
  '| a | b |',
  '<!-- -->',
  '--- \n- x: y',
  '{{name}} ${HOME} `id`',
  '../../etc/passwd',
  '\uD800',
  '\uFFFE\uFEFF\u2028',
  'x'.repeat(3000),
  'yes',
  '0x1F',
  '',
  '@everyone www.evil.example',
];

export const nasty: fc.Arbitrary<string> = fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'binary', maxLength: 40 }));

export interface Hostile {
  readonly name: string;
  readonly namespace: string;
  readonly path: string;
  readonly file: string;
  readonly reason: string;
  readonly problem: string;
  readonly source: string;
}

export const hostile: fc.Arbitrary<Hostile> = fc.record({
  name: nasty,
  namespace: nasty,
  path: nasty,
  file: nasty,
  reason: nasty,
  problem: nasty,
  source: nasty,
});

/** Two objects of that name, one of a file and one of a cluster, each with a finding whose message says it; one that is waived. */
export function hostileReport({ name, namespace, path, file, reason, problem, source }: Hostile): Report {
  const finding = { findings: [{ rule: 1, path }] };
  return buildReport(
    {
      ...RESULT,
      ruleSet: RULE_SET,
      run: { ...RESULT.run, source: { kind: 'manifests', name: source }, labels: {} },
      objects: [
        objectOf('Pod', name, { secrets: 'fail' }, { ...finding, namespace, place: { file, line: 3, document: 0 } }),
        objectOf('ConfigMap', name, { secrets: 'fail' }, { ...finding, namespace, labels: { team: reason } }),
        objectOf('apps/Deployment', name, { limits: 'fail' }, { namespace, waivers: { LIMITS_KEY: reason } }),
      ],
      errors: [{ file, line: 1, column: 1, message: problem }],
      notes: [],
    },
    POLICY,
    LIBRARY,
  );
}
