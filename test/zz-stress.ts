import { WorkerPool } from '/work/main/main/scan/pool.ts';
import { openLibrary } from '/work/main/main/open-library.ts';
import { forWorkers } from '/work/main/main/scan/library-facts.ts';
import { deployment } from '/work/main/test/scan-objects.ts';
const lib = openLibrary();
if (!lib.ok) throw new Error('lib');
const text = JSON.stringify({
  kind: 'List',
  metadata: {},
  items: Array.from({ length: 500 }, (_, i) => deployment(`w-${i}`, { env: [{ name: 'A', value: String(Math.random()) }] })),
});
const setup = {
  setup: {
    library: forWorkers(lib.value),
    minor: 36,
    store: { hmacKey: new Uint8Array(32), dropEnvValues: false },
    defaultNamespace: 'd',
    located: new Uint8Array(44),
  },
  known: undefined,
};
const rounds = Number(process.argv[2] ?? 50);
for (let i = 0; i < rounds; i++) {
  const pool = new WorkerPool(setup, 2);
  const kind = {
    group: 'apps',
    version: 'v1',
    kind: 'Deployment',
    resource: 'deployments',
    namespaced: true,
    metadataOnly: false,
  };
  const first = pool.judge({ type: 'page', kind, bytes: new TextEncoder().encode(text) });
  for (let j = 0; j < 12; j++) pool.judge({ type: 'page', kind, bytes: new TextEncoder().encode(text) }).catch(() => undefined);
  await first;
  await new Promise((r) => setTimeout(r, Math.random() * 60));
  await pool.close();
  if (i % 10 === 0) process.stdout.write(`${i} `);
}
console.log('done', rounds);
