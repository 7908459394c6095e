import { useState } from 'react';
import type { z } from 'zod';
import type { Change, WorkspaceView, workspaceSave } from '#core/api/workspace.ts';
import type { AppError } from '#core/model.ts';
import { asResult, useCache, useQuery, type Query } from './query.ts';

/** The workspace as the host reads it now; with a run, the guide's steps know what was found in it. */
export const useWorkspace = (scanId?: string): Query<WorkspaceView> =>
  useQuery({
    key: ['workspace', scanId ?? null],
    ask: (client, signal) => client.workspace.get(scanId === undefined ? {} : { scanId }, { signal }),
    on: ['workspace', 'runs'],
    keep: true,
  });

/** Saves a part of workspace.yaml. A conflict with an edit from outside is a problem to show, never an overwrite. */
export function useSaveWorkspace(): {
  readonly save: (part: z.input<typeof workspaceSave>) => Promise<Change | undefined>;
  readonly problem: AppError | undefined;
  readonly saving: boolean;
} {
  const cache = useCache();
  const [problem, setProblem] = useState<AppError>();
  const [saving, setSaving] = useState(false);
  const save = async (part: z.input<typeof workspaceSave>): Promise<Change | undefined> => {
    setSaving(true);
    const answer = await asResult(cache.client.workspace.save(part));
    setSaving(false);
    setProblem(answer.ok ? undefined : answer.error);
    cache.invalidate(['workspace']);
    return answer.ok ? answer.value.change : undefined;
  };
  return { save, problem, saving };
}
