import { parentPort, workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { judgeChunk, Stopped } from '#main/scan/chunks.ts';
import type { Judge } from '#main/scan/chunks.ts';
import { BrokenLibrary, ObjectJudge } from '#main/scan/judge.ts';
import type { Chunk, WorkerAnswer, WorkerData, WorkerRequest } from '#main/scan/messages.ts';

/** Entry of a worker thread: judges the chunks it is sent, one after another, until it is asked to stop. */
function serve(port: MessagePort): void {
  const { setup, known, stop } = workerData as WorkerData;
  const objects = new ObjectJudge(setup, known);
  const judge = stoppable(objects, new Int32Array(stop));
  port.on('message', (message: WorkerRequest) => {
    switch (message.type) {
      case 'judge': {
        const given = answer(judge, message.id, message.chunk, setup.defaultNamespace);
        if (given !== undefined) port.postMessage(given);
        return;
      }
      case 'stop':
        port.close();
        return;
      default:
      // `node --watch` sends messages of its own to every worker.
    }
  });
  prepare(objects);
}

/** Where the library does not compile, the first object says so. */
function prepare(judge: ObjectJudge): void {
  try {
    judge.prepare();
  } catch (cause) {
    if (!(cause instanceof BrokenLibrary)) throw cause;
  }
}

const stoppable = (judge: ObjectJudge, stop: Int32Array<SharedArrayBuffer>): Judge => ({
  judge: (input, live) => {
    if (Atomics.load(stop, 0) === 1) throw new Stopped();
    return judge.judge(input, live);
  },
});

function answer(judge: Judge, id: number, chunk: Chunk, defaultNamespace: string): WorkerAnswer | undefined {
  try {
    return { type: 'batch', id, batch: judgeChunk(judge, chunk, defaultNamespace) };
  } catch (cause) {
    if (cause instanceof Stopped) return undefined;
    return { type: 'failed', id, message: cause instanceof Error ? cause.message : String(cause) };
  }
}

if (parentPort !== null) serve(parentPort);
