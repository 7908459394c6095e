import { create } from 'zustand';

interface Toasts {
  readonly list: readonly { readonly id: number; readonly text: string }[];
}

const useToasts = create<Toasts>(() => ({ list: [] }));
const SHOWN_MS = 2500;
let last = 0;

/** A short word that something was done (copied, saved). Never for errors: those stay where they happened. */
export function toast(text: string): void {
  last += 1;
  const id = last;
  useToasts.setState(({ list }) => ({ list: [...list, { id, text }] }));
  setTimeout(() => useToasts.setState(({ list }) => ({ list: list.filter((entry) => entry.id !== id) })), SHOWN_MS);
}

export function Toasts() {
  const list = useToasts((state) => state.list);
  return (
    <div className="toasts" role="status">
      {list.map((entry) => (
        <div key={entry.id} className="toast">
          {entry.text}
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
