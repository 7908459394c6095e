import { existsSync } from 'node:fs';
import type { ScanEvent, ScanTarget } from '#core/api/scans.ts';
import type { AppError } from '#core/model.ts';
import { viewCoverage } from '#core/policy/coverage.ts';
import { err, ok } from '#core/result.ts';
import type { App } from '#main/app.ts';
import { listContexts } from '#main/kube/contexts.ts';
import type { Services } from '#main/rpc/services.ts';
import { importSample } from '#main/sample.ts';
import { notFound } from '#main/services/errors.ts';
import { toSource } from '#main/services/runs.ts';
import { readSettings } from '#main/services/settings.ts';

export function scansService(app: App): Services['scans'] {
  const { store, scans } = app;
  return {
    start: async ({ target, labels }) => startScan(app, target, labels ?? {}),
    cancel: async ({ scanId }) => ok({ cancelled: scans.cancel(scanId) }),
    coverage: async ({ scanId }) => {
      if (store.runs.get(scanId) === undefined) return err(notFound(`Run ${scanId}`, 'the database'));
      const entries = store.runs.coverage(scanId);
      return ok({
        scanId,
        covered: viewCoverage(entries).share,
        entries: [...entries],
        problems: [...store.runs.problems(scanId)],
      });
    },
    network: async ({ scanId }) => {
      const run = store.runs.get(scanId);
      if (run === undefined) return err(notFound(`Run ${scanId}`, 'the database'));
      return ok({
        scanId,
        ...(run.server === undefined ? {} : { server: run.server }),
        requests: [...store.runs.requests(scanId)],
      });
    },
    events: (_input, { signal }) => eventsOf(app, signal),
  };
}

async function startScan(app: App, target: ScanTarget, labels: Readonly<Record<string, string>>) {
  if (target.type === 'sample') return importSample(app);
  if (target.type === 'folder' && !existsSync(target.path)) return err(noFolder(target.path));
  return app.scans.start(target, { policy: readSettings(app.store).policy, labels });
}

const noFolder = (path: string): AppError => ({
  code: 'notFound',
  what: 'There is no such file or folder.',
  where: path,
  why: 'It does not exist, or a link leads nowhere.',
  next: 'Check the path; nothing was judged.',
});

/** Events that wait for a listener that is slow or gone; beyond this the oldest are dropped. */
const MAX_WAITING = 1000;

/** Progress is worth nothing late: of each scan only the newest waits, so that it never pushes out how another scan ended. */
function enqueue(waiting: ScanEvent[], event: ScanEvent): void {
  const older =
    event.type === 'progress'
      ? waiting.findIndex((other) => other.type === 'progress' && other.progress.scanId === event.progress.scanId)
      : -1;
  if (older >= 0) waiting.splice(older, 1);
  waiting.push(event);
  if (waiting.length > MAX_WAITING) waiting.shift();
}

async function* eventsOf(app: App, signal: AbortSignal): AsyncGenerator<ScanEvent> {
  const waiting: ScanEvent[] = [];
  let wake: (() => void) | undefined;
  const unsubscribe = app.scans.subscribe((event) => {
    enqueue(waiting, event);
    wake?.();
  });
  const onAbort = (): void => wake?.();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    while (!signal.aborted) {
      const event = waiting.shift();
      if (event !== undefined) yield event;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (signal.aborted) resolve();
        });
      }
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    unsubscribe();
  }
}

export function sourcesService(app: App): Services['sources'] {
  return {
    contexts: async ({ kubeconfig }) => {
      const { contexts, errors, places } = listContexts({ env: app.env, ...(kubeconfig === undefined ? {} : { kubeconfig }) });
      return ok({
        contexts: contexts.map(({ name, cluster, server, namespace, authKind, tlsMode, current, file }) => ({
          name,
          cluster,
          server,
          namespace,
          authKind,
          tlsMode,
          current,
          file,
        })),
        looked: [...places],
        problems: [...errors],
      });
    },
    list: async () => ok(app.store.sources.list().map((source) => toSource(source, app.store))),
  };
}
