import type { JsonObject } from '#core/json.ts';

/** A file of an export before it is text: what its first lines say, and its YAML documents. */
export interface ExportFile {
  readonly name: string;
  readonly header: readonly string[];
  readonly documents: readonly JsonObject[];
}
