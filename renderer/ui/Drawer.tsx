import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { useView } from '../state/settings.ts';
import { useShortcuts } from '../app/shortcuts.ts';
import './drawer.css';

const NARROWEST = 420;
const WIDEST = 960;
const KEY_STEP = 24;

interface DrawerProps {
  readonly labelledBy: string;
  readonly head: ReactNode;
  readonly children: ReactNode;
  readonly onClose: () => void;
}

/** Stands beside the table where there is room, over it where not. Its width is dragged or set by arrow keys, and remembered. */
export function Drawer({ labelledBy, head, children, onClose }: DrawerProps) {
  const [stored, save] = useView('drawer');
  const [dragged, setDragged] = useState<number | undefined>();
  const box = useRef<HTMLElement>(null);
  const kept = Number(stored);
  const width = dragged ?? (Number.isFinite(kept) && kept >= NARROWEST ? kept : undefined);
  useShortcuts([{ keys: 'Escape', run: onClose }]);
  const clamp = (value: number): number => Math.round(Math.min(WIDEST, Math.max(NARROWEST, value)));
  const drawn = (): number => box.current?.getBoundingClientRect().width ?? NARROWEST;
  const [now, setNow] = useState(NARROWEST);
  useEffect(() => setNow(Math.round(drawn())), [width]);
  const start = (event: PointerEvent<HTMLDivElement>): void => {
    event.preventDefault();
    const grip = event.currentTarget;
    const from = event.clientX;
    const before = drawn();
    let last = clamp(before);
    grip.setPointerCapture(event.pointerId);
    const move = (moved: globalThis.PointerEvent): void => {
      last = clamp(before + from - moved.clientX);
      setDragged(last);
    };
    const stop = (): void => {
      grip.removeEventListener('pointermove', move);
      grip.removeEventListener('pointerup', stop);
      grip.removeEventListener('pointercancel', stop);
      save(String(last));
    };
    grip.addEventListener('pointermove', move);
    grip.addEventListener('pointerup', stop);
    grip.addEventListener('pointercancel', stop);
  };
  const onKey = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowLeft' ? KEY_STEP : event.key === 'ArrowRight' ? -KEY_STEP : 0;
    if (by === 0) return;
    event.preventDefault();
    const next = clamp(drawn() + by);
    setDragged(next);
    save(String(next));
  };
  return (
    <aside
      className="drawer"
      aria-labelledby={labelledBy}
      tabIndex={-1}
      ref={box}
      style={width === undefined ? undefined : { width }}
    >
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/no-noninteractive-tabindex -- a window splitter */}
      <div
        className="drawer-grip"
        role="separator"
        aria-orientation="vertical"
        aria-label="Width of the drawer"
        aria-valuemin={NARROWEST}
        aria-valuemax={WIDEST}
        aria-valuenow={now}
        tabIndex={0}
        onPointerDown={start}
        onKeyDown={onKey}
      />
      <header className="drawer-head">{head}</header>
      <div className="drawer-body">{children}</div>
    </aside>
  );
}
