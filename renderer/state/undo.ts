import type { Change } from '#core/api/workspace.ts';
import { safe } from '../ui/safe-text.ts';
import { toast } from '../ui/toast.tsx';
import { asResult, useCache } from './query.ts';

/** Takes a saved change back: possible while nobody has changed the files since. */
export function useUndo(): (change: Pick<Change, 'id'>) => Promise<void> {
  const cache = useCache();
  return async (change) => {
    const answer = await asResult(cache.client.workspace.undo({ change: change.id }));
    cache.invalidate(['workspace', 'settings']);
    toast(answer.ok ? `Taken back: ${safe(answer.value.what)}` : `${answer.error.what} ${answer.error.next}`);
  };
}

/** Says what was saved, and takes it back where somebody asks. */
export function useSaid(): (change: Change) => void {
  const cache = useCache();
  const undo = useUndo();
  return (change) => {
    cache.invalidate(['workspace', 'settings']);
    toast(safe(change.what), { label: 'Undo', run: () => void undo(change) });
  };
}
