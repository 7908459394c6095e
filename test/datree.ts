import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { envtestBinary } from '#test/envtest.ts';

/** The real `datree`, offline and in a home of its own. */
export class Datree {
  readonly binary: string;
  readonly folder = mkdtempSync(join(tmpdir(), 'plimsoll-datree-'));

  constructor() {
    this.binary = envtestBinary('datree') ?? 'datree';
    writeFileSync(join(this.folder, 'pod.yaml'), 'apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: b}\nspec: {}\n');
  }

  /** What it says against a policies.yaml; undefined where it takes it. */
  async refuses(policies: string): Promise<string | undefined> {
    const file = join(this.folder, `policies-${(this.#files += 1)}.yaml`);
    writeFileSync(file, policies);
    const args = ['test', join(this.folder, 'pod.yaml'), '--no-record', '--policy-config', file, '-o', 'simple'];
    const env = { HOME: this.folder, PATH: '', DATREE_OFFLINE: 'local' };
    const said = await new Promise<string>((resolve) => {
      execFile(this.binary, args, { env, timeout: 60_000 }, (_error, stdout, stderr) => {
        resolve(`${stdout}${stderr}`);
      });
    });
    return said.includes('(Summary)') ? undefined : said.trim();
  }
  #files = 0;

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
