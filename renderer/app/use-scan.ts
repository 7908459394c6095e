import { useCallback } from 'react';
import type { ScanTarget } from '#core/api/scans.ts';
import { useProgress } from '../state/progress.ts';
import { asResult, useClient } from '../state/query.ts';
import { useSession } from '../state/session.ts';

/** Starts a scan and makes its target the one the frame looks at. */
export function useStartScan(): (target: ScanTarget) => Promise<void> {
  const client = useClient();
  return useCallback(
    async (target) => {
      const answer = await asResult(client.scans.start({ target }));
      if (!answer.ok) {
        useProgress.getState().refuse(answer.error);
        return;
      }
      useProgress.getState().begin(answer.value.scanId, target);
      useSession.getState().choose({ type: 'target', target });
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
