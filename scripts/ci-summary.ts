import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { emptiness, readSummary, summaryLine } from './testing/summary.ts';

/** Last line of .ci/run: `node scripts/ci-summary.ts <exit code so far> <step that ended it>`. A failed step counts as a failure. */

const [code = '1', step = ''] = process.argv.slice(2);
const root = fileURLToPath(new URL('..', import.meta.url));
const summary = readSummary(join(root, 'out', 'test'), root);
const broken = code !== '0' && !(step === 'tests' && summary.failed > 0);
const nothing = code === '0' ? emptiness(summary, true) : undefined;
if (nothing !== undefined) process.stdout.write(`${nothing}\n`);
process.stdout.write(`${summaryLine({ ...summary, failed: summary.failed + (broken || nothing !== undefined ? 1 : 0) })}\n`);
if (nothing !== undefined) process.exitCode = 1;
