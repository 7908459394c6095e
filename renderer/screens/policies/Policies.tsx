import { useState } from 'react';
import { useLocation } from 'wouter';
import type { PolicySummary } from '#core/api/policies.ts';
import { useHref, type Current } from '../../state/current.ts';
import { useQuery } from '../../state/query.ts';
import { Button } from '../../ui/controls.tsx';
import { Problem, Skeleton } from '../../ui/states.tsx';
import { usePolicies } from '../overview/PolicyPicker.tsx';
import { CompareDialog } from './CompareDialog.tsx';
import { Editor } from './Editor.tsx';
import { ImportDialog } from './ImportDialog.tsx';
import { Matrix } from './Matrix.tsx';
import { NewPolicyDialog } from './NewPolicyDialog.tsx';
import { PolicyList } from './PolicyList.tsx';
import './policies.css';

type Open = 'new' | 'import' | 'compare' | undefined;

/** Policies by product and environment, and the editor of one of them. */
export function Policies({ current, name }: { readonly current: Current; readonly name?: string }) {
  const [, navigate] = useLocation();
  const href = useHref();
  const [open, setOpen] = useState<Open>();
  const policies = usePolicies();
  const scanId = current.run?.id;
  const matrix = useQuery({
    key: current.loading ? null : ['matrix', scanId ?? null],
    ask: (client, signal) => client.policies.matrix(scanId === undefined ? {} : { scanId }, { signal }),
    on: ['workspace', 'runs'],
    keep: true,
  });
  const error = policies.error ?? matrix.error;
  if (error !== undefined) {
    const retry = (): void => {
      policies.refetch();
      matrix.refetch();
    };
    return <Problem screen error={error} onRetry={retry} />;
  }
  if (policies.data === undefined || matrix.data === undefined) {
    return (
      <div className="screen">
        <Skeleton />
      </div>
    );
  }
  const go = (to: string): void => navigate(href(`/policies/${to}`));
  const shown = name ?? firstOf(policies.data);
  const spread = matrix.data.products.length + matrix.data.environments.length > 0;
  return (
    <div className="screen policies">
      <header className="policies-head">
        <h1>Policies</h1>
        {spread ? <span className="muted">product by environment</span> : null}
        <span className="acts end">
          <Button look="quiet" onClick={() => setOpen('import')}>
            Import…
          </Button>
          <Button look="quiet" onClick={() => setOpen('compare')}>
            Compare two…
          </Button>
          <Button onClick={() => setOpen('new')}>New policy…</Button>
        </span>
      </header>
      {spread ? (
        <Matrix matrix={matrix.data} policies={policies.data} selected={shown} onOpen={go} />
      ) : (
        <PolicyList policies={policies.data} selected={shown} onOpen={go} />
      )}
      {shown === undefined ? null : <Editor key={shown} name={shown} run={current.run} onOpen={go} />}
      <NewPolicyDialog open={open === 'new'} policies={policies.data} onClose={() => setOpen(undefined)} onMade={go} />
      <ImportDialog open={open === 'import'} onClose={() => setOpen(undefined)} onMade={go} />
      <CompareDialog open={open === 'compare'} policies={policies.data} from={shown} onClose={() => setOpen(undefined)} />
    </div>
  );
}

/** The team's own first; before there is one, what everybody starts with. */
const firstOf = (policies: readonly PolicySummary[]): string | undefined =>
  (policies.find((policy) => policy.origin === 'workspace') ?? policies.find((policy) => policy.name === 'default'))?.name;
