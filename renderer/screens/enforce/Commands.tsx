import type { EnforcePreview } from '#core/api/enforce.ts';
import { Button } from '../../ui/controls.tsx';
import { safe } from '../../ui/safe-text.ts';
import { copy } from '../../ui/toast.tsx';

const GROUPS = [
  { part: 'tryFirst', title: 'Try it first', note: 'changes nothing: the API server says what it would do' },
  { part: 'apply', title: 'Apply', note: 'active after a second or two' },
  { part: 'takeBack', title: 'Take back', note: 'removes all of it' },
] as const;

/** What to run, in order. Plimsoll itself writes nothing to a cluster. */
export function Commands({ commands }: { readonly commands: EnforcePreview['commands'] }) {
  return (
    <ol className="enforce-commands">
      {GROUPS.flatMap(({ part, title, note }) =>
        commands[part].length === 0
          ? []
          : [
              <li key={part}>
                <h3>
                  {title} <span className="muted small">{note}</span>
                </h3>
                <div className="enforce-command">
                  <pre>{commands[part].map(safe).join('\n')}</pre>
                  <Button
                    small
                    look="quiet"
                    icon="copy"
                    aria-label={`Copy: ${title}`}
                    onClick={() => void copy(commands[part].join('\n'), 'Command copied')}
                  >
                    Copy
                  </Button>
                </div>
              </li>,
            ],
      )}
    </ol>
  );
}
