import type {
  PolicyDiff,
  PolicyImport,
  PolicyMatrix,
  PolicyPage,
  PolicyRuleRow,
  PolicySummary,
  Revision,
} from '#core/api/policies.ts';
import type { WorkspaceView } from '#core/api/workspace.ts';
import { noCounts } from '#core/model.ts';
import { RULE_SEEDS } from './data.ts';

/** Invented answers about policies and the workspace, for component tests. */

export const POLICIES: readonly PolicySummary[] = [
  {
    name: 'harbour-baseline',
    title: 'Harbour baseline',
    description: '',
    origin: 'workspace',
    stage: 'baseline',
    rules: 47,
    revision: 14,
    file: 'policies/harbour-baseline.yaml',
  },
  {
    name: 'harbour-strict',
    title: 'Harbour strict',
    description: '',
    origin: 'workspace',
    stage: 'strict',
    extends: 'datree-default',
    rules: 79,
    revision: 14,
    file: 'policies/harbour-strict.yaml',
  },
  { name: 'default', title: 'Datree Default', description: '', origin: 'builtin', rules: 21 },
  { name: 'datree-default', title: 'Datree Default', description: '', origin: 'template', rules: 21 },
  { name: 'datree-starter', title: 'Datree Starter', description: '', origin: 'template', rules: 34 },
  { name: 'all', title: 'Every rule', description: '', origin: 'builtin', rules: 79 },
];

const PRODUCTS = ['storefront', 'payments'];
const ENVIRONMENTS = [
  { name: 'staging', production: false },
  { name: 'production', production: true },
];

export const MATRIX: PolicyMatrix = {
  products: PRODUCTS,
  environments: ENVIRONMENTS,
  cells: PRODUCTS.flatMap((product) =>
    ENVIRONMENTS.flatMap(({ name: environment, production }) =>
      product === 'payments' && production
        ? []
        : [
            {
              product,
              environment,
              stage: 'baseline' as const,
              policy: 'harbour-baseline',
              revision: 14,
              rules: 47,
              failing: production ? 2 : 0,
              from: 'organisation' as const,
            },
          ],
    ),
  ),
};

export const policyRows = (): PolicyRuleRow[] =>
  RULE_SEEDS.map((seed, index) => ({
    rule: seed.id,
    title: seed.title,
    category: seed.category,
    effort: seed.effort,
    enforceable: true,
    mode: index % 3 === 0 ? 'off' : 'warn',
    severity: seed.severity,
    message: `{{container}} fails ${seed.id}`,
    params: index === 1 ? { lowest: 2 } : {},
    paramsSchema: index === 1 ? { lowest: { type: 'integer', minimum: 1, description: 'The lowest number that passes.' } } : {},
    ...(index % 5 === 1 ? { own: { mode: 'warn' as const }, inheritedMode: 'off' as const } : {}),
    origins: index % 5 === 1 ? { mode: 'harbour-baseline' } : { mode: 'datree-default' },
    counts: { ...noCounts(), pass: 100, fail: index % 4 },
    failing: { objects: index % 4, findings: (index % 4) * 2, namespaces: index % 4, teams: 1 },
  }));

export const pageOf = (name: string): PolicyPage => ({
  policy: POLICIES.find((policy) => policy.name === name) ?? { ...POLICIES[0]!, name },
  chain: [name, 'datree-default'],
  exportAnnotationWaivers: { value: false, inherited: false },
  hash: 'hash-1',
  rules: policyRows(),
  objects: 23,
  clean: 22,
  problems: [],
});

export const REVISIONS: readonly Revision[] = [
  {
    name: 'harbour-baseline',
    number: 14,
    hash: 'b',
    author: 'a.lindqvist',
    reason: 'Held for nine days',
    at: '2026-11-19T08:00:00Z',
    kind: 'promotion',
    evidence: ['01J8Z3K4M5N6P7Q8R9S0T1V209'],
    changes: ['+ limit-range (warn)'],
  },
  { name: 'harbour-baseline', number: 13, hash: 'a', at: '2026-11-02T08:00:00Z', kind: 'external', evidence: [], changes: [] },
];

export const DIFF: PolicyDiff = {
  rows: [
    {
      rule: 'rule-1',
      title: 'Some rule',
      change: 'added',
      after: { mode: 'warn', severity: 'high', message: 'no', params: {} },
    },
  ],
};

export const IMPORT: PolicyImport = {
  policies: [
    {
      name: 'Harbour_Prod',
      as: 'harbour-prod',
      isDefault: true,
      rules: [
        {
          identifier: 'CONTAINERS_MISSING_MEMORY_LIMIT_KEY',
          rule: 'memory-limit',
          title: 'Containers set a memory limit',
          message: 'Set it',
          differs: 'Init containers are looked at.',
        },
      ],
    },
  ],
  notEvaluated: [{ identifier: 'CUSTOM_ONE', why: 'Custom rules come later.', nearest: 'memory-limit' }],
  problems: [],
  applied: false,
};

