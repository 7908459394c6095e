import { Suspense, useEffect, useRef } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import { useCurrent, useHref, useSources, type Current } from '../state/current.ts';
import { useProgress } from '../state/progress.ts';
import { useSession } from '../state/session.ts';
import { useSettings } from '../state/settings.ts';
import { Empty, Problem, Skeleton } from '../ui/states.tsx';
import { safe } from '../ui/safe-text.ts';
import { toast } from '../ui/toast.tsx';
import { Button } from '../ui/controls.tsx';
import { CoverageDialog } from './CoverageDialog.tsx';
import { useFrame } from './frame-store.ts';
import { NetworkDialog } from './NetworkDialog.tsx';
import { OpenDialog } from './OpenDialog.tsx';
import { Palette } from './Palette.tsx';
import { Rail } from './Rail.tsx';
import {
  Enforce,
  Findings,
  History,
  Inbox,
  Overview,
  Policies,
  Ratchet,
  Rules,
  SCREENS,
  screenOf,
  Settings,
  Workspace,
} from './screens.tsx';
import { ShortcutsDialog } from './ShortcutsDialog.tsx';
import { useShortcuts } from './shortcuts.ts';
import { StatusBar } from './StatusBar.tsx';
import { applyTheme } from './theme.ts';
import { TopBar } from './TopBar.tsx';
import { useStartScan } from './use-scan.ts';
import './shell.css';

export function Shell() {
  const current = useCurrent();
  useFrameKeys();
  useTheme();
  useFollowScan(current);
  useTitle(current);
  const main = useRef<HTMLElement>(null);
  return (
    <div className="shell">
      <a
        className="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to content
      </a>
      <TopBar current={current} />
      <Rail current={current} />
      <main className="main" id="main" tabIndex={-1} ref={main}>
        <LastProblem />
        <Suspense
          fallback={
            <div className="screen">
              <Skeleton />
            </div>
          }
        >
          <Switch>
            <Route path="/">
              <Overview current={current} />
            </Route>
            <Route path="/findings">
              <Findings current={current} />
            </Route>
            <Route path="/policies">
              <Policies current={current} />
            </Route>
            <Route path="/policies/:name">{(params) => <Policies current={current} name={params.name} />}</Route>
            <Route path="/ratchet">
              <Ratchet current={current} />
            </Route>
            <Route path="/enforce">
              <Enforce current={current} />
            </Route>
            <Route path="/history">
              <History current={current} />
            </Route>
            <Route path="/history/diff">
              <History current={current} diff />
            </Route>
            <Route path="/rules">
              <Rules current={current} />
            </Route>
            <Route path="/rules/:id">{(params) => <Rules current={current} id={params.id} />}</Route>
            <Route path="/inbox">
              <Inbox current={current} />
            </Route>
            <Route path="/workspace">
              <Workspace current={current} />
            </Route>
            <Route path="/settings">
              <Settings current={current} />
            </Route>
            <Route>
              <Nowhere />
            </Route>
          </Switch>
        </Suspense>
      </main>
      <StatusBar current={current} />
      <Palette current={current} />
      <ShortcutsDialog />
      <OpenDialog />
      {current.run === undefined ? null : (
        <>
          <CoverageDialog run={current.run} />
          <NetworkDialog run={current.run} />
        </>
      )}
    </div>
  );
}

function Nowhere() {
  const [, navigate] = useLocation();
  return (
    <Empty
      fill
      alone
      icon="search"
      title="There is no such page"
      acts={<Button onClick={() => navigate('/')}>Go to the overview</Button>}
    >
      <p>The address names no screen of Plimsoll.</p>
    </Empty>
  );
}

function useFrameKeys(): void {
  const [, navigate] = useLocation();
  const href = useHref();
  const open = useFrame((state) => state.open);
  const close = useFrame((state) => state.close);
  useShortcuts([
    {
      keys: 'Mod+k',
      always: true,
      run: () => (useFrame.getState().dialog === 'palette' ? close() : open('palette')),
    },
    { keys: '?', run: () => open('shortcuts') },
    ...SCREENS.map((screen) => ({ keys: `g ${screen.letter}`, run: () => navigate(href(screen.path)) })),
  ]);
}

function useTheme(): void {
  const theme = useSettings().data?.theme;
  useEffect(() => {
    if (theme !== undefined) applyTheme(theme);
  }, [theme]);
}

function useTitle({ source }: Current): void {
  const [path] = useLocation();
  const name = source?.name;
  useEffect(() => {
    document.title = [screenOf(path)?.title, name === undefined ? undefined : safe(name), 'Plimsoll']
      .filter((part) => part !== undefined)
      .join(' · ');
  }, [path, name]);
}

/** When a scan that this window asked for is done, the frame shows it. */
function useFollowScan(current: Current): void {
  const finished = useProgress((state) => state.finished);
  const starting = useProgress((state) => state.starting);
  const dismiss = useProgress((state) => state.dismiss);
  const choose = useSession((state) => state.choose);
  const sources = useSources().data;
  const [path, navigate] = useLocation();
  const href = useHref();
  const { pinned } = current;
  useEffect(() => {
    if (starting || finished === undefined || finished.error !== undefined) return;
    if (finished.status === 'cancelled') {
      toast('The scan was cancelled');
      dismiss();
      return;
    }
    const source = sources?.find((candidate) => candidate.latest?.id === finished.scanId);
    if (source === undefined) return;
    const chosen = useSession.getState().choice;
    // A scan that a terminal or another window ran on another source is not what somebody reads here.
    if (chosen?.type === 'target' || chosen === undefined || chosen.id === source.id) {
      choose({ type: 'source', id: source.id });
      if (pinned) navigate(href(path, { scan: undefined }));
    }
    toast(`Scan #${source.latest?.number ?? ''} of ${safe(source.name)} is done`);
    dismiss();
  }, [starting, finished, sources, choose, dismiss, navigate, href, path, pinned]);
}

/** A scan that failed says so above whatever is on screen, until it is put away. */
function LastProblem() {
  const finished = useProgress((state) => state.finished);
  const dismiss = useProgress((state) => state.dismiss);
  const start = useStartScan();
  const asked = useProgress((state) => state.asked);
  if (finished?.error === undefined) return null;
  return (
    <div className="notice notice-bad">
      <Problem
        error={finished.error}
        {...(asked === undefined ? {} : { onRetry: () => void start(asked) })}
        acts={<Button onClick={dismiss}>Close</Button>}
      />
    </div>
  );
}
