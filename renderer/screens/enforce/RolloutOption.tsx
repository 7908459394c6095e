import { Select } from '../../ui/Select.tsx';
import { ENFORCE_MODES, type Rollout } from './address.ts';
import { useAddress } from './use-enforce.ts';

const CHOICES: readonly { readonly value: Rollout; readonly label: string }[] = [
  { value: 'audit', label: 'its audit step only' },
  { value: 'warn', label: 'what is due, up to warn' },
  { value: 'plan', label: 'all that is due' },
];

/** One step of the rollout plan at a time, as it stands today or on another day. */
export function RolloutOption() {
  const { address, put } = useAddress();
  const { rollout } = address;
  return (
    <>
      <Select
        look="wide"
        label="Rollout step"
        value={rollout === 'deny' ? 'plan' : (rollout ?? '')}
        all="all at once"
        onChange={(value) => put({ rollout: (['plan', ...ENFORCE_MODES] as const).find((one) => one === value), on: undefined })}
        choices={CHOICES}
      />
      {rollout === undefined ? null : (
        <label className="enforce-day small second">
          on
          <span className="field">
            <input
              type="date"
              aria-label="Day on which the plan is read"
              value={address.on ?? ''}
              onChange={(event) => put({ on: event.target.value === '' ? undefined : event.target.value }, true)}
            />
          </span>
          {address.on === undefined ? <span className="muted">today</span> : null}
        </label>
      )}
    </>
  );
}