export const WORKSPACE: WorkspaceView = {
  folder: '/home/viewer/.local/share/plimsoll/workspace',
  exists: true,
  author: 'a.lindqvist',
  name: 'harbour',
  teams: [{ name: 'payments', contacts: ['pay@harbour.example'], needs: ['A terminal on NodePort 30080'] }],
  products: PRODUCTS.map((name) => ({ name, team: 'payments' })),
  environments: ENVIRONMENTS.map((environment, index) => ({ ...environment, order: index + 1 })),
  sources: [{ name: 'harbour-prod', kind: 'cluster', environment: 'production', labels: {}, branches: [] }],
  bindings: [{ policies: { baseline: 'harbour-baseline', strict: 'harbour-strict' } }],
  criteria: { runs: 5, days: 7 },
  feedbackDays: 90,
  expiringDays: 14,
  hash: 'hash-w',
  problems: [],
  steps: [
    { id: 'teams', title: 'List teams and what they need', done: true, detail: '1 team with 1 need.', href: '/workspace' },
    { id: 'scan', title: 'Scan a production cluster', done: true, detail: 'harbour-prod, today.' },
    { id: 'baseline', title: 'Make a baseline', done: false, detail: 'There is none yet.', href: '/' },
  ],
  pair: { baseline: 'harbour-baseline', strict: 'harbour-strict' },
};

interface Pair {
  readonly pair: WorkspaceView['pair'];
}
type Answer = (name: string, input: unknown, make: () => unknown) => Promise<unknown>;

const CHANGE = { id: 'change-1', what: 'Saved harbour-baseline r15', files: ['policies/harbour-baseline.yaml'] };

/** The areas `policies` and `workspace` of the fake client. */
export const fakePolicies = (answer: Answer, state: Pair) => ({
  policies: {
    list: () => answer('policies.list', {}, () => [...POLICIES]),
    matrix: (input: unknown) => answer('policies.matrix', input, () => MATRIX),
    get: (input: { name: string }) => answer('policies.get', input, () => pageOf(input.name)),
    preview: (input: { patch: { rules?: Record<string, unknown> } }) =>
      answer('policies.preview', input, () => ({
        changes: Object.keys(input.patch.rules ?? {}).length,
        turnsOn: Object.keys(input.patch.rules ?? {}),
        turnsOff: [],
        before: { objects: 23, clean: 22, findings: 1 },
        after: { objects: 23, clean: 13, findings: 12 },
        startFailing: [],
        startFailingTotal: 9,
        namespaces: ['payments', 'payments-batch'],
        rules: [],
      })),
    save: (input: unknown) => answer('policies.save', input, () => ({ page: pageOf('harbour-baseline'), change: CHANGE })),
    create: (input: { name: string }) => answer('policies.create', input, () => ({ page: pageOf(input.name), change: CHANGE })),
    remove: (input: unknown) => answer('policies.remove', input, () => ({ change: CHANGE })),
    revisions: (input: unknown) => answer('policies.revisions', input, () => [...REVISIONS]),
    diff: (input: unknown) => answer('policies.diff', input, () => DIFF),
    restore: (input: unknown) => answer('policies.restore', input, () => ({ page: pageOf('harbour-baseline'), change: CHANGE })),
    import: (input: { apply: boolean }) => answer('policies.import', input, () => ({ ...IMPORT, applied: input.apply })),
    compare: (input: unknown) =>
      answer('policies.compare', input, () => ({
        program: '/usr/bin/datree',
        files: 2,
        objects: 3,
        rules: [
          {
            rule: 'memory-limit',
            title: 'Containers set a memory limit',
            identifier: 'CONTAINERS_MISSING_MEMORY_LIMIT_KEY',
            same: 2,
            differences: [{ file: 'web.yaml', kind: 'Deployment', name: 'web', datree: 'pass', ours: 'fail' }],
            differs: 'Init containers are looked at.',
          },
        ],
        unread: [],
      })),
    export: (input: unknown) => answer('policies.export', input, () => ({ text: 'kind: Policy\n', notes: [] })),
  },
  workspace: {
    get: (input: unknown) => answer('workspace.get', input, () => ({ ...WORKSPACE, pair: state.pair })),
    save: (input: unknown) => answer('workspace.save', input, () => ({ view: WORKSPACE, change: CHANGE })),
    preview: (input: unknown) =>
      answer('workspace.preview', input, () => ({ bindings: [], none: { objects: 0, namespaces: [] }, twice: [] })),
    undo: (input: unknown) => answer('workspace.undo', input, () => ({ what: CHANGE.what })),
  },
});
