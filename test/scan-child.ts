import { openApp } from '#main/app.ts';

/**
 * A process that scans one cluster again and again until it is killed: `node test/scan-child.ts DATABASE KUBECONFIG`. It says
 * `ready` once its code is loaded, opens the database when something comes on its standard input, and says `scanned` after each scan.
 */
const [database = '', kubeconfig = ''] = process.argv.slice(2);

async function scanForEver(): Promise<void> {
  const app = openApp({ database, env: {} });
  if (!app.ok) throw new Error(JSON.stringify(app.error));
  const { scans } = app.value;
  for (;;) {
    const started = await scans.start({ type: 'context', context: '', kubeconfig }, { policy: 'default' });
    if (!started.ok) throw new Error(JSON.stringify(started.error));
    const finished = await scans.wait(started.value.scanId);
    if (finished?.ok !== true) throw new Error(JSON.stringify(finished));
    process.stdout.write(`scanned ${finished.value.run.status}\n`);
  }
}

process.stdin.once('data', () => void scanForEver());
process.stdout.write('ready\n');
