import type {
  Bypass,
  DriftRow,
  DriftView,
  EnforceInput,
  EnforcePreview,
  EnforceRule,
  ReplayRow,
  RolloutView,
} from '#core/api/enforce.ts';
import { REPLAY_OUTCOMES, type ReplayCounts, type ReplayOutcome } from '#core/enforce/replay/words.ts';
import { NAMESPACES, RULE_SEEDS, runOf, scanIdOf, type RuleSeed } from './data.ts';

/** Invented answers about enforcement. Never shipped. */

const TEAMS = ['data', 'platform', 'catalog', 'checkout', 'payments', undefined] as const;
const at = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;
const none = (): ReplayCounts => ({ denied: 0, warned: 0, audited: 0, notEvaluated: 0, letThrough: 0 });

type Mode = EnforceRule['mode'];
const MODES: readonly Mode[] = ['audit', 'warn', 'deny'];
const OUTCOME: Readonly<Record<Mode, ReplayOutcome>> = { audit: 'audited', warn: 'warned', deny: 'denied' };
const milder = (a: Mode, b: Mode): Mode => (MODES.indexOf(a) < MODES.indexOf(b) ? a : b);

export interface EnforceState {
  /** Objects against each rule of the export. */
  against: (seed: RuleSeed) => number;
  /** What the policy says of each of its rules. */
  says: (seed: RuleSeed) => Mode;
  exported: readonly RuleSeed[];
  skipped: EnforcePreview['skipped'];
  bypass: Bypass;
  drift: DriftView;
}

export const enforceState = (): EnforceState => ({
  against: (seed) => Math.min(12, seed.counts.fail),
  says: () => 'deny',
  exported: RULE_SEEDS.slice(40, 56),
  skipped: [
    { rule: 'ingress-backends-exist', title: 'Ingress backends exist', why: 'it looks at a second object (Service)' },
    {
      rule: 'pdb-allows-one',
      title: 'Disruption budgets allow one eviction',
      why: 'it needs the workload that a budget selects',
    },
  ],
  bypass: {
    who: [
      { kind: 'Group', name: 'platform', may: ['change policies'], by: ['platform-edits-policies'] },
      { kind: 'ServiceAccount', name: 'argocd', namespace: 'argocd', may: ['everything'], by: ['argocd-admin'] },
    ],
    total: 2,
    exemptions: ['Nothing is judged in the namespaces kube-system.', 'Scaling by the subresource scale is not judged.'],
  },
  drift: driftOf(),
});

type Asked = Pick<EnforceInput, 'policy' | 'target' | 'steps' | 'kubernetes' | 'excludedNamespaces' | 'failurePolicy'>;

function ruleOf(seed: RuleSeed, state: EnforceState, { steps = [], failurePolicy }: Asked): EnforceRule {
  const says = state.says(seed);
  const general = milder(says, steps.find(({ namespaces }) => namespaces === undefined)?.mode ?? 'deny');
  const named = steps.flatMap(({ mode, namespaces }) =>
    namespaces === undefined ? [] : [{ mode: milder(says, mode), namespaces }],
  );
  const except = named.flatMap(({ namespaces }) => namespaces);
  const counts = none();
  const hit = state.against(seed);
  counts[OUTCOME[general]] += hit;
  counts.letThrough += Math.floor(hit / 3);
  const first = seed.id === state.exported[0]?.id;
  return {
    rule: seed.id,
    title: seed.title,
    severity: seed.severity,
    mode: says,
    actions: [{ mode: general, ...(except.length === 0 ? {} : { exceptNamespaces: except }) }, ...named],
    operations: ['CREATE', 'UPDATE'],
    failurePolicy: failurePolicy ?? 'Ignore',
    message: `${seed.title}: ask the platform team`,
    minimumKubernetes: '1.30',
    ...(first ? { narrowed: 'only envValues, arguments' } : {}),
    waivers: first ? [{ id: 'w-1', reason: 'Moves in December', expires: '2026-12-01' }] : [],
    waiversLeftOut: first ? [{ id: 'w-2', reason: 'Legacy', why: 'a place by its number cannot be told apart' }] : [],
    counts,
  };
}

const objectOf = (index: number) => ({
  apiVersion: 'apps/v1',
  kind: at(['Deployment', 'StatefulSet'], index),
  namespace: at(NAMESPACES, index),
  name: `web-${index}`,
});

function rowsOf(rules: readonly EnforceRule[]): readonly ReplayRow[] {
  return REPLAY_OUTCOMES.flatMap((outcome) =>
    rules.flatMap(({ rule, title, severity, message, counts }) =>
      Array.from({ length: counts?.[outcome] ?? 0 }, (_, index): ReplayRow => {
        const team = at(TEAMS, index);
        return {
          object: objectOf(index),
          ...(team === undefined ? {} : { team }),
          rule,
          title,
          severity,
          outcome,
          ...(outcome === 'letThrough' ? { why: 'waived' } : { message }),
        };
      }),
    ),
  );
}

