import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { Run } from '#core/api/common.ts';
import type { DriftRow, EnforcePreview, ReplayRow } from '#core/api/enforce.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { Button } from '../../ui/controls.tsx';
import { count, plural } from '../../ui/format.ts';
import { safe } from '../../ui/safe-text.ts';
import { Problem, Skeleton } from '../../ui/states.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { ENFORCE_MODES, inputOf, TABS, type Tab } from './address.ts';
import { Bypass } from './Bypass.tsx';
import { Drift } from './Drift.tsx';
import { DriftDrawer } from './DriftDrawer.tsx';
import { Effect } from './Effect.tsx';
import { Figures } from './Figures.tsx';
import { Files } from './Files.tsx';
import { ObjectDrawer } from './ObjectDrawer.tsx';
import { Objects } from './Objects.tsx';
import { Options } from './Options.tsx';
import { RolloutDrawer, RolloutPlan } from './Rollout.tsx';
import { RuleDrawer } from './RuleDrawer.tsx';
import { Rules } from './Rules.tsx';
import { SaveDialog } from './SaveDialog.tsx';
import { useAddress, usePreview, type Asked, type Shown } from './use-enforce.ts';

/** What is shown beside a list. */
export type Opened =
  | { readonly what: 'object'; readonly row: ReplayRow }
  | { readonly what: 'rule'; readonly rule: string }
  | { readonly what: 'rollout'; readonly rule: string }
  | { readonly what: 'drift'; readonly row: DriftRow };

interface ExportProps {
  readonly run: Run;
  readonly policy: string;
  readonly hasBaseline: boolean;
}

/** The engine that every cluster since 1.30 has by itself. */
const FIRST_TARGET = 'vap';

export function Export({ run, policy, hasBaseline }: ExportProps) {
  const { address, put } = useAddress();
  const asked = inputOf(address, { policy, target: FIRST_TARGET, scanId: run.id });
  const answer = usePreview(asked);
  const [opened, setOpened] = useState<Opened>();
  const [saving, setSaving] = useState(false);
  const { tab } = address;
  useEffect(() => setOpened(undefined), [tab, policy, run.id]);
  const shown = answer.data;
  // What there is to choose from stays while an answer is missing.
  const known = useRef<EnforcePreview>(undefined);
  if (shown !== undefined) known.current = shown.preview;
  const saveable = shown !== undefined && shown.preview.rules.length > 0;
  useShortcuts([
    { keys: 'm', run: () => put({ mode: ENFORCE_MODES[(ENFORCE_MODES.indexOf(address.mode) + 1) % 3] ?? 'deny' }) },
    { keys: '[', run: () => put({ tab: besides(tab, -1) }) },
    { keys: ']', run: () => put({ tab: besides(tab, 1) }) },
    { keys: 's', run: () => (saveable ? setSaving(true) : undefined) },
  ]);
  return (
    <div className="split enforce-split">
      <div className="enforce">
        <header className="screen-head">
          <h1>Enforce</h1>
          <span className="muted small">
            {safe(policy)} on {safe(run.source.name)} #{count(run.number)}
          </span>
          <Stale loading={answer.loading && shown !== undefined} />
          <span className="end acts">
            <Button look="primary" icon="save" disabled={!saveable} aria-keyshortcuts="s" onClick={() => setSaving(true)}>
              {saveable ? `Save ${plural(shown.preview.files.length, 'file')}…` : 'Nothing to save'}
            </Button>
          </span>
        </header>
        <div className="enforce-body">
          <Options
            asked={asked}
            preview={shown?.preview}
            known={known.current}
            run={run}
            policy={policy}
            hasBaseline={hasBaseline}
          />
          <div className="enforce-view" aria-busy={answer.loading}>
            {answer.error !== undefined ? (
              <section className="panel">
                <Problem error={answer.error} onRetry={answer.refetch} />
              </section>
            ) : shown === undefined ? (
              <Skeleton rows={2} />
            ) : (
              <View shown={shown} asked={asked} run={run} opened={opened} onOpen={setOpened} />
            )}
          </div>
        </div>
      </div>
      {shown === undefined ? null : <Beside shown={shown} asked={asked} opened={opened} onClose={() => setOpened(undefined)} />}
      {saving && shown !== undefined ? <SaveDialog shown={shown} onClose={() => setSaving(false)} /> : null}
    </div>
  );
}

