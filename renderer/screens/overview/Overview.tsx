import { lazy, Suspense, useState } from 'react';
import type { Run } from '#core/api/common.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import type { Current } from '../../state/current.ts';
import { useInbox } from '../../state/inbox.ts';
import { useQuery } from '../../state/query.ts';
import { useRatchet } from '../../state/ratchet.ts';
import { Problem, Skeleton } from '../../ui/states.tsx';
import { Gate } from '../start/Gate.tsx';
import { Changes } from './Changes.tsx';
import { Figures } from './Figures.tsx';
import { HeatMap } from './HeatMap.tsx';
import { LoadLine } from './LoadLine.tsx';
import { NothingFails } from './NothingFails.tsx';
import './overview.css';

// The chart library is most of this screen's weight: it comes when the figures are already read.
const Trend = lazy(async () => ({ default: (await import('./Trend.tsx')).Trend }));

/** Where do we stand, and what changed. */
export function Overview({ current }: { readonly current: Current }) {
  return <Gate current={current}>{(run) => <Stand run={run} policy={current.policy} baseline={current.baseline} />}</Gate>;
}

/** Which of the two pictures is shown as a table. */
type Tables = { readonly line: boolean; readonly heat: boolean };

interface StandProps {
  readonly run: Run;
  readonly policy: string;
  readonly baseline: string | undefined;
}

function Stand({ run, policy, baseline }: StandProps) {
  const overview = useQuery({
    key: ['overview', run.id, policy],
    ask: (client, signal) => client.overview.get({ scanId: run.id, policy }, { signal }),
    on: ['runs', 'settings', 'workspace'],
    keep: true,
  });
  const ratchet = useRatchet(baseline === undefined ? undefined : { baseline, strict: policy, scanId: run.id });
  const inbox = useInbox({ run, policy });
  const [tables, setTables] = useState<Tables>({ line: false, heat: false });
  useShortcuts([
    {
      keys: 't',
      run: () => {
        // The picture that holds the focus, else both at once.
        const inHeat =
          document.activeElement?.closest('.heat-map') !== null && document.activeElement?.closest('.heat-map') !== undefined;
        const inLine =
          document.activeElement?.closest('.load-line') !== null && document.activeElement?.closest('.load-line') !== undefined;
        setTables(({ line, heat }) =>
          inHeat ? { line, heat: !heat } : inLine ? { line: !line, heat } : { line: !line, heat: !line },
        );
      },
    },
  ]);
  if (overview.error !== undefined) return <Problem screen error={overview.error} onRetry={overview.refetch} />;
  const { data } = overview;
  if (data === undefined) {
    return (
      <div className="screen">
        <Skeleton />
      </div>
    );
  }
  return (
    <div className="screen">
      <div className="overview" aria-busy={overview.loading}>
        <LoadLine
          overview={data}
          run={run}
          view={baseline === undefined ? undefined : ratchet.data}
          waiting={baseline !== undefined && ratchet.data === undefined}
          error={ratchet.error}
          onRetry={ratchet.refetch}
          asTable={tables.line}
          onToggle={() => setTables({ ...tables, line: !tables.line })}
        />
        <Figures overview={data} run={run} inbox={inbox.data} />
        <div className="overview-heat">
          {data.namespaces.length === 0 ? (
            <NothingFails overview={data} run={run} />
          ) : (
            <HeatMap overview={data} asTable={tables.heat} onToggle={() => setTables({ ...tables, heat: !tables.heat })} />
          )}
        </div>
        <div className="overview-side">
          <Suspense fallback={<section className="panel trend-room" />}>
            <Trend overview={data} />
          </Suspense>
          <Changes overview={data} />
        </div>
      </div>
    </div>
  );
}