/** Objects by the hardest that they meet, in groups. */
function grouped(rows: readonly ReplayRow[], nameOf: (row: ReplayRow) => string | undefined) {
  const groups = new Map<string | undefined, ReplayCounts>();
  for (const row of hardest(rows)) {
    const counts = groups.get(nameOf(row)) ?? none();
    counts[row.outcome] += 1;
    groups.set(nameOf(row), counts);
  }
  return [...groups].map(([name, counts]) => ({ ...(name === undefined ? {} : { name }), counts }));
}

/** Rows come hardest first: the first of each object is its hardest. */
const hardest = (rows: readonly ReplayRow[]): readonly ReplayRow[] => [
  ...new Map(rows.toReversed().map((row) => [row.object.name, row])).values(),
];

const FILES = ['validating-admission-policies.yaml', 'kustomization.yaml', 'rollback.yaml'];
const FOLDER = '/home/viewer/plimsoll/enforce/harbour-baseline/vap';
const commands: EnforcePreview['commands'] = {
  tryFirst: [`kubectl apply --dry-run=server -f ${FOLDER}/${FILES[0]}`],
  apply: [`kubectl apply -f ${FOLDER}/${FILES[0]}`],
  takeBack: [`kubectl delete -f ${FOLDER}/rollback.yaml --ignore-not-found`],
};

function previewOf(asked: Asked, state: EnforceState): EnforcePreview {
  const rules = state.exported.map((seed) => ruleOf(seed, state, asked));
  const rows = rowsOf(rules);
  const counts = none();
  for (const { outcome } of hardest(rows)) counts[outcome] += 1;
  const byTeam = grouped(rows, ({ team }) => team);
  const byNamespace = grouped(rows, ({ object }) => object.namespace);
  const live = rules.filter((rule) => (rule.counts?.denied ?? 0) > 0);
  const denies = rules.some(({ actions }) => actions.some(({ mode }) => mode === 'deny'));
  return {
    targets: [
      { id: 'vap', title: 'ValidatingAdmissionPolicy' },
      { id: 'kyverno', title: 'Kyverno' },
    ],
    policy: asked.policy,
    kubernetes: asked.kubernetes ?? '1.34',
    kubernetesFrom: asked.kubernetes === undefined ? 'scan' : 'asked',
    bundle: 'f3a1c0de',
    onUpdate: 'template-changed',
    annotationWaivers: [],
    excludedNamespaces: asked.excludedNamespaces ?? ['kube-system'],
    defaultExcluded: ['kube-system'],
    rules,
    skipped: state.skipped,
    replay: {
      scanId: scanIdOf(6),
      number: 6,
      startedAt: runOf(6).startedAt,
      source: 'harbour-prod',
      objects: 611,
      judged: 342,
      counts,
      byTeam,
      teams: byTeam.length,
      byNamespace,
      namespaces: byNamespace.length,
      letThrough: { 'not-waived': 4, excluded: 2 },
    },
    liveFailures: live.map(({ rule, title, counts: met }) => ({
      rule,
      title,
      objects: met?.denied ?? 0,
      first: Array.from({ length: Math.min(20, met?.denied ?? 0) }, (_, index) => objectOf(index)),
    })),
    needs: [
      ...(denies && asked.failurePolicy === undefined ? (['failurePolicy'] as const) : []),
      ...(live.length > 0 ? (['confirmation'] as const) : []),
    ],
    bypass: state.bypass,
    files: FILES,
    commands,
    folder: FOLDER,
  };
}

export function driftOf(rows: readonly DriftRow[] = DRIFT_ROWS): DriftView {
  const counts = { missing: 0, changed: 0, stale: 0, extra: 0, expired: 0, disabled: 0, foreign: 0, same: 0 };
  for (const { state } of rows) counts[state] += 1;
  return {
    scanId: scanIdOf(6),
    startedAt: runOf(6).startedAt,
    engines: [
      { id: 'vap', title: 'ValidatingAdmissionPolicy', status: 'read' },
      { id: 'gatekeeper', title: 'Gatekeeper', status: 'absent' },
      { id: 'kyverno', title: 'Kyverno', status: 'unread', reason: 'ClusterPolicy: 403 forbidden' },
    ],
    counts,
    rows: [...rows],
    total: rows.length,
  };
}

const policy = { engine: 'vap', kind: 'ValidatingAdmissionPolicy' } as const;

