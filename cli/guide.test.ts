import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { stepsOf, withConsole, wordsOf } from '#cli/guide-page.fixture.ts';
import { startApiServer, type ApiServer } from '#test/apiserver.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { runCliHere } from '#test/run-cli-here.ts';

const PAGE = fileURLToPath(new URL('../docs/guide.md', import.meta.url));
/** Monday, 2 March 2026. */
const START = Date.UTC(2026, 2, 2, 8);
const DAY = 86_400_000;

/** `npx vitest run cli/guide.test.ts -u` writes what the commands print into the page. */
describe.skipIf(!requireEnvtest(['etcd', 'kube-apiserver']).available)('docs/guide.md', () => {
  const home = mkdtempSync(join(tmpdir(), 'plimsoll-guide-'));
  let api: ApiServer;
  beforeAll(async () => {
    api = await startApiServer();
    writeFileSync(join(home, 'kubeconfig'), readFileSync(api.kubeconfig, 'utf8').replaceAll('test-admin', 'shop-prod'));
    writeFileSync(join(home, '.gitconfig'), '[user]\n  name = Ada Verne\n  email = ada@shop.example\n');
    vi.stubEnv('HOME', home);
    vi.stubEnv('KUBECONFIG', join(home, 'kubeconfig'));
    vi.stubEnv('XDG_DATA_HOME', join(home, 'data'));
    vi.stubEnv('PLIMSOLL_WORKSPACE', join(home, 'workspace'));
    vi.useFakeTimers({ toFake: ['Date'], now: START });
  });
  afterAll(async () => {
    vi.useRealTimers();
    vi.unstubAllEnvs();
    await api.stop();
    rmSync(home, { recursive: true, force: true });
  });

  /** What differs from one machine and run to the next. */
  const steady = (text: string): string =>
    text
      .replaceAll(home, '~')
      .replaceAll(api.url, 'https://shop-prod.example:6443')
      .replaceAll(/\b(01[0-9A-HJKMNP-TV-Z]{8})[0-9A-HJKMNP-TV-Z]{16}\b/g, `$1${'X'.repeat(16)}`)
      .replaceAll(/[0-9a-f]{64}/g, 'sha256')
      .replaceAll(/\b\d+(\.\d+)? m?s\b/g, '0.4 s')
      .replaceAll(/ +$/gm, '');

  const run = async (command: string): Promise<string> => {
    const [program, ...args] = wordsOf(command);
    if (program !== 'plimsoll') throw new Error(`the guide knows no ${program ?? 'command'}`);
    const { code, stdout, stderr } = await runCliHere(args.map((word) => word.replace(/^docs\//, join(dirname(PAGE), '/'))));
    return steady(`${stdout}${stderr}${code === 0 ? '' : `(exit code ${code})\n`}`);
  };

  it('shows what its commands print', async () => {
    const page = readFileSync(PAGE, 'utf8');
    const printed = new Map<number, string>();
    for (const step of stepsOf(page)) {
      switch (step.type) {
        case 'clock':
          vi.setSystemTime(START + step.day * DAY);
          break;
        case 'apply': {
          const text = readFileSync(join(dirname(PAGE), step.file), 'utf8');
          await api.apply(parseAllDocuments(text).map((document) => document.toJS() as unknown));
          break;
        }
        case 'silent':
          await run(step.command);
          break;
        case 'file':
          mkdirSync(dirname(join(home, step.path)), { recursive: true });
          writeFileSync(join(home, step.path), step.text);
          break;
        case 'console': {
          let text = '';
          for (const command of step.commands) text += `$ ${command}\n${await run(command)}`;
          printed.set(step.start, text);
        }
      }
    }
    await expect(withConsole(page, printed)).toMatchFileSnapshot(PAGE);
  }, 180_000);
});
