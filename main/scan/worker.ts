import { parentPort, workerData } from 'node:worker_threads';
import { judgeChunk } from '#main/scan/chunks.ts';
import { ObjectJudge } from '#main/scan/judge.ts';
import type { WorkerAnswer, WorkerRequest, WorkerSetup } from '#main/scan/messages.ts';

/** Entry of a worker thread: judges the chunks it is sent, one after another. */
function serve(): void {
  const { setup, known } = workerData as WorkerSetup;
  const judge = new ObjectJudge(setup, known);
  const port = parentPort;
  port?.on('message', (message: WorkerRequest) => {
    // `node --watch` sends messages of its own to every worker.
    if (message.type !== 'judge') return;
    port.postMessage(answer(judge, message, setup.defaultNamespace));
  });
}

function answer(judge: ObjectJudge, { id, chunk }: WorkerRequest, defaultNamespace: string): WorkerAnswer {
  try {
    return { type: 'batch', id, batch: judgeChunk(judge, chunk, defaultNamespace) };
  } catch (cause) {
    return { type: 'failed', id, message: cause instanceof Error ? cause.message : String(cause) };
  }
}

serve();
