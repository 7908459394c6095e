import type { Client } from '#core/api.ts';
import type { FindingDetail, FindingGroup, FindingRow } from '#core/api/findings.ts';
import type { ScanEvent, Source } from '#core/api/scans.ts';
import type { RuleSummary } from '#core/api/rules.ts';
import type { Settings } from '#core/api/settings.ts';
import type { AppError } from '#core/model.ts';
import { noCounts } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import { enforceState, fakeEnforce, type EnforceState } from './fake-enforce.ts';
import { fakeInbox } from './fake-inbox.ts';
import { fakePolicies } from './fake-policies.ts';
import { fakeRatchet, ratchetState, type RatchetState } from './fake-ratchet.ts';
import { overviewOf, RULE_SEEDS, rowsOf, runOf, scanIdOf, sourceOf, type RuleSeed } from './data.ts';

/** A client over invented data, for component tests: calls are recorded, any of them can be made to fail or to wait. */
export interface FakeClient {
  readonly client: Client;
  readonly calls: { readonly name: string; readonly input: unknown }[];
  readonly state: FakeState;
  /** Sends to everyone who listens to events. */
  readonly emit: (event: ScanEvent) => void;
}

export interface FakeState extends RatchetState {
  enforce: EnforceState;
  sources: Source[];
  settings: Settings;
  contexts: string[];
  /** Findings of each failing rule; the rows are made up as they are asked for. */
  rows: (seed: RuleSeed) => number;
  failing: Partial<Record<string, AppError>>;
}

export const someError: AppError = {
  code: 'unreachable',
  what: 'The cluster did not answer',
  where: 'https://api.harbour.example:6443',
  why: 'connect ECONNREFUSED 10.0.0.1:6443',
  next: 'Check the VPN, then retry.',
};

const YAML = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ledger-api
  namespace: payments
  labels:
    app: ledger-api
    team: payments
  annotations:
    note: "<img src=x onerror=alert(1)>"
