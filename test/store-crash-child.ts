import { clusterSource, ended, evaluated, newRun, openAt, rulesOf, unwrap } from '#test/store.ts';

/**
 * The victim of main/store/crash.test.ts: scans without end, in small batches, and says on stdout what was finished, so that the test
 * knows what must have survived when it is killed at any moment.
 */
function scanForEver(folder: string): void {
  const store = openAt(folder);
  const source = clusterSource(store);
  process.stdout.write('ready\n');
  for (let round = 0; ; round++) {
    const run = unwrap(store.runs.begin(newRun(source, { startedAt: new Date().toISOString() })));
    const writer = unwrap(store.beginWrite(run, rulesOf('a', 'b', 'c')));
    for (let batch = 0; batch < 4; batch++) {
      const names = Array.from({ length: 25 }, (_, index) => batch * 25 + index);
      unwrap(
        writer.add(
          names.map((name) =>
            evaluated(
              { name: `o${name}`, content: `${process.pid} ${name % 10 === round % 10 ? round : 0}`, fails: [name % 3] },
              3,
            ),
          ),
        ),
      );
    }
    unwrap(writer.finish(ended({ status: round % 5 === 4 ? 'cancelled' : 'complete' })));
    process.stdout.write(`finished ${run.id}\n`);
    const oldest = store.runs.list({ statuses: ['complete'] }).runs.at(-1);
    if (round % 3 === 2 && oldest !== undefined) {
      process.stdout.write(`deleting ${oldest.id}\n`);
      unwrap(store.deleteRun(oldest.id));
    }
  }
}

const [folder] = process.argv.slice(2);
if (folder !== undefined) scanForEver(folder);
