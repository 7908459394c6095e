import { phaseText, ProgressBar } from '../../app/ScanButton.tsx';
import { useFrame } from '../../app/frame-store.ts';
import { useProgress } from '../../state/progress.ts';
import { Button } from '../../ui/controls.tsx';
import { count, duration } from '../../ui/format.ts';
import { safe } from '../../ui/safe-text.ts';
import './start.css';

/** The first scan of a source: nothing else to show yet, so its steps are. */
export function Scanning({ name }: { readonly name: string }) {
  const { progress, cancelling, starting } = useProgress();
  const open = useFrame((state) => state.open);
  const connecting = progress === undefined || progress.phase === 'connecting';
  return (
    <div className="screen">
      <section className="panel scanning" aria-labelledby="scanning-title" aria-live="polite">
        <header className="panel-head">
          <h1 id="scanning-title" className="panel-title">
            {connecting ? 'Connecting to' : 'Scanning'} {safe(name)}
          </h1>
          <span className="muted small figure">{progress === undefined ? '' : `${duration(progress.elapsedMs)}`}</span>
        </header>
        <div className="scanning-body">
          <ProgressBar progress={progress} />
          <dl className="scanning-steps">
            <dt className="muted">Now</dt>
            <dd>{phaseText(progress)}</dd>
            <dd className="muted">
              {progress === undefined || progress.kindsTotal === 0
                ? ''
                : `kind ${count(progress.kindsDone)} of ${count(progress.kindsTotal)}`}
            </dd>
            <dt className="muted">Read</dt>
            <dd>{count(progress?.objects ?? 0)} objects</dd>
            <dd className="muted">{count(Math.round(progress?.rate ?? 0))} a second</dd>
            <dt className="muted">Judged</dt>
            <dd>{count(progress?.evaluated ?? 0)} objects</dd>
            <dd className="muted">{count(progress?.requests ?? 0)} requests</dd>
          </dl>
          <div className="acts">
            <Button disabled={cancelling || starting} onClick={() => open('cancel')}>
              {cancelling ? 'Stopping' : 'Cancel'} {cancelling ? null : <kbd>Esc</kbd>}
            </Button>
          </div>
        </div>
      </section>
    </div>
  );
}
