import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadShippedLibrary } from '#main/library.ts';
import { openTestApp, temporaryFolder, tryScan, unwrap } from '#test/scan-app.ts';

/** A plan for a Kubernetes version says of a scan the same, whatever version that was judged for. */

const library = unwrap(loadShippedLibrary());
const objects = library.rules.flatMap(({ examples }, at) =>
  [...examples.pass, ...examples.fail, ...examples.notApplicable].map(({ object }, turn) => ({
    ...object,
    metadata: { ...(object['metadata'] as object | undefined), name: `o${at}-${turn}`, namespace: `team-${turn % 3}` },
  })),
);

describe('a plan for another version than the scan was judged for', { timeout: 120_000 }, () => {
  it.each(['1.30', '1.33', '1.37'])('says for %s what it says on a scan for that version', async (kubernetes) => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'all.yaml'), objects.map((object) => JSON.stringify(object)).join('\n---\n'));
    await using app = openTestApp();
    const said = async (kubernetesMinor: string) => {
      const scan = await tryScan(app, { type: 'folder', path: folder.path }, { policy: 'all', kubernetesMinor });
      const scanId = unwrap(scan).run.id;
      const asked = { policy: 'all', target: 'vap', failurePolicy: 'Fail' as const, scanId, kubernetes };
      const { rules, replay } = unwrap(await app.client.enforce.preview(asked));
      const { rows } = unwrap(await app.client.enforce.objects({ ...asked, offset: 0, limit: 500 }));
      return { counts: replay?.counts, rules: rules.map(({ rule, counts }) => [rule, counts]), rows };
    };
    const same = await said(kubernetes);
    expect(same.counts?.denied).toBeGreaterThan(50);
    expect(await said('1.35')).toEqual(same);
  });
});
