import { Icon } from './Icon.tsx';
import './select.css';

interface SelectProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** The choice that chooses nothing. */
  readonly all?: string;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  readonly look?: 'plain' | 'wide' | 'quiet';
}

/** The platform's own choice list: keyboard, reader and touch for free. */
export function Select({ label, value, onChange, all, choices, look = 'plain' }: SelectProps) {
  return (
    <span className={`select select-${look}`}>
      <select aria-label={label} value={value} onChange={(event) => onChange(event.target.value)}>
        {all === undefined ? null : <option value="">{all}</option>}
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
      <Icon name="down" size={12} />
    </span>
  );
}
