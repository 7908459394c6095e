import { useRef, useState } from 'react';
import type { DecideInput } from '#core/api/inbox.ts';
import type { Change } from '#core/api/workspace.ts';
import type { AppError } from '#core/model.ts';
import { asResult, useCache } from '../state/query.ts';
import { useSaid } from '../state/undo.ts';
import { safe } from '../ui/safe-text.ts';
import { toast } from '../ui/toast.tsx';

export interface Deciding {
  /** True where it was saved. */
  readonly decide: (input: DecideInput) => Promise<boolean>;
  readonly problem: AppError | undefined;
  readonly clear: () => void;
  /** Takes the last decision of this screen back. */
  readonly undo: () => Promise<void>;
}

/** Saves decisions, says so, and can take the last one back. */
export function useDecide(): Deciding {
  const cache = useCache();
  const said = useSaid();
  const [problem, setProblem] = useState<AppError>();
  const last = useRef<Change>(undefined);
  return {
    decide: async (input) => {
      const answer = await asResult(cache.client.inbox.decide(input));
      setProblem(answer.ok ? undefined : answer.error);
      if (!answer.ok) return false;
      last.current = answer.value.change;
      said(answer.value.change);
      return true;
    },
    problem,
    clear: () => setProblem(undefined),
    undo: async () => {
      if (last.current === undefined) {
        toast('Nothing was decided here yet');
        return;
      }
      const answer = await asResult(cache.client.workspace.undo({ change: last.current.id }));
      last.current = undefined;
      cache.invalidate(['workspace']);
      toast(answer.ok ? `Taken back: ${safe(answer.value.what)}` : `${answer.error.what} ${answer.error.next}`);
    },
  };
}
