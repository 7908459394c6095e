import { useEffect, useRef, useState } from 'react';
import { useShortcuts } from '../../app/shortcuts.ts';
import { Icon } from '../../ui/Icon.tsx';
import { without, type Address } from './address.ts';

const TYPING_MS = 200;

/** The text filter; what is typed reaches the address a moment later, without a step back for every letter. */
export function TextFilter({
  address,
  onChange,
}: {
  readonly address: Address;
  readonly onChange: (next: Address, replace?: boolean) => void;
}) {
  const given = address.filter.text ?? '';
  const [text, setText] = useState(given);
  const field = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef({ address, onChange });
  latest.current = { address, onChange };
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
  const put = (value: string): void => {
    const { address: now, onChange: change } = latest.current;
    const rest = without(now.filter, 'text');
    change({ ...now, filter: value.trim() === '' ? rest : { ...rest, text: value.trim() } }, true);
  };
  return (
    <label className="field filters-text">
      <Icon name="search" />
      <span className="sr-only">Filter findings</span>
      <input
        ref={field}
        value={text}
        placeholder="Filter by rule, object, path or message"
        maxLength={512}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => {
          const { value } = event.target;
          setText(value);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => put(value), TYPING_MS);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && text !== '') {
            event.preventDefault();
            setText('');
            clearTimeout(timer.current);
            put('');
          } else if (event.key === 'Escape' || event.key === 'Enter') event.currentTarget.blur();
        }}
      />
      <kbd>/</kbd>
    </label>
  );
}
