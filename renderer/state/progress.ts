import { create } from 'zustand';
import type { z } from 'zod';
import type { progress, ScanTarget } from '#core/api/scans.ts';
import type { AppError, RunStatus } from '#core/model.ts';

export type Progress = z.infer<typeof progress>;

export interface Finished {
  readonly scanId: string;
  readonly status: RunStatus;
  readonly error: AppError | undefined;
}

interface ProgressState {
  /** A start was asked for and the host has not answered yet. The sample's six scans run meanwhile. */
  readonly starting: boolean;
  /** The scan that runs now, if any: ours, or one that another window or a terminal started on the same host. */
  readonly scanId: string | undefined;
  /** What was asked for, where this window started it. */
  readonly target: ScanTarget | undefined;
  readonly progress: Progress | undefined;
  /** What this window asked for last, for trying again. */
  readonly asked: ScanTarget | undefined;
  readonly cancelling: boolean;
  /** How the last scan ended, until somebody has seen it. */
  readonly finished: Finished | undefined;
  ask: (target: ScanTarget) => void;
  /** The host has accepted a scan. */
  begin: (scanId: string, target: ScanTarget) => void;
  advance: (progress: Progress) => void;
  markCancelling: () => void;
  finish: (scanId: string, status: RunStatus, error: AppError | undefined) => void;
  /** A scan that could not even start. */
  refuse: (error: AppError) => void;
  dismiss: () => void;
}

const IDLE = { starting: false, scanId: undefined, target: undefined, progress: undefined, cancelling: false } as const;

export const useProgress = create<ProgressState>((set, get) => ({
  ...IDLE,
  finished: undefined,
  asked: undefined,
  ask: (target) => set({ starting: true, asked: target, finished: undefined }),
  begin: (scanId, target) => {
    // A short scan may end before the answer to `start` is here.
    if (get().finished?.scanId === scanId) {
      set({ starting: false });
      return;
    }
    set({ ...IDLE, scanId, target, progress: get().scanId === scanId ? get().progress : undefined, finished: undefined });
  },
  advance: (progress) => {
    if (progress.phase === 'finished' || get().finished?.scanId === progress.scanId) return;
    const same = get().scanId === progress.scanId;
    set(same ? { progress } : { ...IDLE, starting: get().starting, scanId: progress.scanId, progress });
  },
  markCancelling: () => set({ cancelling: true }),
  finish: (scanId, status, error) => {
    const running = get().scanId;
    const idle = running === undefined || running === scanId ? { ...IDLE, starting: get().starting } : {};
    set({ ...idle, finished: { scanId, status, error } });
  },
  refuse: (error) => set({ ...IDLE, finished: { scanId: '', status: 'failed', error } }),
  dismiss: () => set({ finished: undefined }),
}));
