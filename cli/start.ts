import { rmSync } from 'node:fs';
import { findPolicy } from '#core/policy/policies.ts';
import { namespaceLines, summaryLines } from '#core/report/table.ts';
import type { AppError } from '#core/model.ts';
import { ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { fail } from '#cli/finish.ts';
import { CLEAN } from '#cli/exit-code.ts';
import { paintFor } from '#cli/paint.ts';
import { latestRun, reportOf } from '#cli/run.ts';
import { serveApp } from '#cli/serve.ts';
import { openApp } from '#main/app.ts';
import type { App } from '#main/app.ts';
import { runElectron } from '#main/electron-binary.ts';
import type { ElectronBinary } from '#main/electron-binary.ts';
import { importSample } from '#main/sample.ts';

export interface StartOptions {
  /** The sample's own database: a newcomer's first look never mixes with real clusters (decisions.md 28). */
  readonly database: string;
  /** False ends after the summary. */
  readonly serve: boolean;
  readonly electron: ElectronBinary;
}

/** `npm start`: scans the bundled sample, prints where it stands, opens the app. */
export async function start(options: StartOptions): Promise<void> {
  // Always the sample as it is shipped: what an older version left here is of no use to anyone.
  for (const suffix of ['', '-wal', '-shm', '.key']) rmSync(`${options.database}${suffix}`, { force: true });
  const app = openApp({ env: process.env, database: options.database });
  if (!app.ok) return fail(app.error);
  try {
    const shown = await showSample(app.value);
    if (!shown.ok) return fail(shown.error);
    process.exitCode = CLEAN;
    if (!options.serve) return;
    if ('binary' in options.electron) await runElectron(options.electron, options.database);
    else {
      process.stdout.write(`\nNot opened in Electron: ${options.electron.missing}\n`);
      await serveApp(app.value);
    }
  } finally {
    await app.value.close();
  }
}

async function showSample(app: App): Promise<Result<void, AppError>> {
  const began = performance.now();
  const imported = await importSample(app);
  if (!imported.ok) return imported;
  const policy = findPolicy(app.library, 'default');
  if (!policy.ok) return policy;
  const run = app.store.runs.get(latestRun(app, undefined) ?? imported.value.scanId);
  if (run === undefined) return ok(undefined);
  const report = reportOf(app, { run, errors: [], notes: [] }, policy.value);
  const paint = paintFor(process.stdout, true);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const lines = [
    `${paint('bold', 'Plimsoll')} scanned the bundled sample cluster ${paint('bold', run.source.name)}: ${run.number} scans in ${seconds} s`,
    ...summaryLines(report, paint),
    ...namespaceLines(report, paint),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return ok(undefined);
}
