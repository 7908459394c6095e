import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadObjects } from '../bench/list-load.ts';
import { startHost, type Host } from './host.ts';
import { value } from './sample-workspace.ts';

const OBJECTS = 10_000;
const PER_FILE = 500;
const STRICT = 'all';

/** A host that has scanned a folder of 10,000 objects, with a baseline of what holds in it. */
export async function startLargeHost(now: number): Promise<Host> {
  const host = await startHost({ now: () => now });
  const { client } = host;
  const path = join(host.dir, 'manifests');
  mkdirSync(path);
  const objects = loadObjects(OBJECTS);
  for (let from = 0; from < objects.length; from += PER_FILE) {
    const texts = objects.slice(from, from + PER_FILE).map((object) => JSON.stringify(object));
    writeFileSync(join(path, `${String(from).padStart(5, '0')}.yaml`), texts.join('\n---\n'));
  }
  const { scanId } = await value(client.scans.start({ target: { type: 'folder', path } }));
  await finished(host);
  const { rows } = await value(client.ratchet.propose({ scanIds: [scanId], strict: STRICT }));
  const rules = rows.filter(({ place }) => place === 'holds').map(({ rule }) => rule);
  await value(
    client.ratchet.accept({
      name: 'large-baseline',
      strict: STRICT,
      rules,
      scanIds: [scanId],
      mode: 'warn',
      reason: 'They hold.',
    }),
  );
  return host;
}

async function finished({ client }: Host): Promise<void> {
  for (;;) {
    const { runs } = await value(client.history.list({ limit: 1 }));
    if (runs[0]?.status === 'complete') return;
    if (runs[0] !== undefined && runs[0].status !== 'running') throw new Error(`the scan ended as ${runs[0].status}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
