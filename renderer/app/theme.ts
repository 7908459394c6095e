import type { Settings } from '#core/api/settings.ts';
import { recall, remember } from '../state/remembered.ts';

type Theme = Settings['theme'];

/** Without the attribute the style sheet follows the system. Remembered, so that the next start does not flash. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  remember('theme', theme);
}

export function applyRememberedTheme(): void {
  const theme = recall('theme');
  if (theme === 'light' || theme === 'dark') applyTheme(theme);
}

export const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

export const nextTheme = (theme: Theme): Theme => THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
