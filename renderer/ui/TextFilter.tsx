import { useEffect, useRef, useState } from 'react';
import { useShortcuts } from '../app/shortcuts.ts';
import { Icon } from './Icon.tsx';

const TYPING_MS = 200;

/** A text filter over a list; what is typed is told a moment later, without white space around it. `/` goes to it. */
export function TextFilter({
  label,
  placeholder,
  value: given,
  onChange,
}: {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const [text, setText] = useState(given);
  const field = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // What is typed belongs to the address of that later moment, not to that of the first letter.
  const latest = useRef(onChange);
  latest.current = onChange;
  // Back and forward change the address under the field.
  useEffect(() => {
    if (document.activeElement !== field.current) setText(given);
  }, [given]);
  useEffect(() => () => clearTimeout(timer.current), []);
  useShortcuts([
    {
      keys: '/',
      run: () => {
        field.current?.focus();
        field.current?.select();
      },
    },
  ]);
  return (
    <label className="field filters-text">
      <Icon name="search" />
      <span className="sr-only">{label}</span>
      <input
        ref={field}
        value={text}
        placeholder={placeholder}
        maxLength={512}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => {
          const { value } = event.target;
          setText(value);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => latest.current(value.trim()), TYPING_MS);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && text !== '') {
            event.preventDefault();
            setText('');
            clearTimeout(timer.current);
            latest.current('');
          } else if (event.key === 'Escape' || event.key === 'Enter') event.currentTarget.blur();
        }}
      />
      <kbd>/</kbd>
    </label>
  );
}
