import type { ReactNode } from 'react';
import type { Run } from '#core/api/common.ts';
import { useStartScan } from '../../app/use-scan.ts';
import type { Current } from '../../state/current.ts';
import { useProgress } from '../../state/progress.ts';
import { targetName } from '../../state/session.ts';
import { Button } from '../../ui/controls.tsx';
import { safe } from '../../ui/safe-text.ts';
import { Empty, Problem, Skeleton } from '../../ui/states.tsx';
import { FirstRun } from './FirstRun.tsx';
import { Scanning } from './Scanning.tsx';
import './start.css';

/** A screen that needs a run: until there is one, what is missing and the next act. */
export function Gate({ current, children }: { readonly current: Current; readonly children: (run: Run) => ReactNode }) {
  const scanning = useProgress((state) => state.scanId !== undefined || state.starting);
  const start = useStartScan();
  const { run, target, source } = current;
  if (run !== undefined) return children(run);
  if (current.error !== undefined) return <Problem screen error={current.error} onRetry={current.retry} />;
  if (current.loading) {
    return (
      <div className="screen">
        <Skeleton />
      </div>
    );
  }
  if (scanning) return <Scanning name={source?.name ?? (target === undefined ? 'the cluster' : targetName(target))} />;
  if (current.pinned) {
    return (
      <Empty fill alone icon="history" title="This scan is no longer there">
        <p>The address names a scan that was deleted, or that another database holds.</p>
      </Empty>
    );
  }
  if (target === undefined) return <FirstRun />;
  return (
    <Empty
      fill
      alone
      icon="cube"
      title={`${safe(source?.name ?? targetName(target))} has not been scanned yet`}
      acts={
        <Button look="primary" icon="play" onClick={() => void start(target)}>
          Scan it
        </Button>
      }
    >
      <p>
        {target.type === 'context'
          ? 'Nothing is contacted until you press Scan. Then Plimsoll reads, and never writes.'
          : 'The files are read as they stand. Nothing is contacted.'}
      </p>
    </Empty>
  );
}
