import type { Progress } from '#core/api/scans.ts';
import { safeText } from '#core/report/safe-text.ts';

/** A progress line on stderr, on a terminal only; elsewhere nothing is written. */
export function progressLine(quiet: boolean): { readonly show: (progress: Progress) => void; readonly clear: () => void } {
  const terminal = process.stderr.isTTY === true && !quiet;
  const erase = (): void => {
    if (terminal) process.stderr.write('\r\u001B[2K');
  };
  return {
    show(progress) {
      if (!terminal) return;
      const width = 24;
      const done = progress.kindsTotal === 0 ? 0 : Math.round((progress.kindsDone / progress.kindsTotal) * width);
      const bar = '█'.repeat(done) + '░'.repeat(width - done);
      const text = `${bar} ${progress.phase} ${safeText(progress.kind ?? '')}  ${progress.objects} objects, ${Math.round(progress.rate)}/s`;
      erase();
      process.stderr.write(text.slice(0, (process.stderr.columns ?? 80) - 1));
    },
    clear: erase,
  };
}
