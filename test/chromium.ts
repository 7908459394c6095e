import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const FIXED = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** For a person who has to provide a browser. */
export const CHROMIUM_HELP =
  'no Chromium: sought in $PLIMSOLL_CHROMIUM and as chromium, chromium-browser or google-chrome on PATH; get it with `apt-get install chromium`';

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The browser for end-to-end tests: $PLIMSOLL_CHROMIUM, else the first on PATH, else where installers put it. */
export function findChromium(): string | undefined {
  const chosen = process.env['PLIMSOLL_CHROMIUM'];
  if (chosen !== undefined && chosen !== '') return isExecutable(chosen) ? chosen : undefined;
  const onPath = (process.env['PATH'] ?? '').split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...onPath, ...FIXED].find(isExecutable);
}
