import type { Current } from '../state/current.ts';
import { count, plural } from '../ui/format.ts';
import { Icon } from '../ui/Icon.tsx';
import { safe } from '../ui/safe-text.ts';
import { useFrame } from './frame-store.ts';

/** Which server was contacted, how often, and that nothing was written. */
export function StatusBar({ current }: { readonly current: Current }) {
  const open = useFrame((state) => state.open);
  const { run } = current;
  return (
    <footer className="status">
      {run?.server === undefined || run.source.kind !== 'cluster' ? (
        <span className="status-log">
          <Icon name="lock" size={12} />
          <span>
            {run === undefined
              ? 'Nothing was contacted'
              : run.source.kind === 'snapshot'
                ? 'No server was contacted · read from a snapshot'
                : 'No server was contacted · read from files'}
          </span>
        </span>
      ) : (
        <button type="button" className="status-log" onClick={() => open('network')} title="Every request of this scan">
          <Icon name="lock" size={12} />
          <span>
            Only {safe(hostOf(run.server))} was contacted · {plural(run.requests, 'request')} · read-only
          </span>
        </button>
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
