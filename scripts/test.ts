import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CHROMIUM_HELP, findChromium } from '#test/chromium.ts';
import { envtestBinary, envtestPlaces, ENVTEST_BINARIES } from '#test/envtest.ts';
import { buildIfStale } from './testing/build.ts';
import { emptiness, readSummary, summaryLine } from './testing/summary.ts';

/**
 * `npm test [-- vitest's arguments]`: builds what is needed, then runs unit, API-server and browser tests (decisions.md 29).
 * Reports go to out/test/*.json; the last line is their sum.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const reports = join(root, 'out', 'test');
const strict = process.env['CI'] === 'true';
const args = process.argv.slice(2);

function vitest(name: string, projects: readonly string[]): boolean {
  const { status } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      ...projects.flatMap((project) => ['--project', project]),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${join(reports, `${name}.json`)}`,
      // A filter may fit tests of one project only; whether anything ran is judged at the end, over all of them.
      '--passWithNoTests',
      ...args,
    ],
    // What is missing was said once, here: test files need not repeat it.
    { cwd: root, stdio: 'inherit', env: { ...process.env, PLIMSOLL_MISSING_SAID: '1' } },
  );
  return status === 0;
}

/** One line for each thing that this machine lacks, with how to get it. */
function missing(): string[] {
  const lines: string[] = [];
  const absent = ENVTEST_BINARIES.filter((name) => envtestBinary(name) === undefined);
  if (absent.length > 0) {
    lines.push(
      `no test binaries ${absent.join(', ')}: sought in ${envtestPlaces()}; unpack them with shared/envtest/setup, or set KUBEBUILDER_ASSETS`,
    );
  }
  if (findChromium() === undefined) lines.push(CHROMIUM_HELP);
  return lines;
}

function main(): number {
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  for (const line of missing()) process.stderr.write(`${strict ? 'missing' : 'skipped'}: ${line}\n`);
  if (!buildIfStale(root)) {
    process.stdout.write(`\nthe build failed\n${summaryLine({ passed: 0, failed: 1, skipped: 0 })}\n`);
    return 1;
  }
  const unit = vitest('unit', ['node', 'renderer']);
  const browser = findChromium() !== undefined;
  const e2e = browser ? vitest('e2e', ['e2e']) : !strict;
  const run = readSummary(reports, root);
  // Test files that lack a binary fail on their own; without a browser there are none to do so.
  const summary = browser || !strict ? run : { ...run, failed: run.failed + 1 };
  // With a filter, files outside of it are reported as skipped.
  const nothing = emptiness(summary, strict && args.length === 0);
  process.stdout.write(`\n${nothing === undefined ? '' : `${nothing}\n`}${summaryLine(summary)}\n`);
  return unit && e2e && summary.failed === 0 && nothing === undefined ? 0 : 1;
}

process.exitCode = main();
