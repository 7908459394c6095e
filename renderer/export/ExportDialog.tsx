import { useId, useState } from 'react';
import type { Run } from '#core/api/common.ts';
import type { FindingFilter } from '#core/api/findings.ts';
import { FORMATS, FORMAT_NAMES, LISTS_OF_FINDINGS } from '#core/report/format-names.ts';
import type { FormatName } from '#core/report/format-names.ts';
import { asResult, useClient, useQuery } from '../state/query.ts';
import { saveFile } from '../state/save-file.ts';
import { Button, Check } from '../ui/controls.tsx';
import { fileSize, plural } from '../ui/format.ts';
import { Dialog } from '../ui/overlays.tsx';
import { safe, safeLine } from '../ui/safe-text.ts';
import { Problem } from '../ui/states.tsx';
import { copy, toast } from '../ui/toast.tsx';
import './export.css';

export interface ExportProps {
  readonly run: Run;
  readonly policy: string;
  /** What the screen shows, where that is not everything. */
  readonly shown?: { readonly filter: FindingFilter; readonly findings: number };
}

/** One scan as a file: choose the format, look at its beginning, save it. */
export function ExportDialog({ run, policy, shown, onClose }: ExportProps & { readonly onClose: () => void }) {
  const [format, setFormat] = useState<FormatName>('html');
  const [narrow, setNarrow] = useState(true);
  const [saving, setSaving] = useState(false);
  const client = useClient();
  const canNarrow = shown !== undefined && LISTS_OF_FINDINGS.has(format);
  const filter = canNarrow && narrow ? shown.filter : undefined;
  const input = { scanId: run.id, policy, format, ...(filter === undefined ? {} : { filter }) };
  const preview = useQuery({
    key: ['export', run.id, policy, format, JSON.stringify(filter ?? null)],
    ask: (host, signal) => host.exports.preview(input, { signal }),
    on: ['runs', 'settings', 'workspace'],
  });
  const save = async (): Promise<void> => {
    setSaving(true);
    const made = await asResult(client.exports.file(input));
    setSaving(false);
    if (!made.ok) return toast(made.error.what);
    saveFile(made.value.fileName, made.value.mediaType, made.value.text);
    toast(`Saved as ${safe(made.value.fileName)}`);
    onClose();
  };
  const copyAll = async (): Promise<void> => {
    const made = await asResult(client.exports.file(input));
    if (made.ok) await copy(made.value.text, 'Copied');
    else toast(made.error.what);
  };
  const { data, error } = preview;
  return (
    <Dialog
      open
      onClose={onClose}
      title="Export"
      note={`scan #${run.number} of ${safe(run.source.name)}, policy ${policy}`}
      size="wide"
      flush
      foot={
        <>
          <Button icon="copy" disabled={data === undefined} onClick={() => void copyAll()}>
            Copy
          </Button>
          <Button look="primary" icon="file" disabled={data === undefined || saving} onClick={() => void save()}>
            Save…
          </Button>
        </>
      }
    >
      <div className="export">
        <FormatList value={format} onChange={setFormat} />
        <section className="export-preview" aria-label="Preview" aria-busy={preview.loading}>
          <p className="export-name mono small">{data === undefined ? ' ' : safe(data.fileName)}</p>
          <p className="small muted" role="status">
            {data === undefined ? 'Writing…' : `${fileSize(data.bytes)}${data.cut ? '; its beginning:' : ''}`}
          </p>
          {canNarrow ? (
            <Check checked={narrow} onChange={setNarrow}>
              Only the {plural(shown.findings, 'finding')} that the screen shows
            </Check>
          ) : null}
          {data?.notes.map((note) => (
            <p key={note} className="small export-note">
              {note}
            </p>
          ))}
          {error === undefined ? (
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- keys scroll it
            <pre className="export-text" tabIndex={0} role="region" aria-label="Beginning of the file">
              {data === undefined ? '' : data.text.split('\n').map(safeLine).join('\n')}
            </pre>
          ) : (
            <Problem error={error} onRetry={preview.refetch} />
          )}
        </section>
      </div>
    </Dialog>
  );
}

/** What people read comes first. */
const FIRST: readonly FormatName[] = ['html', 'csv', 'markdown'];
const CHOICES: readonly FormatName[] = [...FIRST, ...FORMAT_NAMES.filter((format) => !FIRST.includes(format))];

interface FormatListProps {
  readonly value: FormatName;
  readonly onChange: (format: FormatName) => void;
}

/** The platform's own radios: arrows move and choose. */
function FormatList({ value, onChange }: FormatListProps) {
  const name = useId();
  return (
    <fieldset className="export-formats">
      <legend className="sr-only">Format</legend>
      {CHOICES.map((format) => (
        <label key={format} className={format === value ? 'export-format export-format-on' : 'export-format'}>
          <input
            type="radio"
            name={name}
            value={format}
            checked={format === value}
            aria-describedby={`${name}-${format}`}
            onChange={() => onChange(format)}
          />
          <span>{FORMATS[format].title}</span>
          <span className="small muted" id={`${name}-${format}`}>
            {FORMATS[format].use}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
