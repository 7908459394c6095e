import { it } from 'vitest';
import { startFakeApiServer } from '#test/fake-apiserver.ts';
import { openTestApp, unwrap } from '#test/scan-app.ts';
import { deployment } from '#test/scan-objects.ts';
it('x', async () => {
  const fake = await startFakeApiServer({ objects: Array.from({ length: 40000 }, (_, i) => deployment(`web-${i}`)) });
  for (const at of [10000, 20000, 39000]) {
    await using app = openTestApp();
    const { scanId } = unwrap(await app.scans.start({ type: 'context', context: '', kubeconfig: fake.kubeconfig() }, { policy: 'default' }));
    const done = app.scans.wait(scanId);
    await new Promise<void>((r) => app.scans.subscribe((e) => { if (e.type === 'progress' && e.progress.objects >= at) r(); }));
    const t = performance.now(); app.scans.cancel(scanId); const r = await done; console.log(at, performance.now() - t, r?.ok && r.value.run.objects, r?.ok && r.value.run.status);
  }
  await fake.stop();
}, 120000);