const DRIFT_ROWS: readonly DriftRow[] = [
  {
    ...policy,
    state: 'missing',
    name: 'plimsoll-memory-limit',
    rule: 'memory-limit',
    detail: 'is to be exported, and is not there',
  },
  { ...policy, state: 'changed', name: 'plimsoll-no-host-path', rule: 'no-host-path', detail: 'spec.failurePolicy differs' },
  {
    ...policy,
    state: 'expired',
    name: 'plimsoll-run-as-non-root',
    rule: 'run-as-non-root',
    detail: 'a waiver ended on 2026-11-01',
  },
  {
    ...policy,
    state: 'foreign',
    name: 'two-replicas',
    detail: 'made by somebody else',
    simulated: { counts: { ...none(), denied: 2, warned: 1 } },
  },
  { ...policy, state: 'same', name: 'plimsoll-no-latest', rule: 'no-latest', detail: 'as it should be' },
];

const LINES = ['# Made by Plimsoll', 'apiVersion: admissionregistration.k8s.io/v1', 'kind: ValidatingAdmissionPolicy', ''];

const rolloutOf = (state: EnforceState): RolloutView => ({
  policy: 'harbour-baseline',
  today: '2026-11-22',
  start: '2026-11-22',
  criteria: { runs: 5, days: 7 },
  rules: state.exported.map((seed) => {
    const failing = state.against(seed);
    return {
      rule: seed.id,
      title: seed.title,
      severity: seed.severity,
      mode: 'deny',
      steps: [
        { mode: 'audit', from: '2026-11-22', why: 'nothing changes for anybody' },
        { mode: 'warn', from: '2026-11-29', why: '7 days after audit' },
        {
          mode: 'deny',
          ...(failing === 0 ? { from: '2026-12-06' } : {}),
          why: failing === 0 ? '7 days of warnings' : 'objects fail today',
        },
      ],
      now: 'audit',
      held: failing === 0 ? { runs: 6, days: 9, since: '2026-11-13' } : { runs: 0, days: 0 },
      failing,
    };
  }),
});

type Answer = (name: string, input: unknown, make: () => unknown) => Promise<unknown>;
interface Page {
  readonly offset: number;
  readonly limit: number;
}
type ObjectsInput = Asked & Page & { outcomes?: string[]; rule?: string; namespace?: string; team?: string; text?: string };

const matches = ({ outcomes, rule, namespace, team, text }: ObjectsInput, row: ReplayRow): boolean =>
  (outcomes === undefined || outcomes.includes(row.outcome)) &&
  (rule === undefined || row.rule === rule) &&
  (namespace === undefined || (row.object.namespace ?? '') === namespace) &&
  (team === undefined || (row.team ?? '') === team) &&
  (text === undefined || row.object.name.includes(text));

const paged = <R>(rows: readonly R[], { offset, limit }: Page) => ({
  rows: rows.slice(offset, offset + limit),
  total: rows.length,
});

export const fakeEnforce = (answer: Answer, state: EnforceState) => ({
  enforce: {
    preview: (input: Asked) => answer('enforce.preview', input, () => previewOf(input, state)),
    objects: (input: ObjectsInput) =>
      answer('enforce.objects', input, () =>
        paged(
          rowsOf(previewOf(input, state).rules).filter((row) => matches(input, row)),
          input,
        ),
      ),
    history: (input: Asked) =>
      answer('enforce.history', input, () => ({
        points: Array.from({ length: 6 }, (_, index) => ({
          scanId: scanIdOf(index + 1),
          number: index + 1,
          startedAt: runOf(index + 1).startedAt,
          objects: 600 + index,
          counts: { ...none(), denied: 20 - index, warned: index },
          appeared: index % 3,
          gone: index,
        })),
      })),
    file: (input: Page & { name: string }) =>
      answer('enforce.file', input, () => {
        const lines = [`# ${input.name}`, ...LINES];
        return { name: input.name, text: lines.slice(input.offset, input.offset + input.limit).join('\n'), lines: lines.length };
      }),
    save: (input: { folder: string }) =>
      answer('enforce.save', input, () => ({ files: FILES.map((name) => `${input.folder}/${name}`), commands })),
    rollout: (input: unknown) => answer('enforce.rollout', input, () => rolloutOf(state)),
    drift: (input: Page & { states?: string[] }) =>
      answer('enforce.drift', input, () => {
        const rows = state.drift.rows.filter((row) => input.states?.includes(row.state) ?? true);
        return { ...state.drift, ...paged(rows, input) };
      }),
    foreign: (input: Page) =>
      answer('enforce.foreign', input, () =>
        paged(
          Array.from({ length: 3 }, (_, index) => ({
            object: objectOf(index),
            outcome: index < 2 ? 'denied' : 'warned',
            message: 'needs 3 replicas',
          })),
          input,
        ),
      ),
  },
});
