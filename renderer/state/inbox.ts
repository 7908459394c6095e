import type { InboxPage } from '#core/api/inbox.ts';
import type { Current } from './current.ts';
import { useQuery, type Query } from './query.ts';

/** What waits for a decision in the policy and run that all screens stand on. */
export const useInbox = ({ run, policy }: Pick<Current, 'run' | 'policy'>): Query<InboxPage> =>
  useQuery({
    key: run === undefined ? null : ['inbox', policy, run.id],
    ask: (client, signal) => client.inbox.list({ policy, scanId: run?.id ?? '' }, { signal }),
    on: ['workspace', 'runs', 'settings'],
    keep: true,
  });

export const waiting = ({ counts }: InboxPage): number => counts.undecided + counts.waivers + counts.demotions + counts.overdue;
