import type { CoverageEntry } from '#core/model.ts';
import type { ReadProblem } from '#core/report/report.ts';
import type { Batch, Chunk } from '#main/scan/messages.ts';
import type { RequestEntry } from '#main/sources/source.ts';

/** What any source gives a scan, in the order in which it arrives. A group is a list that may begin anew (a kind; empty for files). */
export type FeedEvent =
  | { readonly type: 'group'; readonly group: string; readonly kind: string }
  | { readonly type: 'chunk'; readonly group: string; readonly namespace?: string; readonly chunk: Chunk }
  /** Objects that need no judging here: a snapshot's. */
  | { readonly type: 'batch'; readonly group: string; readonly batch: Batch }
  | { readonly type: 'coverage'; readonly entry: CoverageEntry }
  | { readonly type: 'problem'; readonly severity: 'error' | 'note'; readonly problem: ReadProblem }
  | { readonly type: 'request'; readonly entry: RequestEntry };

/** A source opened for one scan. */
export interface Feed {
  readonly groups: number;
  readonly events: AsyncIterable<FeedEvent>;
  close(): Promise<void>;
}
