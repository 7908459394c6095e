import { useSearchParams } from 'wouter';
import type { Current } from '../../state/current.ts';
import { Diff } from './Diff.tsx';
import { Runs } from './Runs.tsx';
import '../../ui/list.css';
import './history.css';

/** Runs of all sources; two of them compared. */
export function History({ current, diff = false }: { readonly current: Current; readonly diff?: boolean }) {
  const [params] = useSearchParams();
  const from = params.get('from');
  const to = params.get('to');
  if (diff && from !== null && to !== null) return <Diff from={from} to={to} policy={current.policy} />;
  return <Runs current={current} />;
}
