import { useState } from 'react';
import { Button } from '../../ui/controls.tsx';
import { safe } from '../../ui/safe-text.ts';
import { Select } from '../../ui/Select.tsx';
import { ENFORCE_MODES, wordsOf, type Address, type Mode } from './address.ts';
import { useAddress } from './use-enforce.ts';

type NamedStep = Address['steps'][number];

/** How far to go in namespaces by name, where that differs from everywhere else. */
export function Steps() {
  const { address, put } = useAddress();
  const [adding, setAdding] = useState(false);
  const { steps } = address;
  const set = (at: number, step: NamedStep | undefined): void =>
    put({ steps: steps.flatMap((one, index) => (index === at ? (step ?? []) : one)) });
  return (
    <>
      {steps.map((step, at) => (
        <StepFields
          // oxlint-disable-next-line react/no-array-index-key -- steps have no other identity
          key={`${at} ${step.namespaces.join()}`}
          step={step}
          onChange={(next) => set(at, next)}
          onRemove={() => set(at, undefined)}
        />
      ))}
      {adding ? (
        <StepFields
          step={{ mode: 'deny', namespaces: [] }}
          focus
          onChange={(step) => {
            if (step.namespaces.length === 0) return;
            setAdding(false);
            put({ steps: [...steps, step] });
          }}
          onRemove={() => setAdding(false)}
        />
      ) : (
        <Button small icon="plus" onClick={() => setAdding(true)}>
          Another mode for some…
        </Button>
      )}
    </>
  );
}

interface StepFieldsProps {
  readonly step: NamedStep;
  readonly focus?: boolean;
  readonly onChange: (step: NamedStep) => void;
  readonly onRemove: () => void;
}

function StepFields({ step, focus = false, onChange, onRemove }: StepFieldsProps) {
  const [mode, setMode] = useState<Mode>(step.mode);
  return (
    <div className="enforce-step">
      <Select
        label="Mode in these namespaces"
        value={mode}
        onChange={(value) => {
          const next = ENFORCE_MODES.find((one) => one === value) ?? 'deny';
          setMode(next);
          if (step.namespaces.length > 0) onChange({ ...step, mode: next });
        }}
        choices={ENFORCE_MODES.map((one) => ({ value: one, label: one }))}
      />
      <ListField
        label="Namespaces"
        value={step.namespaces}
        focus={focus}
        onChange={(namespaces) => (namespaces.length === 0 ? onRemove() : onChange({ mode, namespaces }))}
      />
      <Button look="quiet" small icon="close" aria-label="Remove" title="Remove" onClick={onRemove} />
    </div>
  );
}

interface ListFieldProps {
  readonly label: string;
  readonly value: readonly string[];
  readonly placeholder?: string;
  readonly focus?: boolean;
  readonly onChange: (value: string[]) => void;
}

/** Names parted by commas; they count once the field is left, or by Enter. */
export function ListField({ label, value, placeholder = 'payments, checkout', focus = false, onChange }: ListFieldProps) {
  const given = value.map(safe).join(', ');
  const [text, setText] = useState(given);
  const commit = (): void => {
    const next = wordsOf(text);
    if (next.join() !== wordsOf(given).join()) onChange(next);
  };
  return (
    <label className="field" title={label}>
      <span className="sr-only">{label}</span>
      <input
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- it was just asked for
        autoFocus={focus}
        value={text}
        placeholder={placeholder}
        maxLength={4000}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => (event.key === 'Enter' ? commit() : undefined)}
      />
    </label>
  );
}
