import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { AppError } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { App } from '#main/app.ts';
import { resourcePath } from '#main/resources.ts';
import { notFound } from '#main/services/errors.ts';
import { readSettings } from '#main/services/settings.ts';

const SUFFIX = '.plimsoll.gz';

/** The bundled cluster's snapshots, in order of time: their names begin with a number. */
const sampleFiles = (): readonly string[] => {
  const folder = resourcePath('sample');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(SUFFIX))
    .toSorted()
    .map((name) => path.join(folder, name));
};

export const hasSample = (): boolean => sampleFiles().length > 0;

/** Takes the snapshots into the history, each once; gives the newest run. */
export async function importSample(app: App): Promise<Result<{ readonly scanId: string }, AppError>> {
  let newest: string | undefined;
  for (const file of sampleFiles()) {
    const started = await app.scans.start({ type: 'snapshot', path: file }, { policy: readSettings(app.store).policy });
    if (!started.ok) return started;
    const finished = await app.scans.wait(started.value.scanId);
    if (finished !== undefined && !finished.ok) return finished;
    newest = started.value.scanId;
  }
  return newest === undefined ? err(notFound('The bundled sample', resourcePath('sample'))) : ok({ scanId: newest });
}
