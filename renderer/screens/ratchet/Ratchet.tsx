import { useSearchParams } from 'wouter';
import type { Run } from '#core/api/common.ts';
import { usePair, type Current } from '../../state/current.ts';
import { useRatchet } from '../../state/ratchet.ts';
import { Problem, Skeleton } from '../../ui/states.tsx';
import { Gate } from '../start/Gate.tsx';
import { Beside } from './Beside.tsx';
import { NoBaseline, NoStrict } from './Missing.tsx';
import '../../ui/list.css';
import './ratchet.css';

/** Baseline beside strict: what holds, what is ready, what is missing. */
export function Ratchet({ current }: { readonly current: Current }) {
  return <Gate current={current}>{(run) => <Pair run={run} baseline={current.baseline} />}</Gate>;
}

function Pair({ run, baseline }: { readonly run: Run; readonly baseline: string | undefined }) {
  const [params] = useSearchParams();
  const pair = usePair();
  const strict = params.get('policy') ?? pair.strict;
  const view = useRatchet(strict === undefined || baseline === undefined ? undefined : { baseline, strict, scanId: run.id });
  if (strict === undefined) return <NoStrict run={run} />;
  if (baseline === undefined) return <NoBaseline run={run} strict={strict} />;
  if (view.error !== undefined) return <Problem screen error={view.error} onRetry={view.refetch} />;
  if (view.data === undefined) {
    return (
      <div className="screen">
        <Skeleton />
      </div>
    );
  }
  if (view.data.baseline === undefined) return <NoBaseline run={run} strict={strict} />;
  return <Beside run={run} view={view.data} baseline={view.data.baseline} busy={view.loading} />;
}
