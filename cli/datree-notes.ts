import type { TestOptions } from '#cli/commands/test.ts';
import { knownVersion } from '#cli/known-version.ts';
import { note } from '#cli/output.ts';

/** Says in a line each which options of Datree have no meaning here, and puts those that mean something else into our words. */
export function noteDatreeOptions(options: TestOptions, noRecord: boolean): TestOptions {
  const ignored = [
    ...(options.ignoreMissingSchemas ? ['--ignore-missing-schemas'] : []),
    ...(options.permissiveSchema ? ['--permissive-schema'] : []),
    ...(options.schemaLocation.length > 0 ? ['--schema-location'] : []),
    ...(options.skipValidation === undefined ? [] : ['--skip-validation']),
    ...(options.saveRendered ? ['--save-rendered'] : []),
    ...(noRecord ? ['--no-record'] : []),
  ];
  if (ignored.length > 0)
    note(`ignored, as there is no schema step, no rendering and no upload here: ${ignored.join(', ')}`, options.quiet);
  for (const { asked, format } of options.output)
    if (asked !== undefined) note(`-o ${asked} is not there: ${format} instead`, options.quiet);
  const { saveResults, schemaVersion, kubernetes = schemaVersion, ...rest } = options;
  const output =
    saveResults === undefined
      ? options.output
      : // What goes to the terminal stays as it was.
        [
          ...(options.output.length > 0 ? options.output : [{ format: 'table' as const }]),
          { format: 'json' as const, file: saveResults },
        ];
  return { ...rest, output, ...knownVersion(kubernetes, options.quiet) };
}
