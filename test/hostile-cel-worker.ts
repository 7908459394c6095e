import { parentPort } from 'node:worker_threads';
import { attack, HOSTILE } from './hostile-cel.ts';

/** In a thread of its own, so that its memory can be limited: one message for each hostile expression. */
for (const source of HOSTILE) {
  parentPort?.postMessage({ starts: source });
  parentPort?.postMessage(attack(source, () => performance.now()));
}
