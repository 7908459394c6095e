import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FORMAT_NAMES, FORMATS } from '#core/report/format-names.ts';
import { openTestApp, temporaryFolder, unwrap } from '#test/scan-app.ts';
import { deployment } from '#test/scan-objects.ts';

describe('exports of a scan', () => {
  it('are its formats under the name of its source, whole or as a beginning, or only what is shown', async () => {
    using folder = temporaryFolder();
    await using app = openTestApp();
    writeFileSync(join(folder.path, 'web.yaml'), JSON.stringify(deployment('web')));
    const { scanId } = unwrap(await app.client.scans.start({ target: { type: 'folder', path: folder.path } }));
    await app.scans.wait(scanId);
    const input = { scanId, policy: 'all' };

    const names: string[] = [];
    for (const format of FORMAT_NAMES) {
      const file = unwrap(await app.client.exports.file({ ...input, format }));
      expect(file.mediaType).toBe(FORMATS[format].mediaType);
      expect(file.text.endsWith('\n')).toBe(true);
      const preview = unwrap(await app.client.exports.preview({ ...input, format }));
      expect(file.text.startsWith(preview.text)).toBe(true);
      expect([preview.fileName, preview.bytes, preview.cut]).toEqual([
        file.fileName,
        Buffer.byteLength(file.text),
        preview.text.length < file.text.length,
      ]);
      names.push(file.fileName);
    }
    expect(new Set(names).size).toBe(FORMAT_NAMES.length);
    for (const name of names) expect(name).toMatch(/^plimsoll-.*plimsoll-scan-.*-scan-1\./);

    const rows = async (filter?: { rule: string[] }): Promise<number> => {
      const asked = { ...input, format: 'csv' as const, ...(filter === undefined ? {} : { filter }) };
      return (
        unwrap(await app.client.exports.file(asked))
          .text.trimEnd()
          .split('\r\n').length - 1
      );
    };
    const groups = unwrap(await app.client.findings.groups({ ...input, filter: { rule: ['memory-limit'] }, groupBy: 'rule' }));
    expect(await rows({ rule: ['memory-limit'] })).toBe(groups.shown);
    expect(await rows()).toBeGreaterThan(groups.shown);
  });

  it('of a scan or a policy that is not there are errors that say so', async () => {
    await using app = openTestApp();
    const scanId = '01KB0000000000000000000000';
    const answer = await app.client.exports.preview({ scanId, policy: 'all', format: 'html' });
    expect(answer).toMatchObject({ ok: false, error: { code: 'notFound' } });
  });
});
