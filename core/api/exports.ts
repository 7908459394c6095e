import { z } from 'zod';
import { policyName, scanId } from '#core/api/common.ts';
import { findingFilter } from '#core/api/findings.ts';
import { FORMAT_NAMES } from '#core/report/format-names.ts';

/** A scan seen through a policy, in one of the formats of `-o`. */
export const exportInput = z.object({
  scanId,
  policy: policyName,
  format: z.enum(FORMAT_NAMES),
  /** Only the findings that the Findings screen shows; for formats that list findings (core/report/format-names.ts). */
  filter: findingFilter.optional(),
});

const common = {
  /** Carries the source's name, the day and the number of the scan. */
  fileName: z.string(),
  /** What was left out, and why. */
  notes: z.array(z.string()),
};

/** The beginning, as far as a person reads it. */
export const exportPreview = z.object({
  ...common,
  text: z.string(),
  /** Of the whole, in UTF-8. */
  bytes: z.number(),
  /** True where the text above is not all of it. */
  cut: z.boolean(),
});
export type ExportPreview = z.infer<typeof exportPreview>;

export const exportFile = z.object({ ...common, mediaType: z.string(), text: z.string() });
export type ExportFile = z.infer<typeof exportFile>;
