import { setFlagsFromString } from 'node:v8';

/** Flags are V8's own affair and come and go; this one was tried with the V8 of this Node. */
const NODE = /^24\./;

/**
 * For a command that judges for some seconds and ends: V8's slowest compiler is asked only for what is called very often. With as
 * many judging threads as cores it takes from them more than its code gives back: a tenth of the time of 2,000 manifests, and
 * hardly anything is lost on 20,000 (docs/performance.md).
 */
export function optimiseLate(): void {
  if (NODE.test(process.versions.node)) setFlagsFromString('--invocation-count-for-turbofan=200000');
}
