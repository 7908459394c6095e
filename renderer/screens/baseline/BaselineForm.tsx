import { useId } from 'react';
import type { Mode } from '#core/model.ts';
import { Check } from '../../ui/controls.tsx';
import { plural } from '../../ui/format.ts';
import { Select } from '../../ui/Select.tsx';
import type { Evidence } from './use-evidence.ts';

interface BaselineFormProps {
  readonly name: string;
  readonly wrong: string | undefined;
  /** A baseline of this name is there already. */
  readonly replaces: boolean;
  readonly onName: (name: string) => void;
  readonly mode: Mode;
  readonly onMode: (mode: Mode) => void;
  readonly freeze: boolean;
  readonly onFreeze: (freeze: boolean) => void;
  readonly failing: { readonly rules: number; readonly objects: number };
  readonly reason: string;
  readonly onReason: (reason: string) => void;
  readonly evidence: Evidence;
}

const MODES = [
  { value: 'audit', label: 'audit: only counts' },
  { value: 'warn', label: 'warn: says so' },
  { value: 'deny', label: 'deny: refuses' },
] as const;

/** Everything here has a good answer already: accepting without touching it is fine. */
export function BaselineForm(props: BaselineFormProps) {
  const { failing, freeze, evidence } = props;
  const id = useId();
  return (
    <div className="baseline-form">
      <div className="baseline-fields">
        <label htmlFor={`${id}-name`}>Name</label>
        <span className="field">
          <input
            id={`${id}-name`}
            value={props.name}
            spellCheck={false}
            autoComplete="off"
            aria-invalid={props.wrong !== undefined}
            aria-describedby={`${id}-wrong`}
            onChange={(event) => props.onName(event.target.value)}
          />
        </span>
        <span className="baseline-label">Mode</span>
        <Select
          look="wide"
          label="Mode"
          value={props.mode}
          onChange={(value) => props.onMode(MODES.find((mode) => mode.value === value)?.value ?? 'warn')}
          choices={MODES}
        />
        <span className="baseline-label">Evidence</span>
        <Select
          look="wide"
          label="Evidence"
          value={String(evidence.scans)}
          onChange={(value) => evidence.choose(Number(value))}
          choices={evidence.choices.map((scans) => ({
            value: String(scans),
            label: scans === 1 ? 'this scan' : `last ${scans} scans`,
          }))}
        />
        <label htmlFor={`${id}-reason`}>Reason</label>
        <span className="field baseline-reason">
          <input id={`${id}-reason`} value={props.reason} onChange={(event) => props.onReason(event.target.value)} />
        </span>
      </div>
      <p className={props.wrong === undefined ? 'small muted' : 'small loss'} id={`${id}-wrong`} role="status">
        {props.wrong ?? (props.replaces ? 'There is a baseline of this name: this becomes its next revision.' : '')}
      </p>
      <div className="baseline-freeze">
        <Check checked={freeze} onChange={props.onFreeze}>
          Freeze today's failures as known debt
        </Check>
        <p className="small muted">
          Ratchet mode: what fails today is noted per object and does not count; only new failures do, and the list can only
          shrink.
        </p>
      </div>
      {failing.rules === 0 || freeze ? null : (
        <p className="small loss">
          {plural(failing.rules, 'chosen rule fails', 'chosen rules fail')} today on {plural(failing.objects, 'object')}: they
          count from the first day, unless frozen.
        </p>
      )}
    </div>
  );
}
