import { useRef } from 'react';
import { useLocation } from 'wouter';
import type { Run } from '#core/api/common.ts';
import type { EnforcePreview, ReplaySummary } from '#core/api/enforce.ts';
import { LET_THROUGH_TEXTS, REPLAY_OUTCOMES, type ReplayCounts, type ReplayOutcome } from '#core/enforce/replay/words.ts';
import { Segments } from '../../ui/controls.tsx';
import { count, dateTime, percent, plural } from '../../ui/format.ts';
import { safe } from '../../ui/safe-text.ts';
import { Empty } from '../../ui/states.tsx';
import { DataTable, type Column } from '../../ui/table/DataTable.tsx';
import type { Room } from '../../ui/use-media.ts';
import { useWidth } from '../../ui/use-width.ts';
import { GROUPINGS, type Grouping, type ObjectFilter } from './address.ts';
import { CountsBar, OUTCOME_WORDS, sumOf } from './outcomes.tsx';
import { Past } from './Past.tsx';
import { objectsAt, useAddress, type Asked, type Shown } from './use-enforce.ts';

interface EffectProps {
  readonly shown: Shown;
  readonly asked: Asked;
  readonly run: Run;
}

/** What the export would have done to the objects of the scan: by whom it meets, and over the scans before. */
export function Effect({ shown, asked, run }: EffectProps) {
  const { replay } = shown.preview;
  if (shown.preview.rules.length === 0) return <NothingToEnforce preview={shown.preview} />;
  if (replay === undefined) return null;
  return (
    <div className="enforce-effect">
      <Groups preview={shown.preview} replay={replay} run={run} />
      <div className="enforce-side">
        <Past asked={asked} />
        <LetThrough replay={replay} />
      </div>
    </div>
  );
}

function NothingToEnforce({ preview: { skipped } }: { readonly preview: EnforcePreview }) {
  const { put } = useAddress();
  return (
    <section className="panel">
      <Empty
        icon="enforce"
        title={skipped.length === 0 ? 'This policy switches on no rule' : 'None of these rules can be enforced'}
        acts={
          skipped.length === 0 ? undefined : (
            <button type="button" className="button" onClick={() => put({ tab: 'rules' })}>
              Why, of {plural(skipped.length, 'rule')}
            </button>
          )
        }
      >
        <p>
          {skipped.length === 0
            ? 'Choose another policy, or switch rules on.'
            : 'This target cannot judge what they look at, or needs a newer Kubernetes. Scans judge them all the same.'}
        </p>
      </Empty>
    </section>
  );
}

interface Group {
  readonly key: string;
  readonly name: string;
  readonly none: boolean;
  readonly counts: ReplayCounts;
  readonly filter: ObjectFilter;
}

const NONE: Readonly<Record<Grouping, string>> = { team: 'no team', namespace: 'no namespace', rule: '' };
const TITLES: Readonly<Record<Grouping, string>> = { team: 'Team', namespace: 'Namespace', rule: 'Rule' };

function groupsOf({ rules }: EnforcePreview, replay: ReplaySummary, by: Grouping): readonly Group[] {
  if (by === 'rule')
    return rules.flatMap(({ rule, title, counts }) =>
      counts === undefined || sumOf(counts) === 0 ? [] : [{ key: rule, name: title, none: false, counts, filter: { rule } }],
    );
  return (by === 'team' ? replay.byTeam : replay.byNamespace).map(({ name, counts }) => ({
    key: `${by} ${name ?? ''}`,
    name: name ?? NONE[by],
    none: name === undefined,
    counts,
    filter: { [by]: name ?? '' },
  }));
}

const harder = (a: Group, b: Group): number => {
  const first = REPLAY_OUTCOMES.find((outcome) => a.counts[outcome] !== b.counts[outcome]);
  return first === undefined ? 0 : b.counts[first] - a.counts[first];
};

const HEADS: Readonly<Record<ReplayOutcome, string>> = {
  denied: 'Denied',
  warned: 'Warned',
  audited: 'Audited',
  notEvaluated: 'Not eval.',
  letThrough: 'Let through',
};

const roomOf = (width: number): Room => (width < 480 ? 'narrow' : width < 640 ? 'mid' : 'normal');

