import { useState, type FormEvent, type ReactNode } from 'react';
import type { Source } from '#core/api/scans.ts';
import type { Settings as Values } from '#core/api/settings.ts';
import type { AppError } from '#core/model.ts';
import { useAppInfo } from '../../app/SourceSwitcher.tsx';
import { ShortcutList } from '../../app/ShortcutsDialog.tsx';
import { THEMES } from '../../app/theme.ts';
import { useSources, type Current } from '../../state/current.ts';
import { asResult, useCache } from '../../state/query.ts';
import { useSaveSettings, useSettings } from '../../state/settings.ts';
import { Button, Check, Segments } from '../../ui/controls.tsx';
import { count, plural } from '../../ui/format.ts';
import { safe } from '../../ui/safe-text.ts';
import { Select } from '../../ui/Select.tsx';
import { Problem, Skeleton } from '../../ui/states.tsx';
import { copy, toast } from '../../ui/toast.tsx';
import { usePolicies } from '../overview/PolicyPicker.tsx';
import { SourceLine, type COLOURS } from './SourceLine.tsx';
import './settings.css';

/** What the application remembers about how it should behave. Saved as it is changed. */
export function Settings(_props: { readonly current: Current }) {
  const settings = useSettings();
  const save = useSaveSettings();
  const [problem, setProblem] = useState<AppError | undefined>();
  if (settings.error !== undefined) return <Problem screen error={settings.error} onRetry={settings.refetch} />;
  if (settings.data === undefined) {
    return (
      <div className="screen">
        <Skeleton />
      </div>
    );
  }
  const put = async (patch: Partial<Values>): Promise<void> => {
    const answer = await save(patch);
    setProblem(answer.ok ? undefined : answer.error);
    if (answer.ok) toast('Saved');
  };
  return (
    <div className="screen">
      <div className="settings">
        <h1>Settings</h1>
        {problem === undefined ? null : (
          <div className="notice notice-bad">
            <Problem error={problem} />
          </div>
        )}
        <General values={settings.data} onSave={put} />
        <Sources />
        <About />
        <section className="panel" aria-labelledby="keys-title">
          <header className="panel-head">
            <h2 id="keys-title">Keyboard</h2>
          </header>
          <div className="settings-body">
            <ShortcutList />
          </div>
        </section>
      </div>
    </div>
  );
}

interface GeneralProps {
  readonly values: Values;
  readonly onSave: (patch: Partial<Values>) => Promise<void>;
}

const THEME_WORDS = { system: 'as the system', light: 'light', dark: 'dark' } as const;

function General({ values, onSave }: GeneralProps) {
  const policies = usePolicies();
  const known = policies.data ?? [];
  const [label, setLabel] = useState(values.teamLabel);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const next = label.trim();
    if (next === '') setLabel(values.teamLabel);
    else if (next !== values.teamLabel) void onSave({ teamLabel: next });
  };
  return (
    <section className="panel" aria-labelledby="general-title">
      <header className="panel-head">
        <h2 id="general-title">General</h2>
      </header>
      <div className="settings-body">
        <Setting name="Theme" note="The half-disc in the top bar changes it too.">
          <Segments
            label="Theme"
            value={values.theme}
            onChange={(theme) => void onSave({ theme })}
            choices={THEMES.map((theme) => ({ value: theme, label: THEME_WORDS[theme] }))}
          />
        </Setting>
        <Setting name="Policy" note="Judges what is shown where neither the workspace nor a screen names another one.">
          <Select
            look="wide"
            label="Policy"
            value={values.policy}
            onChange={(policy) => void onSave({ policy })}
            choices={[
              ...(known.some((policy) => policy.name === values.policy) ? [] : [{ value: values.policy, label: values.policy }]),
              ...known.map((policy) => ({ value: policy.name, label: `${policy.title} (${plural(policy.rules, 'rule')})` })),
            ]}
          />
        </Setting>
        <Setting name="Team label" note="Its value names who owns an object; without it, its namespace's label counts.">
          <form onSubmit={submit}>
            <label className="field settings-field">
              <span className="sr-only">Team label</span>
              <input
                className="mono"
                value={label}
                maxLength={317}
                spellCheck={false}
                autoComplete="off"
                onChange={(event) => setLabel(event.target.value)}
                onBlur={submit}
              />
            </label>
          </form>
        </Setting>
        <Setting
          name="Environment values"
          note="Values that look like credentials never reach the database. This drops the harmless ones too, from the next scan on."
        >
          <Check checked={values.dropEnvValues} onChange={(dropEnvValues) => void onSave({ dropEnvValues })}>
            drop all of them
          </Check>
        </Setting>
      </div>
    </section>
  );
}

export function Setting({
  name,
  note,
  children,
}: {
  readonly name: string;
  readonly note: string;
  readonly children: ReactNode;
}) {
  return (
    <div className="setting">
      <div>
        <strong className="strong">{name}</strong>
        <p className="muted small">{note}</p>
      </div>
      <div>{children}</div>
    </div>
  );
}

function Sources() {
  const sources = useSources();
  const cache = useCache();
  const [problem, setProblem] = useState<AppError | undefined>();
  const save = async (
    patch: { readonly id: number } & Partial<Pick<Source, 'name' | 'production'>> & {
        readonly colour?: (typeof COLOURS)[number];
      },
  ): Promise<void> => {
    const answer = await asResult(cache.client.settings.source(patch));
    setProblem(answer.ok ? undefined : answer.error);
    cache.invalidate(['sources', 'runs']);
  };
  return (
    <section className="panel" aria-labelledby="sources-title">
      <header className="panel-head">
        <h2 id="sources-title">Sources</h2>
        <span className="muted small">A source's colour and name stand on every screen; production is marked by its word.</span>
      </header>
      {problem === undefined ? null : <Problem error={problem} />}
      {sources.data === undefined || sources.data.length === 0 ? (
        <p className="settings-body muted">Nothing has been scanned yet.</p>
      ) : (
        <ul className="settings-sources">
          {sources.data.map((source) => (
            <SourceLine key={source.id} source={source} onSave={save} />
          ))}
        </ul>
      )}
    </section>
  );
}

function About() {
  const info = useAppInfo();
  const { data } = info;
  return (
    <section className="panel" aria-labelledby="about-title">
      <header className="panel-head">
        <h2 id="about-title">About</h2>
      </header>
      <div className="settings-body">
        {info.error !== undefined ? (
          <Problem error={info.error} onRetry={info.refetch} />
        ) : data === undefined ? null : (
          <dl className="facts settings-facts">
            <dt>Plimsoll</dt>
            <dd>
              {safe(data.version)} on {safe(data.platform)}
            </dd>
            <dt>Rule library</dt>
            <dd>
              {count(data.library.rules)} rules, <code>{safe(data.library.hash.slice(0, 12))}</code>
            </dd>
            <dt>Database</dt>
            <dd>
              <code>{safe(data.database)}</code>{' '}
              <Button
                look="quiet"
                small
                icon="copy"
                aria-label="Copy the path of the database"
                onClick={() => void copy(data.database, 'Path copied')}
              />
            </dd>
            <dt>Network</dt>
            <dd>Only the API server that you scan. No account, no telemetry, no updates from elsewhere.</dd>
          </dl>
        )}
      </div>
    </section>
  );
}
