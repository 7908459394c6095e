import { create } from 'zustand';

interface ToastAct {
  readonly label: string;
  readonly run: () => void;
}

interface Toasts {
  readonly list: readonly { readonly id: number; readonly text: string; readonly act?: ToastAct }[];
}

export const useToasts = create<Toasts>(() => ({ list: [] }));
const SHOWN_MS = 2500;
/** What can be taken back stays long enough to be reached by keyboard. */
const ACT_SHOWN_MS = 12_000;
let last = 0;

const drop = (id: number): void => useToasts.setState(({ list }) => ({ list: list.filter((entry) => entry.id !== id) }));

/** A short word that something was done (copied, saved), with what takes it back. Never for errors: those stay where they happened. */
export function toast(text: string, act?: ToastAct): void {
  last += 1;
  const id = last;
  useToasts.setState(({ list }) => ({ list: [...list, act === undefined ? { id, text } : { id, text, act }] }));
  setTimeout(() => drop(id), act === undefined ? SHOWN_MS : ACT_SHOWN_MS);
}

export function Toasts() {
  const list = useToasts((state) => state.list);
  return (
    <div className="toasts" role="status">
      {list.map(({ id, text, act }) => (
        <div key={id} className="toast">
          {text}
          {act === undefined ? null : (
            <button
              type="button"
              onClick={() => {
                drop(id);
                act.run();
              }}
            >
              {act.label}
            </button>
          )}
        </div>
      ))}
    </div>
  );
}

/** Copies and says so. Where the browser refuses, it says that. */
export async function copy(text: string, said: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(said);
  } catch {
    toast('The browser did not allow copying');
  }
}
