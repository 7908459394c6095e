import type { ScanObject } from '#core/inventory/model.ts';
import { entryOf, LIBRARY, objectOf, POLICY } from '#core/policy/small-scan.fixture.ts';
import { buildReport } from '#core/report/build.ts';
import { DEFAULT_CONTEXT } from '#core/report/context.ts';
import type { ReportContext } from '#core/report/context.ts';
import { OBJECTS, RESULT } from '#core/report/report.fixture.ts';
import type { Report } from '#core/report/report.ts';
import type { Policy } from '#core/rules/model.ts';
import type { Waiver } from '#core/workspace/model.ts';

/** One small report with something of everything that a format can say. */

const WAIVER: Waiver = {
  id: 'load-test',
  rule: 'limits',
  object: { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'batch' },
  reason: 'load test | until the fair',
  owner: 'sre',
  expires: '2026-12-31',
};

const CLUSTER_OBJECTS: readonly ScanObject[] = [
  objectOf('apps/Deployment', 'batch', { limits: 'fail', secrets: 'pass' }, { uid: '4f1c0000-0000-4000-8000-00000000000a' }),
  objectOf('Namespace', 'shop', { secrets: 'pass' }, { namespace: undefined as never, labels: { team: 'checkout' } }),
  objectOf('Secret', 'known', { secrets: 'fail' }, { uid: 'b' }),
];

/** Cluster-scoped kinds have no namespace at all. */
const withoutNamespace = ({ namespace, ...object }: ScanObject): ScanObject =>
  object.kind === 'Namespace' || namespace === undefined ? object : { ...object, namespace };

export const SMALL: Report = buildReport(
  {
    ...RESULT,
    run: {
      ...RESULT.run,
      kubernetesMinor: '1.36',
      git: { remote: 'https://git.example/shop.git', branch: 'main', commit: 'c0ffee' },
    },
    objects: [...OBJECTS, ...CLUSTER_OBJECTS].map(withoutNamespace),
    coverage: [entryOf('Pod'), { ...entryOf('Secret', 'forbidden'), reason: 'no rights to list secrets' }],
  },
  POLICY,
  LIBRARY,
  {
    waivers: [WAIVER],
    today: '2026-11-24',
    debt: [{ rule: 'secrets', object: { group: '', kind: 'Secret', namespace: 'shop', name: 'known' }, paths: ['spec.secrets'] }],
  },
);

export const SETTINGS: Policy['rules'] = { ...POLICY.rules, 'host-path': { mode: 'off', reason: 'the agents need it' } };

export const CONTEXT: ReportContext = {
  ...DEFAULT_CONTEXT,
  waivers: [WAIVER],
  decisions: [
    {
      policy: POLICY.name,
      rule: 'secrets',
      decision: 'fix',
      assignee: 'ada',
      due: '2026-12-24',
      reason: 'rotate them',
      decided: '2026-11-20',
    },
  ],
  settings: SETTINGS,
};
