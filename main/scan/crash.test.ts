import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startFakeApiServer } from '#test/fake-apiserver.ts';
import type { FakeApiServer, FakeObject, FakeRequest, Fault } from '#test/fake-apiserver.ts';
import { openTestApp, scanCluster, temporaryFolder } from '#test/scan-app.ts';
import { deployment, namespace } from '#test/scan-objects.ts';

const OBJECTS = 600;
const KILLS = 20;

let fake: FakeApiServer;
let fault: (request: FakeRequest) => Fault | undefined;
const objects: FakeObject[] = [];

/** Every scan finds a third of the objects changed, so that every scan evaluates and writes. */
let revision = 0;
function change(): void {
  revision += 1;
  const changed = Array.from({ length: OBJECTS }, (_, index): FakeObject => {
    const number = index % 3 === revision % 3 ? revision : 0;
    const object = deployment(`web-${index}`, { labels: { revision: String(number) } });
    const uid = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
    return { ...object, metadata: { ...object.metadata, uid, resourceVersion: String(index * 1000 + number + 1) } };
  });
  objects.splice(0, objects.length, namespace('shop'), ...changed);
}

beforeEach(async () => {
  fault = () => undefined;
  fake = await startFakeApiServer({
    objects,
    fault: (request) => {
      if (request.path === '/version') change();
      return fault(request);
    },
  });
});
afterEach(() => fake.stop());

interface Child {
  readonly process: ChildProcessWithoutNullStreams;
  readonly ready: Promise<void>;
  readonly output: () => string;
}

function startChild(database: string, kubeconfig: string): Child {
  const script = fileURLToPath(new URL('../../test/scan-child.ts', import.meta.url));
  const child = spawn(process.execPath, [script, database, kubeconfig], { env: {}, stdio: 'pipe' });
  let output = '';
  const ready = Promise.withResolvers<void>();
  const hear = (data: Buffer): void => {
    output += data.toString('utf8');
    if (output.includes('ready')) ready.resolve();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  child.once('exit', () => ready.reject(new Error(output)));
  child.stdin.on('error', () => undefined);
  // Nobody waits for the last one.
  ready.promise.catch(() => undefined);
  return { process: child, ready: ready.promise, output: () => output };
}

async function kill(child: Child): Promise<void> {
  const gone = once(child.process, 'exit');
  child.process.kill('SIGKILL');
  const [, signal] = (await gone) as [number | null, string | null];
  expect(signal, child.output()).toBe('SIGKILL');
}

function expectSound(database: string): void {
  const raw = new Database(database, { readonly: true });
  expect(raw.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(raw.pragma('foreign_key_check')).toEqual([]);
  raw.close();
}

it(
  `a process killed at ${KILLS} random points leaves a database that opens, runs marked interrupted, and a next scan that works`,
  { timeout: 180_000 },
  async () => {
    using folder = temporaryFolder();
    const database = `${folder.path}/plimsoll.db`;
    const kubeconfig = fake.kubeconfig();
    let interrupted = 0;
    let next = startChild(database, kubeconfig);
    for (let round = 0; round < KILLS; round += 1) {
      const child = next;
      await child.ready;
      child.process.stdin.write('go\n');
      // Evenly over opening, connecting, reading, storing, and into the second scan.
      await sleep((round / KILLS) * 900 + Math.random() * 100);
      await kill(child);
      next = startChild(database, kubeconfig);

      await using app = openTestApp({ database });
      const { runs } = app.store.runs.list({});
      expect(runs.filter(({ status }) => status === 'running')).toEqual([]);
      const broken = runs.filter(({ status }) => status !== 'complete');
      expect(new Set(broken.map(({ status }) => status))).toEqual(new Set(broken.length === 0 ? [] : ['interrupted']));
      interrupted = broken.length;
      const scan = await scanCluster(app, kubeconfig);
      expect(scan.run).toMatchObject({ status: 'complete', objects: OBJECTS + 1 });
      const found = [...app.store.scans.objects(scan.run.id)];
      expect(new Set(found.map(({ name }) => name)).size).toBe(OBJECTS + 1);
      expect(found.filter(({ labels }) => labels['revision'] === String(revision))).toHaveLength(OBJECTS / 3);
      expectSound(database);
    }
    next.process.kill('SIGKILL');
    process.stdout.write(`${KILLS} kills: ${interrupted} runs interrupted\n`);
    expect(interrupted).toBeGreaterThan(2);
  },
);

it('a scan of a living process is left alone, and is interrupted as soon as that process is gone', async () => {
  using folder = temporaryFolder();
  const database = `${folder.path}/plimsoll.db`;
  fault = (request) => (request.path === '/apis/apps/v1/deployments' ? 'hang' : undefined);
  const child = startChild(database, fake.kubeconfig());
  await child.ready;
  child.process.stdin.write('go\n');
  await expect.poll(() => fake.requests.some(({ path }) => path === '/apis/apps/v1/deployments'), { timeout: 10_000 }).toBe(true);
  const statusNow = async (): Promise<string | undefined> => {
    await using app = openTestApp({ database });
    return app.store.runs.list({}).runs[0]?.status;
  };
  expect(await statusNow()).toBe('running');
  await kill(child);
  expect(await statusNow()).toBe('interrupted');
  await using app = openTestApp({ database });
  const { runs } = app.store.runs.list({});
  expect((await app.client.history.delete({ scanId: runs[0]?.id ?? '' })).ok).toBe(true);
});
