import { z } from 'zod';
import { appError, run, scanId, shortText, sourceText } from './common.ts';
import { findingRow } from './findings.ts';

export const historyFilter = z.object({
  source: z.array(z.number()).optional(),
  kind: z.array(z.enum(['cluster', 'manifests', 'snapshot', 'ci'])).optional(),
  label: z.array(sourceText).optional(),
  policy: z.array(sourceText).optional(),
  /** Of the workspace: runs of the sources that belong to it. */
  product: z.array(sourceText).optional(),
  environment: z.array(sourceText).optional(),
  status: z.array(z.string().max(40)).optional(),
  offset: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(500).default(200),
});

export const historyPage = z.object({ runs: z.array(run), total: z.number() });

/** Two runs compared. Incomparable findings never appear as fixed: their kind or rule was not evaluated in the later run. */
export const runDiff = z.object({
  from: run,
  to: run,
  counts: z.object({ new: z.number(), fixed: z.number(), unchanged: z.number(), incomparable: z.number() }),
  new: z.array(findingRow),
  fixed: z.array(findingRow),
  incomparable: z.array(z.object({ finding: findingRow, reason: z.string() })),
  /** What makes the two runs differ as such: library, policy, coverage, namespaces asked. */
  notes: z.array(z.string()),
  /** True where the lists above were cut to 2,000 rows each. */
  cut: z.boolean(),
});
export type RunDiff = z.infer<typeof runDiff>;

export const historyDelete = z.object({ scanId });

/** Results that runs elsewhere wrote (`-o json`), as text. */
export const historyImport = z.object({
  files: z
    .array(z.object({ name: shortText, text: z.string().max(256_000_000) }))
    .min(1)
    .max(1000),
});

/** What became of each file, in their order. `known`: its run was taken in before. */
export const historyImported = z.object({
  files: z.array(
    z.discriminatedUnion('outcome', [
      z.object({ file: z.string(), outcome: z.enum(['imported', 'known']), run, notes: z.array(z.string()) }),
      z.object({ file: z.string(), outcome: z.literal('failed'), error: appError }),
    ]),
  ),
});
export type HistoryImported = z.infer<typeof historyImported>;
