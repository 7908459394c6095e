import type { FindingFilter } from '#core/api/findings.ts';
import type { Written } from '#core/report/context.ts';
import { exportFileName } from '#core/report/file-name.ts';
import { FORMATS, LISTS_OF_FINDINGS } from '#core/report/format-names.ts';
import type { FormatName } from '#core/report/format-names.ts';
import { utf8Length } from '#core/report/markdown-text.ts';
import type { Report } from '#core/report/report.ts';
import { err, ok } from '#core/result.ts';
import type { Services } from '#main/rpc/services.ts';
import type { ServiceContext } from '#main/services/context.ts';
import { notFound } from '#main/services/errors.ts';
import { filterFindings } from '#main/services/grouping.ts';
import { pointersInStore } from '#main/services/pointers.ts';
import { contextOf } from '#main/services/report-context.ts';
import { reportOf } from '#main/services/run-report.ts';
import { readSettings } from '#main/services/settings.ts';

/** Characters of a preview: some screens full. */
const PREVIEW = 20_000;

/** Scans as files, for whoever does not have Plimsoll. */
export function exportsService(context: ServiceContext): Services['exports'] {
  return {
    preview: async (input) => {
      const made = await write(context, input);
      if (!made.ok) return made;
      const { fileName, text, notes } = made.value;
      return ok({ fileName, notes, text: text.slice(0, PREVIEW), bytes: utf8Length(text), cut: text.length > PREVIEW });
    },
    file: async (input) => {
      const made = await write(context, input);
      if (!made.ok) return made;
      const { fileName, text, notes } = made.value;
      return ok({ fileName, notes, text, mediaType: FORMATS[input.format].mediaType });
    },
  };
}

interface Asked {
  readonly scanId: string;
  readonly policy: string;
  readonly format: FormatName;
  readonly filter?: FindingFilter | undefined;
}

async function write(context: ServiceContext, { scanId, policy: name, format, filter }: Asked) {
  const { store, workspace, views } = context;
  const run = store.runs.get(scanId);
  if (run === undefined) return err(notFound(`Run ${scanId}`, 'the database'));
  const policy = workspace.find(name);
  if (!policy.ok) return policy;
  const whole = reportOf(context, { run, errors: store.runs.problems(run.id), notes: [] }, policy.value);
  const narrowed = filter === undefined || !LISTS_OF_FINDINGS.has(format) ? undefined : views.open(scanId, name);
  if (narrowed?.ok === false) return narrowed;
  const report = narrowed === undefined ? whole : only(whole, filterFindings(narrowed.value, filter ?? {}));
  // What writes the formats is no part of most sessions.
  const { writeFormat } = await import('#core/report/formats.ts');
  const written: Written = writeFormat(report, format, {
    ...contextOf({
      workspace: workspace.now(),
      policy: policy.value,
      teamLabel: readSettings(store).teamLabel,
      pointer: pointersInStore(store),
    }),
    verdicts: format === 'json' || format === 'yaml',
  });
  return ok({ fileName: exportFileName(run, format), text: `${written.text}\n`, notes: written.notes });
}

/** The report with those findings alone. */
function only(report: Report, wanted: readonly { readonly identity: string; readonly verdict: string }[]): Report {
  const keys = new Set(wanted.map(({ identity, verdict }) => `${verdict} ${identity}`));
  return { ...report, findings: report.findings.filter(({ identity, verdict }) => keys.has(`${verdict} ${identity}`)) };
}
