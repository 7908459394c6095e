import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { Run } from '#core/api/common.ts';
import { useHref } from '../../state/current.ts';
import { Button } from '../../ui/controls.tsx';
import { plural } from '../../ui/format.ts';
import { safe } from '../../ui/safe-text.ts';
import { Empty } from '../../ui/states.tsx';
import { BaselineDialog } from '../baseline/BaselineDialog.tsx';
import { usePolicies } from '../overview/PolicyPicker.tsx';

/** The ratchet needs two policies. What is wanted is chosen first; any policy will do to begin with. */
export function NoStrict({ run }: { readonly run: Run }) {
  const policies = usePolicies();
  const href = useHref();
  return (
    <div className="screen ratchet-start">
      <Empty icon="ratchet" title="What should every workload meet?" alone>
        <p>
          The ratchet lifts a baseline, which holds today in {safe(run.source.name)}, toward a strict policy: the rules you want.
          Choose one to begin with; nothing is saved by choosing.
        </p>
      </Empty>
      <ul className="panel policy-list" aria-label="Policies" aria-busy={policies.data === undefined}>
        {(policies.data ?? [])
          .filter((policy) => policy.stage !== 'baseline')
          .map((policy) => (
            <li key={policy.name}>
              <Link href={href('/ratchet', { policy: policy.name })}>
                <b className="table-cut">{safe(policy.title === '' ? policy.name : policy.title)}</b>
                <code className="muted table-cut">{safe(policy.name)}</code>
                <span className="muted table-cut">{safe(policy.description)}</span>
                <span className="lane-figure">{plural(policy.rules, 'rule')}</span>
              </Link>
            </li>
          ))}
      </ul>
    </div>
  );
}

/** The strict policy is there; what holds of it today becomes the baseline. */
export function NoBaseline({ run, strict }: { readonly run: Run; readonly strict: string }) {
  const [making, setMaking] = useState(false);
  const [, navigate] = useLocation();
  const href = useHref();
  return (
    <>
      <Empty
        fill
        alone
        icon="ratchet"
        title="No baseline yet"
        acts={
          <>
            <Button look="primary" onClick={() => setMaking(true)}>
              Make a baseline…
            </Button>
            <Button onClick={() => navigate(href('/'))}>See what it would hold</Button>
          </>
        }
      >
        <p>
          A baseline is made of the rules of {safe(strict)} that hold in scan #{run.number} of {safe(run.source.name)}. From then
          on a rule that passes consistently can be promoted into it, and one that breaks is shown here.
        </p>
      </Empty>
      <BaselineDialog open={making} onClose={() => setMaking(false)} run={run} strict={strict} />
    </>
  );
}
