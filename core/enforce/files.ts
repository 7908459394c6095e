import type { JsonObject } from '#core/json.ts';
import { once } from '#core/once.ts';

/** A file of an export before it is text: what its first lines say, and its YAML documents. */
export interface YamlFile {
  readonly name: string;
  readonly header: readonly string[];
  readonly documents: readonly JsonObject[];
}

/** A file that is no plain YAML: a template, or text for people. `text` ends in a line end; the header stands above it as comments. */
export interface TextFile {
  readonly name: string;
  readonly header: readonly string[];
  readonly text: string;
}

/** `name` is a path below the folder of the export, with slashes. */
export type ExportFile = YamlFile | TextFile;

/** A file whose documents are made when they are first asked for: a preview asks for its name alone. */
export function fileOf(name: string, header: readonly string[], make: () => readonly JsonObject[]): YamlFile {
  const made = once(make);
  return {
    name,
    header,
    get documents() {
      return made();
    },
  };
}
