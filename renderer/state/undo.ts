import type { Change } from '#core/api/workspace.ts';
import { safe } from '../ui/safe-text.ts';
import { toast } from '../ui/toast.tsx';
import { asResult, useCache } from './query.ts';

/** Says what was saved, and takes it back where somebody asks: possible while nobody has changed the files since. */
export function useSaid(): (change: Change) => void {
  const cache = useCache();
  const undo = async (change: Change): Promise<void> => {
    const answer = await asResult(cache.client.workspace.undo({ change: change.id }));
    cache.invalidate(['workspace', 'settings']);
    toast(answer.ok ? `Taken back: ${safe(answer.value.what)}` : `${answer.error.what} ${answer.error.next}`);
  };
  return (change) => {
    cache.invalidate(['workspace', 'settings']);
    toast(safe(change.what), { label: 'Undo', run: () => void undo(change) });
  };
}
