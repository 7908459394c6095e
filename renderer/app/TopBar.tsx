import { Link } from 'wouter';
import { useHref, type Current } from '../state/current.ts';
import { useSaveSettings, useSettings } from '../state/settings.ts';
import { Button } from '../ui/controls.tsx';
import { age, dateTime, percent } from '../ui/format.ts';
import { Icon, Logo } from '../ui/Icon.tsx';
import { Tooltip } from '../ui/overlays.tsx';
import { safe } from '../ui/safe-text.ts';
import { useFrame } from './frame-store.ts';
import { ScanButton } from './ScanButton.tsx';
import { shown } from './shortcuts.ts';
import { SourceSwitcher } from './SourceSwitcher.tsx';
import { nextTheme } from './theme.ts';
import { useNow } from './use-now.ts';

export function TopBar({ current }: { readonly current: Current }) {
  const href = useHref();
  const open = useFrame((state) => state.open);
  return (
    <header className="top" data-colour={current.source?.colour}>
      <Link className="brand" href={href('/')} aria-label="Plimsoll, overview">
        <Logo />
        <span>Plimsoll</span>
      </Link>
      <SourceSwitcher current={current} />
      <Facts current={current} />
      <div className="top-acts">
        <ScanButton target={current.target} />
        <Button look="quiet" className="wide-only" icon="search" onClick={() => open('palette')}>
          Go to <kbd>{shown('Mod+k')}</kbd>
        </Button>
        <ThemeButton />
      </div>
    </header>
  );
}

function Facts({ current }: { readonly current: Current }) {
  const now = useNow();
  const href = useHref();
  const open = useFrame((state) => state.open);
  const { run } = current;
  if (run === undefined) return null;
  return (
    <div className="top-facts">
      {run.kubernetesMinor === undefined ? null : <span className="wide-only">v{safe(run.kubernetesMinor)}</span>}
      {run.user === undefined ? null : <span className="mid-only top-user">{safe(run.user)}</span>}
      {current.pinned ? (
        <span>
          scan <b>#{run.number}</b> of <b>{dateTime(run.startedAt)}</b>{' '}
          <Link className="link" href={href(location.pathname, { scan: undefined })}>
            latest
          </Link>
        </span>
      ) : (
        <span title={dateTime(run.startedAt)}>
          scanned <b>{age(run.startedAt, now)}</b> ago
          {isStale(run.startedAt, now) ? <span className="tag top-stale">stale</span> : null}
        </span>
      )}
      <button type="button" onClick={() => open('coverage')} title="What was read, and what was not">
        <b className="figure">{percent(run.covered)}</b> covered
        {run.status === 'incomplete' ? <span className="top-incomplete">, incomplete</span> : null}
      </button>
    </div>
  );
}

/** After a day a cluster has moved on: what is shown is said to be old. */
const STALE_MS = 24 * 3_600_000;
const isStale = (startedAt: string, now: number): boolean => now - Date.parse(startedAt) > STALE_MS;

function ThemeButton() {
  const settings = useSettings();
  const save = useSaveSettings();
  const theme = settings.data?.theme ?? 'system';
  const next = nextTheme(theme);
  return (
    <Tooltip text={`Theme: ${theme}. Switch to ${next}`}>
      <button
        className="button button-quiet button-icon"
        type="button"
        aria-label={`Theme: ${theme}. Switch to ${next}`}
        onClick={() => void save({ theme: next })}
      >
        <Icon name="theme" />
      </button>
    </Tooltip>
  );
}
