import type { Run } from '#core/api/common.ts';
import type { Current } from '../state/current.ts';
import { useProgress } from '../state/progress.ts';
import { count, plural } from '../ui/format.ts';
import { Icon } from '../ui/Icon.tsx';
import { safe } from '../ui/safe-text.ts';
import { useFrame } from './frame-store.ts';

/** Which server was contacted, how often, and that nothing was written. It never says less than what is so at this moment. */
export function StatusBar({ current }: { readonly current: Current }) {
  const open = useFrame((state) => state.open);
  const scanning = useProgress((state) => state.scanId !== undefined);
  const requests = useProgress((state) => state.progress?.requests ?? 0);
  const asked = useProgress((state) => state.asked !== undefined);
  const { run, source } = current;
  const ofCluster = run?.server !== undefined && run.source.kind === 'cluster';
  return (
    <footer className="status">
      {ofCluster && !(scanning && requests > 0) ? (
        <button type="button" className="status-log" onClick={() => open('network')} title="Every request of this scan">
          <Icon name="lock" size={12} />
          <span>
            Only {safe(hostOf(run.server ?? ''))} was contacted · {plural(run.requests, 'request')} · read-only
          </span>
        </button>
      ) : (
        <span className="status-log">
          <Icon name="lock" size={12} />
          <span>
            {scanning && requests > 0
              ? `Only the chosen server is contacted · ${plural(requests, 'request')} so far · read-only`
              : quiet(run, source !== undefined || asked)}
          </span>
        </span>
      )}
      {run === undefined ? null : <span className="wide-only">{count(run.objects)} objects</span>}
      <span className="status-keys wide-only">
        <button type="button" onClick={() => open('shortcuts')}>
          <kbd>?</kbd> shortcuts
        </button>
      </span>
    </footer>
  );
}

/** The host alone; the store keeps it without a scheme already. */
const hostOf = (server: string): string => server.replace(/^https?:\/\//, '').replace(/\/.*$/, '');

/** What to say where no server belongs to what is shown. `tried`: a scan was begun, though none is there to be shown. */
function quiet(run: Run | undefined, tried: boolean): string {
  if (run === undefined) return tried ? 'No finished scan to show' : 'Nothing was contacted';
  return run.source.kind === 'snapshot'
    ? 'No server was contacted · read from a snapshot'
    : 'No server was contacted · read from files';
}
