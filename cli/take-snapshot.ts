import { err, ok } from '#core/result.ts';
import { CLEAN } from '#cli/exit-code.ts';
import { note } from '#cli/output.ts';
import { latestRun, noScan, withApp } from '#cli/run.ts';
import { writeSnapshot } from '#main/sources/snapshot/write.ts';

export async function takeSnapshot(
  scan: string,
  file: string,
  options: { readonly source?: string; readonly db?: string },
): Promise<void> {
  await withApp(options, async (app) => {
    const id = scan === 'latest' ? latestRun(app, options.source) : scan;
    if (id === undefined) return err(noScan(app.store.file));
    const written = await writeSnapshot(app.store, id, file);
    if (!written.ok) return written;
    note(`${file}: ${written.value.objects} objects, ${Math.ceil(written.value.bytes / 1024)} KiB, redacted`);
    return ok(CLEAN);
  });
}
