import { useState, type FormEvent } from 'react';
import type { Source } from '#core/api/scans.ts';
import { Check } from '../../ui/controls.tsx';
import { plural } from '../../ui/format.ts';
import { safe } from '../../ui/safe-text.ts';

export const COLOURS = ['plum', 'teal', 'amber', 'blue', 'moss', 'brick', 'slate', 'rose'] as const;

interface SourceLineProps {
  readonly source: Source;
  readonly onSave: (patch: {
    readonly id: number;
    readonly name?: string;
    readonly colour?: (typeof COLOURS)[number];
    readonly production?: boolean;
  }) => Promise<void>;
}

/** One source: its name, colour and whether it is production. */
export function SourceLine({ source, onSave }: SourceLineProps) {
  const [name, setName] = useState(source.name);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const next = name.trim();
    if (next === '') setName(source.name);
    else if (next !== source.name) void onSave({ id: source.id, name: next });
  };
  return (
    <li>
      <form className="source-line" data-colour={source.colour} onSubmit={submit}>
        <span className="cluster-square" />
        <label className="field">
          <span className="sr-only">Name of {safe(source.name)}</span>
          <input
            value={name}
            maxLength={512}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => setName(event.target.value)}
            onBlur={submit}
          />
        </label>
        <span className="muted small table-cut" title={safe(source.server ?? source.path ?? '')}>
          {source.kind === 'manifests' ? 'folder' : source.kind}, {plural(source.runs, 'run')}
          {source.server === undefined && source.path === undefined ? '' : ` · ${safe(source.server ?? source.path ?? '')}`}
        </span>
        <span className="swatches" role="radiogroup" aria-label={`Colour of ${safe(source.name)}`}>
          {COLOURS.map((colour) => (
            <label key={colour} className="swatch" data-colour={colour} title={colour}>
              <input
                type="radio"
                name={`colour-${source.id}`}
                checked={source.colour === colour}
                onChange={() => void onSave({ id: source.id, colour })}
              />
              <span className="sr-only">{colour}</span>
            </label>
          ))}
        </span>
        <Check checked={source.production} onChange={(production) => void onSave({ id: source.id, production })}>
          production
        </Check>
      </form>
    </li>
  );
}
