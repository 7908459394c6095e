import { useRef } from 'react';

/**
 * Where the focus came from when a dialog opened, and the handler that gives it back. Radix returns it to a dialog's own
 * trigger; ours are opened by keys, menus and other screens. What is gone meanwhile gives way to the screen itself.
 */
export function useReturnFocus(open: boolean): (event: Event) => void {
  const from = useRef<Element | null>(null);
  const was = useRef(false);
  // While rendering, because the dialog takes the focus as soon as it is there.
  if (open && !was.current) from.current = document.activeElement;
  was.current = open;
  return (event) => {
    event.preventDefault();
    const target = from.current;
    if (target instanceof HTMLElement && target.isConnected && target !== document.body) target.focus();
    else document.querySelector<HTMLElement>('main')?.focus();
  };
}
