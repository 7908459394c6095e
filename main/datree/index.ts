import { exportDatree } from '#core/datree/export.ts';
import type { DatreeExportOptions } from '#core/datree/export.ts';
import { importDatree } from '#core/datree/import.ts';
import type { DatreeImport, DatreeImportOptions } from '#core/datree/import.ts';
import type { Library, Policy } from '#core/rules/model.ts';
import { jsonText, parseDatree } from './parse.ts';
import { writeDatree } from './write.ts';

/** Reads the text of a policies.yaml. Nothing should be saved where `problems` has an error. */
export function readPoliciesYaml(text: string, library: Library, options: Omit<DatreeImportOptions, 'parseJson'>): DatreeImport {
  const parsed = parseDatree(text);
  return parsed.ok
    ? importDatree(parsed.value, library, { ...options, parseJson: jsonText })
    : { policies: [], customRules: [], notEvaluated: [], problems: [parsed.error] };
}

/** The text of a policies.yaml that Datree accepts, and what it could not say. */
export function writePoliciesYaml(
  policies: readonly Policy[],
  library: Library,
  options: Omit<DatreeExportOptions, 'parseJson'> = {},
): { readonly text: string; readonly notes: readonly string[] } {
  const { file, notes } = exportDatree(policies, library, { ...options, parseJson: jsonText });
  return { text: writeDatree(file), notes };
}
