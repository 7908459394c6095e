import { useState } from 'react';
import { useSearchParams } from 'wouter';
import type { InboxItem, InboxPage } from '#core/api/inbox.ts';
import type { Current } from '../../state/current.ts';
import { useInbox } from '../../state/inbox.ts';
import { useDecide } from '../../decide/use-decide.ts';
import { Segments } from '../../ui/controls.tsx';
import { plural } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Empty, Problem, Skeleton } from '../../ui/states.tsx';
import { PolicyPicker } from '../overview/PolicyPicker.tsx';
import { FirstRun } from '../start/FirstRun.tsx';
import { InboxTable } from './InboxTable.tsx';
import { ItemPane } from './ItemPane.tsx';
import { Waivers } from './Waivers.tsx';
import '../../ui/list.css';
import './inbox.css';

type Part = 'all' | 'undecided' | 'waivers' | 'demotions' | 'list';
const PARTS: readonly Part[] = ['all', 'undecided', 'waivers', 'demotions', 'list'];

const WAIVER_KINDS: readonly InboxItem['kind'][] = ['expiring', 'expired', 'stale'];

const isIn = (item: InboxItem, part: Part): boolean => {
  switch (part) {
    case 'all':
    case 'list':
      return true;
    case 'undecided':
      return item.kind === 'undecided' || item.kind === 'overdue';
    case 'waivers':
      return WAIVER_KINDS.includes(item.kind);
    case 'demotions':
      return item.kind === 'demotion';
  }
};

/** What waits for a decision, oldest first, one keystroke each; and every waiver there is. */
export function Inbox({ current }: { readonly current: Current }) {
  const [params, setParams] = useSearchParams();
  const { run, policy } = current;
  const part = PARTS.find((candidate) => candidate === params.get('part')) ?? 'all';
  const inbox = useInbox(current);
  if (current.loading) return <Loading />;
  if (run === undefined) return <FirstRun />;
  if (inbox.error !== undefined) return <Problem screen error={inbox.error} onRetry={inbox.refetch} />;
  if (inbox.data === undefined) return <Loading />;
  const { items, counts } = inbox.data;
  const put = (next: Part): void =>
    setParams(
      (before) => {
        const query = new URLSearchParams(before);
        if (next === 'all') query.delete('part');
        else query.set('part', next);
        return query;
      },
      { replace: true },
    );
  return (
    <div className="split inbox">
      <div className="split-pane">
        <header className="filters">
          <div className="filters-line">
            <h1 className="panel-title">Inbox</h1>
            <span className="muted small" role="status">
              {items.length === 0 ? 'nothing waits' : `${items.length} wait for a decision, oldest first`}
            </span>
            <span className="end small muted nowrap">
              policy <PolicyPicker />
            </span>
          </div>
          <div className="filters-line">
            <Segments
              label="What is shown"
              value={part}
              onChange={put}
              choices={[
                { value: 'all', label: `all ${items.length}` },
                { value: 'undecided', label: `undecided ${counts.undecided + counts.overdue}` },
                { value: 'waivers', label: `waivers ${counts.waivers}` },
                { value: 'demotions', label: `demotions ${counts.demotions}` },
                { value: 'list', label: 'every waiver' },
              ]}
            />
          </div>
        </header>
        {part === 'list' ? (
          <Waivers scanId={run.id} policy={policy} />
        ) : (
          <Waiting page={inbox.data} part={part} scanId={run.id} policy={policy} />
        )}
      </div>
    </div>
  );
}

const Loading = () => (
  <div className="screen">
    <Skeleton rows={1} />
  </div>
);

function Waiting({
  page,
  part,
  scanId,
  policy,
}: {
  readonly page: InboxPage;
  readonly part: Part;
  readonly scanId: string;
  readonly policy: string;
}) {
  const [chosen, setChosen] = useState<string>();
  const deciding = useDecide();
  const items = page.items.filter((item) => isIn(item, part));
  const index = Math.max(
    0,
    items.findIndex((item) => item.id === chosen),
  );
  const shown = items[index];
  if (shown === undefined) return <Nothing page={page} />;
  return (
    <div className="inbox-two">
      <div className="inbox-list">
        <InboxTable items={items} selected={shown.id} onOpen={(item) => setChosen(item.id)} />
        <Decided page={page} />
        <p className="table-foot">
          <span>
            <kbd>j</kbd> <kbd>k</kbd> move
          </span>
          <span>
            <kbd>f</kbd> fix
          </span>
          <span>
            <kbd>a</kbd> assign
          </span>
          <span>
            <kbd>w</kbd> waive
          </span>
          <span>
            <kbd>d</kbd> disable
          </span>
          <span>
            <kbd>e</kbd> accept as debt
          </span>
          <span>
            <kbd>z</kbd> undo
          </span>
        </p>
      </div>
      <ItemPane
        key={shown.id}
        item={shown}
        place={`${index + 1} of ${items.length}`}
        scanId={scanId}
        policy={policy}
        deciding={deciding}
        onNext={() => setChosen(items[index + 1]?.id ?? items[index - 1]?.id)}
        onStep={(by) => setChosen(items[Math.min(items.length - 1, Math.max(0, index + by))]?.id)}
      />
    </div>
  );
}

function Nothing({ page }: { readonly page: InboxPage }) {
  const sum = page.decided.fix + page.decided.waive + page.decided.disable + page.decided.debt;
  return (
    <Empty fill icon="check" title={page.items.length === 0 ? 'Nothing waits for a decision' : 'Nothing of this kind waits'}>
      <p>
        Every rule that fails in this policy is being fixed, waived, accepted as debt or off.
        {sum === 0 ? '' : ` ${plural(sum, 'decision')} in the last 30 days.`}
      </p>
    </Empty>
  );
}

function Decided({ page }: { readonly page: InboxPage }) {
  const parts = Object.entries(page.decided).filter(([, figure]) => figure > 0);
  if (parts.length === 0) return null;
  const sum = parts.reduce((total, [, figure]) => total + figure, 0);
  return (
    <p className="inbox-decided muted small">
      <Icon name="check" /> {plural(sum, 'was', 'were')} decided in the last 30 days:{' '}
      {parts.map(([what, figure]) => `${figure} ${what}`).join(', ')}.
    </p>
  );
}