const besides = (tab: Tab, by: number): Tab => TABS[(TABS.indexOf(tab) + by + TABS.length) % TABS.length] ?? 'effect';

/** What is shown answers the question before. Quick answers come before anybody has read that. */
function Stale({ loading }: { readonly loading: boolean }) {
  return (
    <span role="status" className="enforce-stale small">
      {loading ? 'Worked out anew; this is the answer before' : ''}
    </span>
  );
}

interface ViewProps {
  readonly shown: Shown;
  readonly asked: Asked;
  readonly run: Run;
  readonly opened: Opened | undefined;
  readonly onOpen: (opened: Opened) => void;
}

function View({ shown, asked, run, opened, onOpen }: ViewProps) {
  const { address, put } = useAddress();
  const { preview } = shown;
  const all = preview.rules.length + preview.skipped.length;
  return (
    <>
      <Figures preview={preview} run={run} />
      <Tabs
        label="Parts of the export"
        value={address.tab}
        onChange={(tab) => put({ tab })}
        tabs={[
          { value: 'effect', label: 'Effect' },
          { value: 'objects', label: 'Objects' },
          { value: 'rules', label: 'Rules', note: `${count(preview.rules.length)} of ${count(all)}` },
          { value: 'rollout', label: 'Rollout' },
          { value: 'files', label: 'Files', note: count(preview.files.length) },
          {
            value: 'bypass',
            label: 'Bypass',
            note: preview.bypass.unknown === undefined ? count(preview.bypass.total) : undefined,
          },
          { value: 'drift', label: 'Drift' },
        ]}
      >
        {part(address.tab, { shown, asked, run, opened, onOpen })}
      </Tabs>
    </>
  );
}

function part(tab: Tab, { shown, asked, run, opened, onOpen }: ViewProps): ReactNode {
  switch (tab) {
    case 'effect':
      return <Effect shown={shown} asked={asked} run={run} />;
    case 'objects':
      return <Objects asked={asked} preview={shown.preview} opened={opened} onOpen={(row) => onOpen({ what: 'object', row })} />;
    case 'rules':
      return <Rules preview={shown.preview} opened={opened} onOpen={(rule) => onOpen({ what: 'rule', rule })} />;
    case 'rollout':
      return <RolloutPlan asked={asked} opened={opened} onOpen={(rule) => onOpen({ what: 'rollout', rule })} />;
    case 'files':
      return <Files shown={shown} />;
    case 'bypass':
      return <Bypass preview={shown.preview} />;
    case 'drift':
      return <Drift asked={asked} opened={opened} onOpen={(row) => onOpen({ what: 'drift', row })} />;
  }
}

interface BesideProps {
  readonly shown: Shown;
  readonly asked: Asked;
  readonly opened: Opened | undefined;
  readonly onClose: () => void;
}

function Beside({ shown, asked, opened, onClose }: BesideProps) {
  switch (opened?.what) {
    case undefined:
      return null;
    case 'object':
      return <ObjectDrawer row={opened.row} policy={asked.policy} onClose={onClose} />;
    case 'rule':
      return <RuleDrawer preview={shown.preview} rule={opened.rule} onClose={onClose} />;
    case 'rollout':
      return <RolloutDrawer asked={asked} rule={opened.rule} onClose={onClose} />;
    case 'drift':
      return <DriftDrawer row={opened.row} scanId={asked.scanId} onClose={onClose} />;
  }
}
