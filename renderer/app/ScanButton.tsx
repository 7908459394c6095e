import type { ScanTarget } from '#core/api/scans.ts';
import { useProgress, type Progress } from '../state/progress.ts';
import { targetName } from '../state/session.ts';
import { Button } from '../ui/controls.tsx';
import { count } from '../ui/format.ts';
import { Confirm } from '../ui/overlays.tsx';
import { safe } from '../ui/safe-text.ts';
import { useFrame } from './frame-store.ts';
import { shown, useShortcuts } from './shortcuts.ts';
import { useCancelScan, useStartScan } from './use-scan.ts';

/** Scan; while one runs, its progress and Cancel. It never blocks the rest. */
export function ScanButton({ target }: { readonly target: ScanTarget | undefined }) {
  const scanId = useProgress((state) => state.scanId);
  const starting = useProgress((state) => state.starting);
  const start = useStartScan();
  useShortcuts([
    {
      keys: 'Mod+Enter',
      run: () => {
        if (scanId === undefined && target !== undefined) void start(target);
      },
    },
  ]);
  if (scanId !== undefined || starting) return <Running />;
  return (
    <Button
      className="top-scan"
      icon="play"
      disabled={target === undefined}
      title={
        target === undefined
          ? 'Choose a cluster or a folder first: a snapshot is read once'
          : `Scan ${safe(targetName(target))} now (${shown('Mod+Enter')})`
      }
      onClick={() => (target === undefined ? undefined : void start(target))}
    >
      Scan
    </Button>
  );
}

const PHASES: Readonly<Record<Progress['phase'], string>> = {
  connecting: 'Connecting',
  reading: 'Reading',
  evaluating: 'Evaluating',
  storing: 'Storing',
  finished: 'Finished',
};

/** What happens at this moment, in words. */
export const phaseText = (progress: Progress | undefined): string =>
  progress === undefined
    ? 'Starting'
    : progress.phase === 'reading' && progress.kind !== undefined
      ? safe(progress.kind)
      : PHASES[progress.phase];

/** Share done, 0 to 1, where it is known. Evaluation runs beside the reading, so kinds are the measure until all are read. */
export function doneShare(progress: Progress | undefined): number | undefined {
  if (progress === undefined || progress.phase === 'connecting' || progress.kindsTotal === 0) return undefined;
  if (progress.phase === 'evaluating')
    return progress.objects === 0 ? 0.9 : 0.8 + 0.15 * Math.min(1, progress.evaluated / progress.objects);
  if (progress.phase === 'storing' || progress.phase === 'finished') return 0.97;
  return 0.8 * (progress.kindsDone / progress.kindsTotal);
}

export function ProgressBar({ progress }: { readonly progress: Progress | undefined }) {
  const share = doneShare(progress);
  return (
    <div
      className={share === undefined ? 'bar bar-unknown' : 'bar'}
      role="progressbar"
      aria-label="Scan"
      {...(share === undefined ? {} : { 'aria-valuenow': Math.round(share * 100) })}
    >
      <span style={share === undefined ? undefined : { width: `${share * 100}%` }} />
    </div>
  );
}

function Running() {
  const { progress, cancelling, starting } = useProgress();
  const dialog = useFrame((state) => state.dialog);
  const open = useFrame((state) => state.open);
  const close = useFrame((state) => state.close);
  const cancel = useCancelScan();
  useShortcuts([{ keys: 'Escape', run: () => open('cancel') }]);
  return (
    <>
      <div className="scan-progress">
        <span className="second strong">{phaseText(progress)}</span>
        {progress === undefined || progress.objects === 0 ? null : (
          <span className="muted wide-only">
            {count(progress.objects)} objects · {count(Math.round(progress.rate))}/s
          </span>
        )}
        <ProgressBar progress={progress} />
        <Button small disabled={cancelling || starting} onClick={() => open('cancel')}>
          {cancelling ? 'Stopping' : 'Cancel'} {cancelling ? null : <kbd>Esc</kbd>}
        </Button>
      </div>
      <Confirm
        open={dialog === 'cancel'}
        onClose={close}
        title="Stop this scan?"
        act="Stop it"
        keep="Go on"
        danger
        onConfirm={() => {
          close();
          void cancel();
        }}
      >
        What was read so far is kept apart as a cancelled scan. The last complete scan stays on screen.
      </Confirm>
    </>
  );
}
