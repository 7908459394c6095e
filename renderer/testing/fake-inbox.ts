import type { FeedbackView, InboxItem, InboxPage, WaiverRow } from '#core/api/inbox.ts';
import { RULE_SEEDS, rowsOf } from './data.ts';

/** Invented answers about what waits for a decision, for component tests. */

const seedAt = (index: number) => {
  const seed = RULE_SEEDS.filter(({ counts }) => counts.fail > 0)[index];
  if (seed === undefined) throw new Error('no such seed');
  return seed;
};

const item = (index: number, more: Partial<InboxItem>): InboxItem => {
  const seed = seedAt(index);
  const [example] = rowsOf(seed, 1);
  return {
    id: `item-${index}`,
    kind: 'undecided',
    rule: seed.id,
    title: seed.title,
    severity: seed.severity,
    policy: 'default',
    since: '2026-11-10T08:00:00Z',
    detail: '6 objects fail in 2 namespaces',
    objects: 6,
    namespaces: ['payments', 'pipelines'],
    teams: ['data'],
    ...(example === undefined ? {} : { example }),
    broke: [],
    fingerprints: [],
    ...more,
  };
};

export const INBOX: InboxPage = {
  items: [
    item(0, {}),
    item(1, { kind: 'expiring', waiver: 'waiver-1', detail: 'The waiver of ledger-api ends in 2 days' }),
    item(2, { kind: 'demotion', detail: '2 objects broke it since scan #5' }),
    item(3, { kind: 'overdue', detail: 'team data wanted to fix it by 1 November' }),
  ],
  counts: { undecided: 8, waivers: 2, demotions: 2, overdue: 0 },
  decided: { fix: 3, disable: 1, waive: 2, debt: 0 },
};

const WAIVERS: readonly WaiverRow[] = [
  {
    id: 'waiver-1',
    origin: 'file',
    file: 'waivers/waiver-1.yaml',
    rule: seedAt(1).id,
    title: seedAt(1).title,
    object: { group: 'apps', kind: 'Deployment', namespace: 'payments', name: 'ledger-api' },
    reason: 'Replaced in spring',
    owner: 'payments',
    expires: '2026-11-20',
    state: 'expiring',
    findings: 2,
    objects: 1,
  },
  {
    origin: 'annotation',
    rule: seedAt(2).id,
    title: seedAt(2).title,
    reason: 'legacy',
    state: 'stale',
    findings: 0,
    objects: 0,
    at: {
      object: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' },
      annotation: `plimsoll.dev/waive.${seedAt(2).id}`,
    },
  },
];

const FEEDBACK: FeedbackView = {
  due: '2026-11-01',
  isDue: true,
  rounds: [
    {
      id: 'round-1',
      policy: 'default',
      started: '2026-11-10T08:00:00Z',
      file: 'feedback/round-1.yaml',
      questions: [
        {
          rule: seedAt(0).id,
          title: seedAt(0).title,
          question: 'It is waived in 4 places. Does it help you?',
          answers: [{ by: 'ada', vote: 'change', comment: 'Only for public services' }],
        },
      ],
    },
  ],
  noisy: [
    {
      rule: seedAt(0).id,
      title: seedAt(0).title,
      waived: 4,
      disabled: 1,
      against: 2,
      suggestion: 'Narrow it to the namespaces that need it.',
    },
  ],
};

type Answer = (name: string, input: unknown, make: () => unknown) => Promise<unknown>;

const CHANGE = { id: 'change-2', what: 'Decided', files: ['decisions/default.yaml'] };

/** The areas `inbox`, `waivers` and `feedback` of the fake client. */
export function fakeInbox(answer: Answer) {
  const changed = (name: string) => (input: unknown) => answer(name, input, () => ({ change: CHANGE }));
  return {
    inbox: { list: (input: unknown) => answer('inbox.list', input, () => INBOX), decide: changed('inbox.decide') },
    waivers: {
      list: (input: unknown) => answer('waivers.list', input, () => ({ waivers: [...WAIVERS] })),
      change: changed('waivers.change'),
      remove: changed('waivers.remove'),
    },
    feedback: {
      get: (input: unknown) => answer('feedback.get', input, () => FEEDBACK),
      start: changed('feedback.start'),
      answer: changed('feedback.answer'),
      close: changed('feedback.close'),
    },
  };
}
