import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { Icon, type IconName } from './Icon.tsx';
import { safe, splitMiddle } from './safe-text.ts';
import './controls.css';

interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className'> {
  readonly look?: 'plain' | 'primary' | 'quiet' | 'danger';
  readonly small?: boolean;
  readonly icon?: IconName;
  readonly className?: string;
}

export function Button({ look = 'plain', small = false, icon, className = '', children, type = 'button', ...rest }: ButtonProps) {
  const bare = children === undefined ? ' button-icon' : '';
  return (
    // oxlint-disable-next-line react/button-has-type -- the type is a property with a safe default
    <button type={type} className={`button button-${look}${small ? ' button-small' : ''}${bare} ${className}`} {...rest}>
      {icon === undefined ? null : <Icon name={icon} />}
      {children}
    </button>
  );
}

interface SegmentsProps<T extends string> {
  readonly label: string;
  readonly choices: readonly { readonly value: T; readonly label: ReactNode }[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

/** One of few: radio semantics, so arrows move and choose. */
export function Segments<T extends string>({ label, choices, value, onChange }: SegmentsProps<T>) {
  const step = (from: number, by: number, parent: HTMLElement | null): void => {
    const index = (from + by + choices.length) % choices.length;
    const next = choices[index];
    if (next === undefined) return;
    onChange(next.value);
    parent?.querySelectorAll('button')[index]?.focus();
  };
  return (
    <span className="segments" role="radiogroup" aria-label={label}>
      {choices.map((choice, index) => (
        <button
          key={choice.value}
          type="button"
          role="radio"
          aria-checked={choice.value === value}
          tabIndex={choice.value === value ? 0 : -1}
          onClick={() => onChange(choice.value)}
          onKeyDown={(event) => {
            const by =
              event.key === 'ArrowRight' || event.key === 'ArrowDown'
                ? 1
                : event.key === 'ArrowLeft' || event.key === 'ArrowUp'
                  ? -1
                  : 0;
            if (by === 0) return;
            event.preventDefault();
            step(index, by, event.currentTarget.parentElement);
          }}
        >
          {choice.label}
        </button>
      ))}
    </span>
  );
}

interface CheckProps {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly children: ReactNode;
  readonly figure?: string | undefined;
  readonly disabled?: boolean;
}

export function Check({ checked, onChange, children, figure, disabled = false }: CheckProps) {
  return (
    <label className="check">
      <input type="checkbox" checked={checked} disabled={disabled} onChange={(event) => onChange(event.target.checked)} />
      <span>{children}</span>
      {figure === undefined ? null : <span className="figure">{figure}</span>}
    </label>
  );
}

/** A name from a cluster: hostile characters made visible, cut in the middle where room is short, whole in its tooltip. */
export function Name({ text, className = '' }: { readonly text: string; readonly className?: string }) {
  const clean = safe(text);
  const { head, tail } = splitMiddle(clean);
  if (tail === '') {
    return (
      <span className={`name name-head ${className}`} title={clean}>
        {clean}
      </span>
    );
  }
  return (
    <span className={`name ${className}`} title={clean}>
      {/* Two boxes would be read as two words. */}
      <span className="sr-only">{clean}</span>
      <span className="name-head" aria-hidden="true">
        {head}
      </span>
      <span className="name-tail" aria-hidden="true">
        {tail}
      </span>
    </span>
  );
}
