import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useId, useLayoutEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react';
import { useShortcuts } from '../../app/shortcuts.ts';

/** Up to this many rows all are drawn, so that the browser's own search finds them. */
const ALL_DRAWN = 100;
const OVERSCAN = 8;
const HEAD_HEIGHT = 28;

interface RowsOptions {
  readonly count: number;
  /** Height of a row in pixels. */
  readonly heightOf: (index: number) => number;
  readonly onOpen: (index: number) => void;
  /** Arrow keys to the sides: trees open and close. */
  readonly onSide?: (index: number, side: 'left' | 'right') => void;
  readonly onMark?: (index: number) => void;
  /** Called when the keys move the cursor. */
  readonly onMove?: (index: number) => void;
  /** Changes when heights do: they are measured anew. */
  readonly revision?: unknown;
  /** Whether j and k reach it while the focus is elsewhere: true for one list of a screen. */
  readonly far?: boolean;
}

export interface PlacedRow {
  readonly index: number;
  readonly start: number;
  readonly size: number;
}

export interface Rows {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly placed: readonly PlacedRow[];
  readonly height: number;
  readonly active: number;
  readonly setActive: (index: number) => void;
  /** Sets the cursor and brings it into sight. */
  readonly moveTo: (index: number) => void;
  readonly rowId: (index: number) => string;
  readonly focus: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** Windowing and the row cursor of a table: the scroller keeps the focus, the active row is named to assistive technology. */
export function useRows({ count, heightOf, onOpen, onSide, onMark, onMove, revision, far = true }: RowsOptions): Rows {
  const scroller = useRef<HTMLDivElement>(null);
  const [wanted, setWanted] = useState(-1);
  const active = Math.min(wanted, count - 1);
  const id = useId();
  const windowed = count > ALL_DRAWN;
  const virtual = useVirtualizer({
    count: windowed ? count : 0,
    getScrollElement: () => scroller.current,
    estimateSize: heightOf,
    overscan: OVERSCAN,
    scrollPaddingEnd: HEAD_HEIGHT,
    // The active row stays in the document, because the grid names it.
    rangeExtractor: (range) => {
      const indexes = defaultRangeExtractor(range);
      return active < 0 || active >= count || indexes.includes(active) ? indexes : [...indexes, active].toSorted((a, b) => a - b);
    },
  });

  useLayoutEffect(() => virtual.measure(), [virtual, revision]);

  const placed: PlacedRow[] = [];
  let height = 0;
  if (windowed) {
    for (const item of virtual.getVirtualItems()) placed.push({ index: item.index, start: item.start, size: item.size });
    height = virtual.getTotalSize();
  } else {
    for (let index = 0; index < count; index += 1) {
      const size = heightOf(index);
      placed.push({ index, start: height, size });
      height += size;
    }
  }

  const reveal = useCallback(
    (index: number) => {
      if (windowed) {
        virtual.scrollToIndex(index, { align: 'auto' });
        return;
      }
      const box = scroller.current;
      if (box === null) return;
      let start = 0;
      for (let before = 0; before < index; before += 1) start += heightOf(before);
      const end = start + heightOf(index) + HEAD_HEIGHT;
      if (start < box.scrollTop) box.scrollTop = start;
      else if (end > box.scrollTop + box.clientHeight) box.scrollTop = end - box.clientHeight;
    },
    [heightOf, virtual, windowed],
  );

  const move = (to: number): void => {
    if (count === 0) return;
    const index = Math.max(0, Math.min(count - 1, to));
    setWanted(index);
    reveal(index);
    onMove?.(index);
  };

  const key = (name: string): boolean => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 280) / HEAD_HEIGHT) - 2);
    switch (name) {
      case 'ArrowDown':
      case 'j':
        move(active + 1);
        return true;
      case 'ArrowUp':
      case 'k':
        move(active < 0 ? 0 : active - 1);
        return true;
      case 'PageDown':
        move(active + page);
        return true;
      case 'PageUp':
        move(active - page);
        return true;
      case 'Home':
        move(0);
        return true;
      case 'End':
        move(count - 1);
        return true;
      case 'Enter':
        if (active >= 0) onOpen(active);
        return active >= 0;
      case ' ':
      case 'x':
        if (active < 0 || onMark === undefined) return false;
        onMark(active);
        return true;
      case 'ArrowLeft':
      case 'ArrowRight':
        if (active < 0 || onSide === undefined) return false;
        onSide(active, name === 'ArrowLeft' ? 'left' : 'right');
        return true;
      default:
        return false;
    }
  };

  const fromAfar = (name: 'j' | 'k'): void => {
    scroller.current?.focus();
    key(name);
  };
  useShortcuts(
    far
      ? [
          { keys: 'j', run: () => fromAfar('j') },
          { keys: 'k', run: () => fromAfar('k') },
        ]
      : [],
  );

  return {
    scroller,
    placed,
    height,
    active,
    setActive: setWanted,
    moveTo: (index) => {
      setWanted(index);
      reveal(index);
    },
    rowId: (index) => `${id}-row-${index}`,
    focus: () => scroller.current?.focus(),
    onKeyDown: (event) => {
      if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
      if (key(event.key)) event.preventDefault();
    },
  };
}
