import { useState } from 'react';
import type { RatchetView, ReadyRow } from '#core/api/ratchet.ts';
import type { Change } from '#core/api/workspace.ts';
import type { AppError } from '#core/model.ts';
import type { Result } from '#core/result.ts';
import { asResult, useClient } from '../../state/query.ts';
import { useSaid } from '../../state/undo.ts';
import { promotionReason } from './lanes.ts';

export interface Moves {
  readonly busy: boolean;
  /** What the last one was refused for, until it is put away. */
  readonly problem: AppError | undefined;
  readonly clear: () => void;
  readonly promote: (rows: readonly ReadyRow[], reason?: string) => Promise<void>;
  readonly demote: (rules: readonly string[], reason: string) => Promise<void>;
}

/** Moves rules up and down between the gap and the baseline of a pair. */
export function useMoves(view: RatchetView, scanId: string): Moves {
  const client = useClient();
  const said = useSaid();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<AppError | undefined>();
  const baseline = view.baseline?.name ?? '';
  const run = async (asked: Promise<Result<{ change: Change }, AppError>>): Promise<void> => {
    setBusy(true);
    const answer = await asResult(asked);
    setBusy(false);
    setProblem(answer.ok ? undefined : answer.error);
    if (answer.ok) said(answer.value.change);
  };
  return {
    busy,
    problem,
    clear: () => setProblem(undefined),
    promote: (rows, reason) =>
      run(
        client.ratchet.promote({
          rules: rows.map((row) => row.rule),
          to: baseline,
          strict: view.strict.name,
          scanId,
          reason: reason ?? promotionReason(rows, view.criteria),
        }),
      ),
    demote: (rules, reason) => run(client.ratchet.demote({ rules: [...rules], from: baseline, scanId, reason })),
  };
}
