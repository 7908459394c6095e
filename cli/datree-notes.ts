import { FLOOR_MINOR } from '#core/evaluate/floor.ts';
import type { TestOptions } from '#cli/commands/test.ts';
import { note } from '#cli/output.ts';

/** The newest minor whose expressions the engine knows. */
const NEWEST_MINOR = 37;

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
  const { saveResults, schemaVersion, ...rest } = options;
  const output =
    saveResults === undefined
      ? options.output
      : // What goes to the terminal stays as it was.
        [
          ...(options.output.length > 0 ? options.output : [{ format: 'table' as const }]),
          { format: 'json' as const, file: saveResults },
        ];
  return { ...rest, output, ...versionOf(schemaVersion, options.quiet) };
}

function versionOf(asked: string | undefined, quiet: boolean): Pick<TestOptions, 'schemaVersion'> {
  if (asked === undefined) return {};
  const minor = Number(asked.slice(2));
  const known = Math.min(Math.max(minor, FLOOR_MINOR), NEWEST_MINOR);
  if (known !== minor) note(`Kubernetes ${asked} is not known here: judged as for 1.${known}`, quiet);
  return { schemaVersion: `1.${known}` };
}
