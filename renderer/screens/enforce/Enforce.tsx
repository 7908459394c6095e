import type { Run } from '#core/api/common.ts';
import type { Current } from '../../state/current.ts';
import { useSearchParams } from 'wouter';
import { Gate } from '../start/Gate.tsx';
import { Export } from './Export.tsx';
import '../../ui/list.css';
import './enforce.css';

/** What a cluster would enforce of a policy, what that would have done, its files, and what is installed. */
export function Enforce({ current }: { readonly current: Current }) {
  return <Gate current={current}>{(run) => <Chosen current={current} run={run} />}</Gate>;
}

/** The baseline is what a cluster enforces first; before there is one, the policy that everything else is judged by. */
function Chosen({ current, run }: { readonly current: Current; readonly run: Run }) {
  const [params] = useSearchParams();
  const policy = params.get('policy') ?? current.baseline ?? current.policy;
  return <Export run={run} policy={policy} hasBaseline={current.baseline !== undefined} />;
}
