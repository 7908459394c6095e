import { useMemo } from 'react';
import { z } from 'zod';
import { useView } from '../../state/settings.ts';
import { useRoom, type Room } from '../use-media.ts';

/** What a table knows of a column apart from its cells. Widths in pixels. */
export interface ColumnHead {
  readonly id: string;
  readonly title: string;
  readonly width: number;
  /** Takes what is left. */
  readonly grow?: boolean;
  readonly align?: 'end';
  readonly sortable?: boolean;
  /** The least room in which it is shown unless somebody chose otherwise; always, without it. */
  readonly from?: Exclude<Room, 'narrow'>;
  /** The one column that cannot be hidden. */
  readonly fixed?: boolean;
  /** Hidden until chosen. */
  readonly extra?: boolean;
}

const stored = z.object({ shown: z.record(z.string(), z.boolean()), widths: z.record(z.string(), z.number()) });
type Stored = z.infer<typeof stored>;
const NOTHING: Stored = { shown: {}, widths: {} };

const ORDER: readonly Room[] = ['narrow', 'mid', 'normal', 'wide'];
const MIN_WIDTH = 48;
const MAX_WIDTH = 900;

export interface Columns<C extends ColumnHead> {
  readonly all: readonly C[];
  readonly visible: readonly C[];
  readonly isVisible: (id: string) => boolean;
  /** For `grid-template-columns`. */
  readonly template: string;
  /** Below it the table scrolls sideways. */
  readonly minWidth: number;
  readonly toggle: (id: string) => void;
  readonly resize: (id: string, width: number) => void;
  readonly widthOf: (id: string) => number;
  readonly reset: () => void;
}

function parse(text: string | undefined): Stored {
  if (text === undefined || text === '') return NOTHING;
  try {
    const parsed = stored.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : NOTHING;
  } catch {
    return NOTHING;
  }
}

/**
 * Columns of one view: chosen and resized by the reader, remembered in the settings.
 * `given` is the room of a table that shares the window with something else; else the window's own.
 */
export function useColumns<C extends ColumnHead>(view: string, all: readonly C[], given?: Room): Columns<C> {
  const [text, save] = useView(`columns.${view}`);
  const window = useRoom();
  const room = given ?? window;
  return useMemo(() => {
    const state = parse(text);
    const fits = (column: C): boolean =>
      column.extra !== true && (column.from === undefined || ORDER.indexOf(room) >= ORDER.indexOf(column.from));
    const isVisible = (column: C): boolean => column.fixed === true || (state.shown[column.id] ?? fits(column));
    const visible = all.filter(isVisible);
    const widthOf = (column: C): number => state.widths[column.id] ?? column.width;
    const put = (next: Stored): void => save(JSON.stringify(next));
    return {
      all,
      visible,
      isVisible: (id) => visible.some((column) => column.id === id),
      template: visible
        .map((column) => (column.grow === true ? `minmax(${widthOf(column)}px, 1fr)` : `${widthOf(column)}px`))
        .join(' '),
      minWidth: visible.reduce((sum, column) => sum + widthOf(column), 0),
      toggle: (id) => put({ ...state, shown: { ...state.shown, [id]: !visible.some((column) => column.id === id) } }),
      resize: (id, width) =>
        put({ ...state, widths: { ...state.widths, [id]: Math.round(Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, width))) } }),
      widthOf: (id) => {
        const column = all.find((candidate) => candidate.id === id);
        return column === undefined ? MIN_WIDTH : widthOf(column);
      },
      reset: () => put(NOTHING),
    };
  }, [all, room, save, text]);
}
