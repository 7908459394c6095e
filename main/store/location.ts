import { homedir } from 'node:os';
import path from 'node:path';

interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly home: string;
}

/**
 * Where the history database lies unless `--db` says otherwise (decisions.md 12): one file for app and command line.
 * Linux after the XDG Base Directory Specification 0.8, whose relative paths are to be ignored; macOS and Windows after
 * their makers' conventions.
 */
export function defaultDatabasePath(
  around: Surroundings = { env: process.env, platform: process.platform, home: homedir() },
): string {
  return path.join(dataDirectory(around), 'plimsoll.db');
}

function dataDirectory({ env, platform, home }: Surroundings): string {
  const xdg = env['XDG_DATA_HOME'];
  if (xdg !== undefined && path.isAbsolute(xdg)) return path.join(xdg, 'plimsoll');
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'plimsoll');
  if (platform === 'win32') return path.join(env['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'), 'plimsoll');
  return path.join(home, '.local', 'share', 'plimsoll');
}
