import { readManifests } from '#main/sources/manifests/files.ts';
import type { Feed, FeedEvent } from '#main/scan/feed.ts';

/** How much text goes to a worker at once: large enough that posting costs nothing, small enough that all workers have some. */
const CHUNK_CHARACTERS = 64 * 1024;
const CHUNK_FILES = 25;

export interface ManifestFeedOptions {
  readonly stdin?: AsyncIterable<Uint8Array | string>;
  readonly signal: AbortSignal;
  /** Files, as they are named, that are passed over. */
  readonly exclude?: (name: string) => boolean;
}

/** Files, folders, globs and stdin as a feed. What cannot be read is a problem, and the rest goes on. */
export function manifestFeed(paths: readonly string[], options: ManifestFeedOptions): Feed {
  return { groups: 1, events: events(paths, options), close: async () => {} };
}

async function* events(paths: readonly string[], options: ManifestFeedOptions): AsyncGenerator<FeedEvent> {
  let files: { readonly file: string; readonly text: string }[] = [];
  let size = 0;
  const chunk = (): FeedEvent => ({ type: 'chunk', group: '', chunk: { type: 'files', files } });
  for await (const entry of readManifests(paths, options)) {
    switch (entry.type) {
      case 'file':
        files.push({ file: entry.name, text: entry.text });
        size += entry.text.length;
        break;
      case 'skipped':
        yield { type: 'problem', severity: 'note', problem: { file: entry.name, message: entry.message } };
        break;
      case 'failed':
        yield {
          type: 'problem',
          severity: 'error',
          problem: { file: entry.name, message: `${entry.error.what}: ${entry.error.why}. ${entry.error.next}` },
        };
        break;
    }
    if (size < CHUNK_CHARACTERS && files.length < CHUNK_FILES) continue;
    yield chunk();
    files = [];
    size = 0;
  }
  if (files.length > 0) yield chunk();
}