function Groups({
  preview,
  replay,
  run,
}: {
  readonly preview: EnforcePreview;
  readonly replay: ReplaySummary;
  readonly run: Run;
}) {
  const { address, put, href } = useAddress();
  const [, navigate] = useLocation();
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const { by } = address;
  const groups = groupsOf(preview, replay, by).toSorted(harder);
  const all = by === 'team' ? replay.teams : by === 'namespace' ? replay.namespaces : groups.length;
  return (
    <section className="panel enforce-groups" aria-labelledby="enforce-groups">
      <header className="panel-head">
        <h2 id="enforce-groups">If applied today</h2>
        <span className="muted small" title={dateTime(replay.startedAt)}>
          to scan #{count(replay.number)}
        </span>
        <span className="end">
          <Segments
            label="Grouped by"
            value={by}
            onChange={(next) => put({ by: next })}
            choices={GROUPINGS.map((grouping) => ({ value: grouping, label: grouping }))}
          />
        </span>
      </header>
      {run.covered < 1 ? (
        <p className="enforce-note small second">
          {percent(run.covered)} of what can be listed was read: what was not read is not counted here.
        </p>
      ) : null}
      {replay.objects === 0 ? (
        <Empty icon="cube" title="This run holds no objects">
          <p className="small">Results that were sent here by CI are counts. Scan the cluster to see what would be denied.</p>
        </Empty>
      ) : groups.length === 0 ? (
        <Empty icon="check" title="Nobody would notice">
          <p className="small">
            None of {plural(run.objects, 'object')} fails any of {plural(preview.rules.length, 'rule')}.
          </p>
        </Empty>
      ) : (
        <div className="enforce-table" ref={box}>
          <DataTable
            view={`enforce-${by}`}
            label={`Objects by ${by}`}
            columns={columnsOf(by, Math.max(...groups.map(({ counts }) => sumOf(counts))))}
            rows={groups}
            keyOf={(group) => group.key}
            onOpen={({ filter }) => navigate(href(objectsAt(filter)))}
            {...(width === 0 ? {} : { room: roomOf(width) })}
          />
        </div>
      )}
      {all > groups.length ? (
        <p className="table-foot">
          the {count(groups.length)} hit hardest of {plural(all, by)}
        </p>
      ) : null}
    </section>
  );
}

const columnsOf = (by: Grouping, most: number): readonly Column<Group>[] => [
  {
    id: 'name',
    title: TITLES[by],
    width: by === 'rule' ? 190 : 130,
    ...(by === 'rule' ? { grow: true } : {}),
    fixed: true,
    value: ({ name }) => name,
    cell: ({ name, none }) => (
      <span className={none ? 'muted table-cut' : 'table-cut'} title={safe(name)}>
        {safe(name)}
      </span>
    ),
  },
  {
    id: 'bar',
    title: 'Objects',
    width: 70,
    grow: true,
    ...(by === 'rule' ? { from: 'normal' as const } : {}),
    value: ({ counts }) => sumOf(counts),
    cell: ({ counts }) => <CountsBar counts={counts} of={most} />,
  },
  ...REPLAY_OUTCOMES.map((outcome): Column<Group> => ({
    id: outcome,
    title: HEADS[outcome],
    width: outcome === 'letThrough' ? 94 : outcome === 'notEvaluated' ? 78 : 68,
    align: 'end',
    ...(outcome === 'notEvaluated' || outcome === 'letThrough' ? { from: 'mid' as const } : {}),
    value: ({ counts }) => counts[outcome],
    cell: ({ counts }) =>
      counts[outcome] === 0 ? (
        <span className="muted">0</span>
      ) : (
        <span className={`outcome-${outcome}`} title={`${count(counts[outcome])} ${OUTCOME_WORDS[outcome]}`}>
          {count(counts[outcome])}
        </span>
      ),
  })),
];

function LetThrough({ replay }: { readonly replay: ReplaySummary }) {
  const reasons = Object.entries(replay.letThrough).toSorted(([, a], [, b]) => b - a);
  if (reasons.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="enforce-let">
      <header className="panel-head">
        <h2 id="enforce-let">Let through</h2>
        <span className="muted small">failures, by reason</span>
      </header>
      <ul className="enforce-reasons small">
        {reasons.map(([why, failures]) => (
          <li key={why}>
            <span>{whyText(why)}</span>
            <span className="figure">{count(failures)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

const whyText = (why: string): string => safe(LET_THROUGH_TEXTS[why] ?? why);
