import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

/** Path of the Electron binary, where it is installed and a display is there; or why it is not used. */
export type ElectronBinary = { readonly binary: string; readonly root: string } | { readonly missing: string };

/** Runs the app of this folder over a database; resolves when its window is closed. */
export async function runElectron(
  { binary, root }: Extract<ElectronBinary, { binary: string }>,
  database: string,
): Promise<void> {
  const child = spawn(binary, [root], {
    stdio: 'inherit',
    env: { ...process.env, PLIMSOLL_DB: database },
  });
  await new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', (error) => {
      process.stderr.write(`Electron did not start: ${error.message}\n`);
      resolve();
    });
  });
}

/** Whether Electron can be used here, by looking for its binary: nothing is downloaded (decisions.md 28). */
export function findElectron(root: string, env: Readonly<Record<string, string | undefined>>): ElectronBinary {
  const names: Partial<Record<NodeJS.Platform, string>> = {
    darwin: 'Electron.app/Contents/MacOS/Electron',
    win32: 'electron.exe',
  };
  const binary = path.join(root, 'node_modules', 'electron', 'dist', names[process.platform] ?? 'electron');
  if (!existsSync(binary)) return { missing: 'its binary is not installed (`npm run app` downloads it and starts it).' };
  const display = process.platform !== 'linux' || env['DISPLAY'] !== undefined || env['WAYLAND_DISPLAY'] !== undefined;
  return display ? { binary, root } : { missing: 'there is no display.' };
}
