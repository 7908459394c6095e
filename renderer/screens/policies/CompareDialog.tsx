import { useState } from 'react';
import type { PolicySummary } from '#core/api/policies.ts';
import { Dialog } from '../../ui/overlays.tsx';
import { Select } from '../../ui/Select.tsx';
import { DiffTable } from './DiffDialog.tsx';

/** Any two policies beside each other, templates too. */
export function CompareDialog({
  open,
  policies,
  from,
  onClose,
}: {
  readonly open: boolean;
  readonly policies: readonly PolicySummary[];
  readonly from: string | undefined;
  readonly onClose: () => void;
}) {
  const [left, setLeft] = useState<string>();
  const [right, setRight] = useState<string>();
  const a = left ?? from ?? policies[0]?.name ?? '';
  const b = right ?? policies.find((policy) => policy.name !== a)?.name ?? '';
  const choices = policies.map((policy) => ({ value: policy.name, label: `${policy.name} (${policy.rules})` }));
  return (
    <Dialog open={open} onClose={onClose} size="wide" title="Compare two policies">
      <div className="policies-two">
        <Select look="wide" label="First policy" value={a} onChange={setLeft} choices={choices} />
        <span className="muted">against</span>
        <Select look="wide" label="Second policy" value={b} onChange={setRight} choices={choices} />
      </div>
      {open && a !== '' && b !== '' ? <DiffTable from={{ name: a }} to={{ name: b }} /> : null}
    </Dialog>
  );
}
