import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { AppError } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { App } from '#main/app.ts';
import { resourcePath } from '#main/resources.ts';
import { notFound } from '#main/services/errors.ts';
import { readSettings } from '#main/services/settings.ts';
import { readSnapshot } from '#main/sources/snapshot/read.ts';

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
    const known = await knownRun(app, file);
    const imported = known === undefined ? await importFile(app, file) : ok({ scanId: known });
    if (!imported.ok) return imported;
    newest = imported.value.scanId;
  }
  return newest === undefined ? err(notFound('The bundled sample', resourcePath('sample'))) : ok({ scanId: newest });
}

async function importFile(app: App, file: string): Promise<Result<{ readonly scanId: string }, AppError>> {
  const started = await app.scans.start({ type: 'snapshot', path: file }, { policy: readSettings(app.store).policy });
  if (!started.ok) return started;
  const finished = await app.scans.wait(started.value.scanId);
  return finished === undefined || finished.ok ? started : finished;
}

/** The run that an earlier import of this snapshot made: of the same source and time. */
async function knownRun(app: App, file: string): Promise<string | undefined> {
  const snapshot = await readSnapshot(file);
  if (!snapshot.ok) return undefined;
  const { source, run } = snapshot.value.header;
  await snapshot.value.close();
  const sources = app.store.sources
    .list()
    .filter((known) => known.kind === 'snapshot' && app.store.sources.identity(known.id).identity === source.identity);
  if (sources.length === 0) return undefined;
  const { runs } = app.store.runs.list({ sources: sources.map((known) => known.id), statuses: ['complete', 'incomplete'] });
  return runs.find((known) => known.startedAt === run.startedAt)?.id;
}
