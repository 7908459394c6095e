import { useCallback } from 'react';
import type { Client } from '#core/api.ts';
import type { ScanTarget } from '#core/api/scans.ts';
import { useProgress } from '../state/progress.ts';
import { asResult, useClient } from '../state/query.ts';
import { useSession } from '../state/session.ts';

/** Starts a scan and makes its target the one the frame looks at. */
export function useStartScan(): (target: ScanTarget) => Promise<void> {
  const client = useClient();
  return useCallback(
    async (target) => {
      const progress = useProgress.getState();
      if (progress.starting) return;
      progress.ask(target);
      const answer = await asResult(client.scans.start({ target }));
      if (!answer.ok) {
        progress.refuse(answer.error);
        return;
      }
      const { scanId } = answer.value;
      progress.begin(scanId, target);
      useSession.getState().choose({ type: 'target', target });
      // The sample may have been read before: then nothing runs, and no event will say that it is there.
      if (target.type === 'sample') await settle(client, scanId);
    },
    [client],
  );
}

export function useCancelScan(): () => Promise<void> {
  const client = useClient();
  return useCallback(async () => {
    const { scanId, markCancelling } = useProgress.getState();
    if (scanId === undefined) return;
    markCancelling();
    const answer = await asResult(client.scans.cancel({ scanId }));
    if (!answer.ok) useProgress.getState().refuse(answer.error);
  }, [client]);
}

async function settle(client: Client, scanId: string): Promise<void> {
  const sources = await asResult(client.sources.list());
  const latest = sources.ok ? sources.value.find((source) => source.latest?.id === scanId)?.latest : undefined;
  if (latest !== undefined && useProgress.getState().scanId === scanId)
    useProgress.getState().finish(scanId, latest.status, undefined);
}
