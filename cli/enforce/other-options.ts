import type { ExportFile } from '#core/enforce/files.ts';
import type { OtherTarget } from '#core/enforce/other-targets.ts';
import type { ExportOptions } from '#cli/enforce/run.ts';

export type OtherOptions = Omit<ExportOptions, 'target'> & { readonly target: OtherTarget };

/** These speak of one policy. */
export const policyNamed = ({ policy: [first] }: OtherOptions): string => first?.name ?? 'default';

/** What one of them makes, and what its reader should know besides. */
export interface Made {
  readonly files: readonly ExportFile[];
  readonly notes: readonly string[];
  /** For `-o json`. */
  readonly value: object;
}
