import { useState } from 'react';
import { Button } from '../../ui/controls.tsx';
import { count, plural } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { safe } from '../../ui/safe-text.ts';
import { Empty, Problem, Skeleton } from '../../ui/states.tsx';
import { copy, toast } from '../../ui/toast.tsx';
import { asResult, useClient } from '../../state/query.ts';
import { YamlView } from '../../ui/yaml/YamlView.tsx';
import { Commands } from './Commands.tsx';
import { FILE_LINES, useAddress, useFile, type Asked, type Shown } from './use-enforce.ts';

/** The files as they would be saved, and what to do with them. */
export function Files({ shown: { asked, preview } }: { readonly shown: Shown }) {
  const { address, put } = useAddress();
  const { files } = preview;
  if (preview.rules.length === 0) {
    return (
      <section className="panel">
        <Empty icon="file" title="There is nothing to write">
          <p>No rule of this policy can be exported for this target.</p>
        </Empty>
      </section>
    );
  }
  const chosen = files.find((name) => name === address.file) ?? files[0];
  return (
    <div className="enforce-stack">
      <section className="panel" aria-labelledby="enforce-files">
        <header className="panel-head">
          <h2 id="enforce-files">Files</h2>
          <code className="muted table-cut enforce-folder" title={safe(preview.folder)}>
            {safe(preview.folder)}
          </code>
          {chosen === undefined ? null : <CopyFile asked={asked} name={chosen} />}
        </header>
        <div className="enforce-files">
          <ul aria-label="Files of the export">
            {files.map((name) => (
              <li key={name}>
                <button
                  type="button"
                  aria-current={name === chosen}
                  title={safe(name)}
                  onClick={() => put({ file: name === files[0] ? undefined : name })}
                >
                  <Icon name="file" size={14} />
                  <span className="table-cut">{safe(name)}</span>
                </button>
              </li>
            ))}
          </ul>
          {chosen === undefined ? null : <FileText key={chosen} asked={asked} name={chosen} />}
        </div>
      </section>
      <section className="panel" aria-labelledby="enforce-commands">
        <header className="panel-head">
          <h2 id="enforce-commands">Commands</h2>
          <span className="muted small">once the files are saved there; Plimsoll itself writes nothing to a cluster</span>
        </header>
        <Commands commands={preview.commands} />
      </section>
    </div>
  );
}

function FileText({ asked, name }: { readonly asked: Asked; readonly name: string }) {
  const [offset, setOffset] = useState(0);
  const file = useFile(asked, name, offset);
  if (file.error !== undefined) return <Problem error={file.error} onRetry={file.refetch} />;
  if (file.data === undefined) return <Skeleton rows={1} />;
  const { text, lines, offset: from } = file.data;
  const shown = text.split('\n').map((line, at) => ({ number: from + at + 1, text: line, marks: [] }));
  return (
    <div className="enforce-file">
      <YamlView key={from} label={`Text of ${safe(name)}`} lines={shown} short={false} />
      {lines <= FILE_LINES ? null : (
        <p className="table-foot">
          <span>
            lines {count(from + 1)} to {count(Math.min(lines, from + FILE_LINES))} of {count(lines)}
          </span>
          <Button small look="quiet" disabled={from === 0} onClick={() => setOffset(Math.max(0, from - FILE_LINES))}>
            Before
          </Button>
          <Button small look="quiet" disabled={from + FILE_LINES >= lines} onClick={() => setOffset(from + FILE_LINES)}>
            After
          </Button>
        </p>
      )}
    </div>
  );
}

/** Lines asked for at once when all are wanted; the contract allows as many. */
const LARGEST_PAGE = 5000;

function CopyFile({ asked, name }: { readonly asked: Asked; readonly name: string }) {
  const client = useClient();
  const copyAll = async (): Promise<void> => {
    const parts: string[] = [];
    for (let offset = 0, lines = 1; offset < lines; offset += LARGEST_PAGE) {
      const answer = await asResult(client.enforce.file({ ...asked, name, offset, limit: LARGEST_PAGE }));
      if (!answer.ok) {
        toast(answer.error.what);
        return;
      }
      parts.push(answer.value.text);
      lines = answer.value.lines;
    }
    const text = parts.join('\n');
    await copy(text, `${safe(name)} copied, ${plural(text.trimEnd().split('\n').length, 'line')}`);
  };
  return (
    <Button small icon="copy" className="end" onClick={() => void copyAll()}>
      Copy file
    </Button>
  );
}
