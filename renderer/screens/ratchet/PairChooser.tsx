import { useLocation, useSearchParams } from 'wouter';
import type { PolicySummary } from '#core/api/policies.ts';
import { Select } from '../../ui/Select.tsx';
import { usePolicies } from '../overview/PolicyPicker.tsx';

interface PairChooserProps {
  readonly baseline: string;
  readonly strict: string;
}

/** Which baseline rises toward which strict policy. The address carries the choice. */
export function PairChooser({ baseline, strict }: PairChooserProps) {
  const policies = usePolicies().data ?? [];
  const [path, navigate] = useLocation();
  const [params] = useSearchParams();
  const choose = (name: 'baseline' | 'policy', value: string): void => {
    const next = new URLSearchParams(params);
    next.set(name, value);
    next.delete('rule');
    navigate(`${path}?${next.toString()}`);
  };
  return (
    <span className="pair muted small">
      <Select
        look="quiet"
        label="Baseline"
        value={baseline}
        onChange={(value) => choose('baseline', value)}
        choices={choices(policies.filter(mayBeBaseline), baseline)}
      />
      toward
      <Select
        look="quiet"
        label="Strict policy"
        value={strict}
        onChange={(value) => choose('policy', value)}
        choices={choices(policies, strict)}
      />
    </span>
  );
}

const mayBeBaseline = (policy: PolicySummary): boolean => policy.origin === 'workspace' && policy.stage !== 'strict';

const label = (policy: PolicySummary): string =>
  policy.revision === undefined ? policy.name : `${policy.name} r${policy.revision}`;

/** What is chosen stands in the list even where nobody knows it. */
const choices = (policies: readonly PolicySummary[], chosen: string) => [
  ...(policies.some((policy) => policy.name === chosen) ? [] : [{ value: chosen, label: chosen }]),
  ...policies.map((policy) => ({ value: policy.name, label: label(policy) })),
];
