import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { EnforceInput } from '#core/api/enforce.ts';
import type { EnforceMode } from '#core/enforce/model.ts';
import { MODES } from '#core/model.ts';
import type { AppError } from '#core/model.ts';
import { ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { answer, scanNamed, withClient } from '#cli/client.ts';
import type { Session, WorkspaceOptions } from '#cli/client.ts';
import { inputOf } from '#cli/enforce/asked.ts';
import type { PlanFlags } from '#cli/enforce/asked.ts';
import { checkText, driftText, replayText, rolloutText } from '#cli/enforce/safety-text.ts';
import { CLEAN, FATAL, FINDINGS } from '#cli/exit-code.ts';
import { note } from '#cli/output.ts';
import { followScan } from '#cli/run.ts';
import { checkExport } from '#main/enforce/check.ts';
import type { WantedFile } from '#main/enforce/check.ts';
import { defaultDatabasePath } from '#main/store/location.ts';
import { workspaceLocation } from '#main/workspace/location.ts';
import { dayOf } from '#main/services/workspace-lenses.ts';

export interface ReplayOptions extends PlanFlags {
  readonly run: string;
  readonly source?: string;
  readonly history?: number;
  readonly limit: number;
}

export interface RolloutOptions extends WorkspaceOptions {
  readonly policy: string;
  readonly run: string;
  readonly start?: string;
  readonly step?: EnforceMode;
}

export type CheckOptions = PlanFlags;

export interface DriftOptions extends PlanFlags {
  readonly run: string;
  readonly source?: string;
  readonly limit: number;
}

export const replay = (paths: readonly string[], options: ReplayOptions): Promise<void> =>
  paths.length > 0
    ? onFiles(paths, options, async (session, scanId) => replayOn(session, scanId, options))
    : withClient(options, async (session) => {
        const scan = scanNamed(session, options.run, options.source);
        return scan.ok ? replayOn(session, scan.value, options) : scan;
      });

/** Files are scanned into a database that is gone afterwards; the workspace is the usual one. */
async function onFiles(
  paths: readonly string[],
  options: ReplayOptions,
  run: (session: Session, scanId: string) => Promise<Result<number, AppError>>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-replay-'));
  const { workspace: asked, db = defaultDatabasePath() } = options;
  const workspace = workspaceLocation({ env: process.env, database: db, ...(asked === undefined ? {} : { asked }) });
  try {
    await withClient({ db: join(folder, 'plimsoll.db'), workspace }, async (session) => {
      const { scans } = session.app;
      const started = await scans.start(
        { type: 'folder', path: paths[0] ?? '' },
        { policy: 'all', origin: 'test', paths: [...paths], stdin: process.stdin, defaultNamespace: 'default' },
      );
      if (!started.ok) return started;
      const finished = await followScan(scans, started.value.scanId, true);
      if (!finished.ok) return finished;
      const { errors } = finished.value;
      for (const { file, message } of errors) note(`not read: ${file}: ${message}`);
      const replayed = await run(session, started.value.scanId);
      return replayed.ok && errors.length > 0 ? ok(FINDINGS) : replayed;
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function replayOn({ client }: Session, scanId: string, options: ReplayOptions): Promise<Result<number, AppError>> {
  const asked: EnforceInput & { scanId: string } = { ...inputOf(options, scanId), scanId };
  const preview = await client.enforce.preview(asked);
  if (!preview.ok) return preview;
  const { replay: summary, skipped, rules, bypass } = preview.value;
  const objects = await client.enforce.objects({ ...asked, offset: 0, limit: options.limit });
  if (!objects.ok) return objects;
  const history = options.history === undefined ? undefined : await client.enforce.history({ ...asked, runs: options.history });
  if (history?.ok === false) return history;
  const value = {
    policy: preview.value.policy,
    kubernetes: preview.value.kubernetes,
    bundle: preview.value.bundle,
    replay: summary,
    rules: rules.map(({ rule, actions, counts, narrowed, waiversLeftOut }) => ({
      rule,
      actions,
      counts,
      narrowed,
      waiversLeftOut,
    })),
    skipped,
    objects: objects.value.rows,
    total: objects.value.total,
    bypass,
    ...(history === undefined ? {} : { history: history.value.points }),
  };
  answer(value, options, () => replayText(preview.value, objects.value, history?.value));
  const { denied = 0, warned = 0 } = summary?.counts ?? {};
  if (denied + warned > 0) return ok(FINDINGS);
  return ok(summary?.objects === 0 ? FATAL : CLEAN);
}

export const rollout = (options: RolloutOptions): Promise<void> =>
  withClient(options, async (session) => {
    const scan = scanNamed(session, options.run);
    if (!scan.ok && options.run !== 'latest') return scan;
    const view = await session.client.enforce.rollout({
      policy: options.policy,
      ...(scan.ok ? { scanId: scan.value } : {}),
      ...(options.start === undefined ? {} : { start: options.start }),
    });
    if (!view.ok) return view;
    const { step } = options;
    const reached = (mode: EnforceMode): boolean => step === undefined || MODES.indexOf(mode) >= MODES.indexOf(step);
    const shown = { ...view.value, rules: view.value.rules.filter(({ now }) => reached(now)) };
    answer(shown, options, () => rolloutText(shown));
    return ok(CLEAN);
  });

export const check = (folder: string, options: CheckOptions): Promise<void> =>
  withClient(options, async (session) => {
    const scan = options.rollout === true ? scanNamed(session, undefined) : undefined;
    const asked = inputOf(options, scan?.ok === true ? scan.value : undefined);
    const preview = await session.client.enforce.preview(asked);
    if (!preview.ok) return preview;
    const { bundle, files: names } = preview.value;
    const wanted: WantedFile[] = [];
    for (const name of names) {
      const text = await fileText(session, asked, name);
      if (!text.ok) return text;
      wanted.push({ name, text: text.value });
    }
    const files = checkExport(wanted, resolve(folder), { bundle, today: dayOf(session.app.now()) });
    if (!files.ok) return files;
    answer({ bundle, files: files.value }, options, () => checkText(files.value));
    return ok(files.value.every(({ state }) => state === 'same') ? CLEAN : FINDINGS);
  });

/** Lines that are asked for at once. */
const LINES = 5000;

async function fileText({ client }: Session, asked: EnforceInput, name: string): Promise<Result<string, AppError>> {
  const parts: string[] = [];
  for (let offset = 0; ; offset += LINES) {
    const part = await client.enforce.file({ ...asked, name, offset, limit: LINES });
    if (!part.ok) return part;
    parts.push(part.value.text);
    if (offset + LINES >= part.value.lines) return ok(parts.join('\n'));
  }
}

export const drift = (options: DriftOptions): Promise<void> =>
  withClient(options, async (session) => {
    const scan = scanNamed(session, options.run, options.source);
    if (!scan.ok) return scan;
    const asked = { ...inputOf(options, scan.value), scanId: scan.value, offset: 0, limit: options.limit };
    const view = await session.client.enforce.drift(asked);
    if (!view.ok) return view;
    answer(view.value, options, () => driftText(view.value));
    const { same: _, foreign: __, ...wrong } = view.value.counts;
    return ok(Object.values(wrong).some((count) => count > 0) ? FINDINGS : CLEAN);
  });
