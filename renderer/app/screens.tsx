import { lazy } from 'react';
import type { IconName } from '../ui/Icon.tsx';

export interface Screen {
  readonly path: string;
  readonly title: string;
  readonly icon: IconName;
  /** Pressed after `g`. */
  readonly letter: string;
}

/** The rail, from top to bottom; the last two stand at its foot. */
export const SCREENS: readonly Screen[] = [
  { path: '/', title: 'Overview', icon: 'overview', letter: 'o' },
  { path: '/findings', title: 'Findings', icon: 'findings', letter: 'f' },
  { path: '/ratchet', title: 'Ratchet', icon: 'ratchet', letter: 'r' },
  { path: '/policies', title: 'Policies', icon: 'policies', letter: 'p' },
  { path: '/enforce', title: 'Enforce', icon: 'enforce', letter: 'e' },
  { path: '/history', title: 'History', icon: 'history', letter: 'h' },
  { path: '/rules', title: 'Rules', icon: 'rules', letter: 'u' },
  { path: '/inbox', title: 'Inbox', icon: 'inbox', letter: 'i' },
  { path: '/workspace', title: 'Workspace', icon: 'workspace', letter: 'w' },
  { path: '/settings', title: 'Settings', icon: 'settings', letter: 's' },
];

export const screenOf = (path: string): Screen | undefined =>
  SCREENS.findLast((screen) => path === screen.path || (screen.path !== '/' && path.startsWith(`${screen.path}/`)));

export const Overview = lazy(async () => ({ default: (await import('../screens/overview/Overview.tsx')).Overview }));
export const Findings = lazy(async () => ({ default: (await import('../screens/findings/Findings.tsx')).Findings }));
export const Policies = lazy(async () => ({ default: (await import('../screens/policies/Policies.tsx')).Policies }));
export const Ratchet = lazy(async () => ({ default: (await import('../screens/ratchet/Ratchet.tsx')).Ratchet }));
export const Enforce = lazy(async () => ({ default: (await import('../screens/enforce/Enforce.tsx')).Enforce }));
export const History = lazy(async () => ({ default: (await import('../screens/history/History.tsx')).History }));
export const Rules = lazy(async () => ({ default: (await import('../screens/rules/Rules.tsx')).Rules }));
export const Inbox = lazy(async () => ({ default: (await import('../screens/inbox/Inbox.tsx')).Inbox }));
export const Workspace = lazy(async () => ({ default: (await import('../screens/workspace/Workspace.tsx')).Workspace }));
export const Settings = lazy(async () => ({ default: (await import('../screens/settings/Settings.tsx')).Settings }));