spec:
  replicas: 3
  selector:
    matchLabels:
      app: ledger-api
  strategy:
    type: RollingUpdate
  template:
    metadata:
      labels:
        app: ledger-api
    spec:
      containers:
      - name: api
        image: registry.harbour.example/payments/ledger-api:4.18.2
        env:
        - name: PORT
          value: "8080"
        ports:
        - containerPort: 8080
        resources:
          limits:
            memory: 512Mi
        securityContext:
          allowPrivilegeEscalation: false
          readOnlyRootFilesystem: false
        readinessProbe:
          httpGet:
            path: /ready
            port: 8080
        volumeMounts:
        - name: data
          mountPath: /data
      - name: audit-tail
        image: registry.harbour.example/base/tail:2.1
      volumes:
      - name: data
        emptyDir: {}`;

const failingSeeds = RULE_SEEDS.filter((seed) => seed.counts.fail > 0);

const groupOf = (seed: RuleSeed, rows: readonly FindingRow[]): FindingGroup => ({
  key: seed.id,
  title: seed.title,
  subtitle: seed.id,
  severity: seed.severity,
  failing: rows.filter((row) => row.verdict === 'fail').length,
  notEvaluated: rows.filter((row) => row.verdict !== 'fail').length,
  waived: 0,
  objects: rows.length,
  namespaces: new Set(rows.map((row) => row.object.namespace)).size,
  passing: seed.counts.pass / (seed.counts.pass + seed.counts.fail),
  rows: rows.length,
});

const ruleOf = (seed: RuleSeed): RuleSummary => ({
  id: seed.id,
  title: seed.title,
  category: seed.category,
  severity: seed.severity,
  effort: seed.effort,
  scope: 'object',
  enforceable: seed.category !== 'networking',
  aliases: { datree: [`${seed.id.toUpperCase().replaceAll('-', '_')}`] },
  frameworks:
    seed.category === 'pod-security'
      ? [{ id: 'PSS', version: '1.34', level: 'restricted' }]
      : [{ id: 'CIS', version: '1.10', control: '5.2.6' }],
  mode: 'deny',
  counts: seed.counts,
  findings: seed.counts.fail,
});

function detailOf(row: FindingRow): FindingDetail {
  return {
    finding: row,
    why: 'A writable root lets anyone who gets into the container replace the program and its libraries. Data that must be written belongs in a volume.',
    remediation: 'Set readOnlyRootFilesystem to true and mount a volume where the program writes.',
    references: ['https://kubernetes.io/docs/tasks/configure-pod-container/security-context/'],
    yaml: YAML.split('\n').map((text, index) => ({
      number: index + 1,
      text,
      marks: text.includes('readOnlyRootFilesystem: false') || text.includes('tail:2.1') ? [row.message] : [],
    })),
    fix: [{ op: 'replace', path: row.path, value: 'true' }],
    samePlaces: 17,
    otherFindings: failingSeeds.slice(0, 4).flatMap((seed) => rowsOf(seed, 1)),
    history: {
      firstSeen: '2026-08-12T08:00:00.000Z',
      lastSeen: '2026-11-16T09:30:00.000Z',
      runs: Array.from({ length: 6 }, (_, index) => ({
        scanId: scanIdOf(index + 1),
        startedAt: runOf(index + 1).startedAt,
        verdict: 'fail' as const,
      })),
    },
  };
}

export function createFakeClient(change: Partial<FakeState> = {}): FakeClient {
  const calls: { name: string; input: unknown }[] = [];
  const listeners = new Set<(event: ScanEvent) => void>();
  const state: FakeState = {
    sources: [sourceOf()],
    settings: { theme: 'system', policy: 'default', teamLabel: 'team', dropEnvValues: false, views: {} },
    contexts: ['harbour-prod', 'harbour-staging', 'kind-local'],
    rows: (seed) => seed.counts.fail,
    failing: {},
    enforce: enforceState(),
    ...ratchetState(),
    ...change,
  };
  const answer = <T>(name: string, input: unknown, value: () => T) => {
    calls.push({ name, input });
    const error = state.failing[name];
    return Promise.resolve(error === undefined ? ok(value()) : err(error));
  };
  const emit = (event: ScanEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const findingsOf = (filter: {
    severity?: readonly string[] | undefined;
    text?: string | undefined;
    rule?: readonly string[] | undefined;
  }) =>
    failingSeeds
      .filter((seed) => filter.severity === undefined || filter.severity.includes(seed.severity))
      .filter((seed) => filter.rule === undefined || filter.rule.includes(seed.id))
      .map((seed) => ({
        seed,
        rows: rowsOf(seed, state.rows(seed)).filter(
          (row) =>
            filter.text === undefined || `${row.title} ${row.object.name}`.toLowerCase().includes(filter.text.toLowerCase()),
        ),
      }))
      .filter(({ rows }) => rows.length > 0);
  const total = (): number => findingsOf({}).reduce((sum, group) => sum + group.rows.length, 0);

  async function* events(_input: unknown, options: { signal?: AbortSignal } = {}): AsyncGenerator<ScanEvent> {
    const queue: ScanEvent[] = [];
    let wake = Promise.withResolvers<void>();
    const listener = (event: ScanEvent): void => {
      queue.push(event);
      wake.resolve();
    };
    options.signal?.addEventListener('abort', () => wake.resolve());
    listeners.add(listener);
    while (options.signal?.aborted !== true) {
      await wake.promise;
      wake = Promise.withResolvers<void>();
      yield* queue.splice(0);
    }
    listeners.delete(listener);
  }

  const client = {
    ...fakeRatchet(answer, state),
    app: {
      info: () =>
        answer('app.info', {}, () => ({
          version: '0.1.0',
          host: 'inProcess',
          library: { hash: 'f3a1c0de', rules: 79 },
          database: '/home/viewer/.local/share/plimsoll/plimsoll.db',
          platform: 'linux x64',
          sample: true,
        })),
    },
    settings: {
      get: () => answer('settings.get', {}, () => ({ ...state.settings })),
      set: (input: Partial<Settings>) =>
        answer('settings.set', input, () => {
          state.settings = { ...state.settings, ...input };
          return { ...state.settings };
        }),
      source: (input: { id: number }) =>
        answer('settings.source', input, () =>
          Object.assign(state.sources.find((source) => source.id === input.id) ?? sourceOf(), input),
        ),
    },
    sources: {
      contexts: (input: unknown) =>
        answer('sources.contexts', input, () => ({
          contexts: state.contexts.map((name, index) => ({
            name,
            cluster: name,
            server: `https://${name}.example:6443`,
            authKind: 'exec',
            tlsMode: 'customCa',
            current: index === 0,
            file: '~/.kube/config',
          })),
          looked: ['$KUBECONFIG (not set)', '~/.kube/config'],
          problems: [],
        })),
      list: () => answer('sources.list', {}, () => [...state.sources]),
    },
    scans: {
      start: (input: unknown) => answer('scans.start', input, () => ({ scanId: scanIdOf(7) })),
      cancel: (input: unknown) => answer('scans.cancel', input, () => ({ cancelled: true })),
      coverage: (input: { scanId: string }) =>
        answer('scans.coverage', input, () => ({
          scanId: input.scanId,
          covered: 0.97,
          problems: [],
          entries: [
            {
              group: '',
              version: 'v1',
              kind: 'Pod',
              resource: 'pods',
              verb: 'list',
              status: 'complete',
              httpStatus: 200,
              objects: 342,
            },
            {
              group: 'apps',
              version: 'v1',
              kind: 'Deployment',
              resource: 'deployments',
              verb: 'list',
              status: 'complete',
              httpStatus: 200,
              objects: 96,
            },
            {
              group: '',
              version: 'v1',
              kind: 'Secret',
              resource: 'secrets',
              verb: 'list',
              status: 'metadataOnly',
              httpStatus: 200,
              objects: 88,
            },
            {
              group: 'networking.k8s.io',
              version: 'v1',
              kind: 'NetworkPolicy',
              resource: 'networkpolicies',
              verb: 'list',
              status: 'forbidden',
              httpStatus: 403,
              objects: 0,
              reason: 'viewer may not list networkpolicies: 2 rules are not evaluated',
            },
            {
              group: 'metrics.k8s.io',
              version: 'v1beta1',
              kind: 'PodMetrics',
              resource: 'pods',
              verb: 'list',
              status: 'serverError',
              httpStatus: 503,
              objects: 0,
            },
            { group: '', version: 'v1', kind: 'Event', resource: 'events', verb: 'list', status: 'leftOut', objects: 0 },
          ],
        })),
      network: (input: { scanId: string }) =>
        answer('scans.network', input, () => ({
          scanId: input.scanId,
          server: 'https://api.harbour.example:6443',
          requests: Array.from({ length: 214 }, (_, index) => ({
            verb: 'GET',
            path: index === 0 ? '/version' : `/apis/apps/v1/deployments?limit=500&continue=${index}`,
            status: index % 40 === 39 ? 403 : 200,
            ms: 8 + (index % 30),
            bytes: 1200 * (index + 1),
          })),
        })),
      events,
    },
    overview: { get: (input: unknown) => answer('overview.get', input, () => overviewOf()) },
    exports: {
      preview: (input: { format: string }) =>
        answer('exports.preview', input, () => ({
          fileName: `plimsoll-harbour-prod.${input.format}`,
          text: `beginning of ${input.format}`,
          bytes: 123_456,
          cut: true,
          notes: input.format === 'markdown' ? ['markdown: 5 findings are left out'] : [],
        })),
      file: (input: { format: string }) =>
        answer('exports.file', input, () => ({
          fileName: `plimsoll-harbour-prod.${input.format}`,
          text: `all of ${input.format}`,
          mediaType: 'text/plain',
          notes: [],
        })),
    },
    findings: {
      groups: (input: { filter: { severity?: string[] } }) =>
        answer('findings.groups', input, () => {
          const found = findingsOf(input.filter);
          return {
            groups: found.map(({ seed, rows }) => groupOf(seed, rows)),
            shown: found.reduce((sum, group) => sum + group.rows.length, 0),
            total: total(),
            hiddenWaived: 31,
            facets: {
              severity: { critical: 6, high: 163, medium: 690, low: 635 },
              category: { 'pod-security': 700, resources: 300, images: 120 },
              namespace: { pipelines: 310, events: 162, '': 4 },
              kind: { Deployment: 900, CronJob: 200 },
              team: { data: 600, platform: 300, '': 40 },
              verdict: { fail: 1494, waived: 31, notEvaluated: 88, error: 2, pass: 0, notApplicable: 0 },
            },
          };
        }),
      rows: (input: { filter: { severity?: string[] }; group: string; offset: number; limit: number }) =>
        answer('findings.rows', input, () => {
          const rows = findingsOf(input.filter).find(({ seed }) => seed.id === input.group)?.rows ?? [];
          return { rows: rows.slice(input.offset, input.offset + input.limit), total: rows.length };
        }),
      get: (input: { fingerprint: string }) =>
        answer('findings.get', input, () => {
          const seed = failingSeeds.find((one) => input.fingerprint.startsWith(`v1:${one.id}-`)) ?? failingSeeds[0];
          const row =
            seed === undefined ? undefined : rowsOf(seed, state.rows(seed)).find((one) => one.fingerprint === input.fingerprint);
          if (row === undefined) throw new Error(`the test asks for a finding that is not there: ${input.fingerprint}`);
          return detailOf(row);
        }),
    },
    history: {
      list: (input: unknown) =>
        answer('history.list', input, () => ({
          runs: [
            runOf(7, { status: 'running' }),
            ...[6, 5, 4].map((number) => runOf(number)),
            runOf(3, { status: 'cancelled' }),
            runOf(2, { status: 'incomplete', labels: { ticket: 'OPS-12' }, covered: 0.61 }),
            runOf(1, { status: 'failed', error: someError }),
            runOf(8, {
              source: { id: 2, kind: 'ci', name: 'shop-api', colour: 'teal', production: false },
              origin: 'test',
              git: { branch: 'main', commit: '4f2d1c09ab', remote: 'git@example:shop/api.git' },
              ci: { vendor: 'GitLab' },
            }),
          ],
          total: 8,
        })),
      diff: (input: { from: string; to: string }) =>
        answer('history.diff', input, () => {
          const rows = failingSeeds[3] === undefined ? [] : rowsOf(failingSeeds[3], 30);
          return {
            from: runOf(5),
            to: runOf(6),
            counts: { new: 4, fixed: 9, unchanged: 1481, incomparable: 3 },
            new: rows.slice(0, 4),
            fixed: rows.slice(4, 13),
            incomparable: rows
              .slice(13, 16)
              .map((finding) => ({ finding, reason: 'NetworkPolicies could not be listed in the later scan' })),
            notes: ['The rule library changed: 11 rules differ'],
            cut: false,
          };
        }),
      delete: (input: unknown) => answer('history.delete', input, () => ({ deleted: true })),
    },
    rules: {
      list: (input: unknown) => answer('rules.list', input, () => RULE_SEEDS.map(ruleOf)),
      get: (input: { id: string }) =>
        answer('rules.get', input, () => {
          const seed = RULE_SEEDS.find((one) => one.id === input.id) ?? RULE_SEEDS[0];
          if (seed === undefined) throw new Error('no rules');
          return {
            rule: ruleOf(seed),
            why: 'Without this setting a process may gain more rights than its parent, for instance through a setuid program. It is the step between a bug in an application and root in its container.',
            remediation:
              'Set it to false on every container, init containers included. Programs that need sudo or ping inside the container stop working.',
            references: ['https://kubernetes.io/docs/concepts/security/pod-security-standards/'],
            differs: 'Datree looks at app containers only; init containers are judged here too.',
            match: 'workloads',
            forEach: 'appAndInit',
            require: 'it.?securityContext.?allowPrivilegeEscalation.orValue(true) == false',
            field: 'securityContext.allowPrivilegeEscalation',
            message: '{{container}} must set allowPrivilegeEscalation to false, is {{value}}',
            expression: 'variables.appAndInit.all(it,\n  it.?securityContext.?allowPrivilegeEscalation.orValue(true) == false)',
            variables: [
              { name: 'appAndInit', expression: 'variables.podSpec.containers + variables.podSpec.?initContainers.orValue([])' },
            ],
            examples: [
              {
                verdict: 'pass',
                name: 'set to false on every container',
                yaml: 'apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n    securityContext:\n      allowPrivilegeEscalation: false\n',
                findings: [],
              },
              {
                verdict: 'fail',
                name: 'second container forgets',
                yaml: 'apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n',
                findings: ['spec.containers[name=a].securityContext.allowPrivilegeEscalation'],
              },
            ],
            file: 'pod-security/no-privilege-escalation.yaml',
            failsNow: rowsOf(seed, Math.min(12, seed.counts.fail)),
            failsNowTotal: seed.counts.fail,
            history: Array.from({ length: 6 }, (_, index) => ({
              scanId: scanIdOf(index + 1),
              startedAt: runOf(index + 1).startedAt,
              counts: { ...noCounts(), pass: 120 + index * 3, fail: 66 - index * 3 },
            })),
          };
        }),
    },
    ...fakeEnforce(answer, state.enforce),
    ...fakePolicies(answer, state),
    ...fakeInbox(answer),
    palette: {
      search: (input: { text: string }) =>
        answer('palette.search', input, () => [
          ...RULE_SEEDS.filter((seed) => seed.title.toLowerCase().includes(input.text.toLowerCase()))
            .slice(0, 4)
            .map((seed) => ({ type: 'rule', id: seed.id, title: seed.title })),
          { type: 'namespace', name: 'payments' },
          {
            type: 'object',
            object: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'payments', name: 'ledger-api' },
            failing: 6,
          },
        ]),
    },
  };
  // The literals above are checked against the contract by the component tests that parse them; here they only stand in for it.
  return { client: client as unknown as Client, calls, state, emit };
}
