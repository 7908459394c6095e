import { cleanup, configure, render, type RenderResult } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import { App } from '../app/App.tsx';
import { useFrame } from '../app/frame-store.ts';
import { useProgress } from '../state/progress.ts';
import { useSession } from '../state/session.ts';
import { useToasts } from '../ui/toast.tsx';
import { createFakeClient, type FakeClient, type FakeState } from './fake-client.ts';

// A machine that does something else besides is slow, not wrong.
configure({ asyncUtilTimeout: 10_000 });

export interface Opened extends RenderResult {
  readonly user: UserEvent;
  readonly fake: FakeClient;
}

/** The whole application at an address, over invented data; `state` changes that data. */
export function openApp(path: string, state: Partial<FakeState> = {}): Opened {
  closeApp();
  window.history.replaceState(null, '', path);
  const fake = createFakeClient(state);
  const view = render(<App client={fake.client} />);
  return { ...view, fake, user: userEvent.setup() };
}

/** Stores outlive a component: each test starts from nothing. */
export function closeApp(): void {
  cleanup();
  localStorage.clear();
  useFrame.setState({ dialog: undefined });
  useToasts.setState({ list: [] });
  useSession.setState({ choice: undefined });
  useProgress.setState({
    starting: false,
    scanId: undefined,
    target: undefined,
    asked: undefined,
    progress: undefined,
    cancelling: false,
    finished: undefined,
  });
}
