import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { Run } from '#core/api/common.ts';
import type { EnforcePreview } from '#core/api/enforce.ts';
import { NEWEST_MINOR, OLDEST_MINOR } from '#core/enforce/minors.ts';
import { useHref } from '../../state/current.ts';
import { Button, Segments } from '../../ui/controls.tsx';
import { plural } from '../../ui/format.ts';
import { safe } from '../../ui/safe-text.ts';
import { Select } from '../../ui/Select.tsx';
import { usePolicies } from '../overview/PolicyPicker.tsx';
import { ENFORCE_MODES, FAILURE_POLICIES, type FailurePolicy, type Mode } from './address.ts';
import { denies } from './outcomes.tsx';
import { ListField, Steps } from './Steps.tsx';
import { RolloutOption } from './RolloutOption.tsx';
import { useAddress, type Asked } from './use-enforce.ts';

interface OptionsProps {
  readonly asked: Asked;
  readonly preview: EnforcePreview | undefined;
  /** The newest answer that there was, for what there is to choose from. */
  readonly known: EnforcePreview | undefined;
  readonly run: Run;
  readonly policy: string;
  readonly hasBaseline: boolean;
}

/** What is to be exported. Everything chosen here stands in the address. */
export function Options({ asked, preview, known, run, policy, hasBaseline }: OptionsProps) {
  return (
    <form className="panel enforce-options" aria-label="What to export" onSubmit={(event) => event.preventDefault()}>
      <Part title="Policy">
        <PolicyChoice policy={policy} hasBaseline={hasBaseline} />
      </Part>
      <Target asked={asked} preview={known} />
      <Modes preview={preview} />
      <Part title="By namespace">
        <Steps />
      </Part>
      <Part title="Rollout">
        <RolloutOption />
      </Part>
      <Excluded preview={known} />
      <Kubernetes preview={preview} run={run} />
      {preview !== undefined && denies(preview.rules) ? <Failure /> : null}
    </form>
  );
}

export function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function PolicyChoice({ policy, hasBaseline }: { readonly policy: string; readonly hasBaseline: boolean }) {
  const policies = usePolicies().data ?? [];
  const { choosePolicy } = useAddress();
  const href = useHref();
  const known = policies.some(({ name }) => name === policy);
  return (
    <>
      <Select
        look="wide"
        label="Policy"
        value={policy}
        onChange={choosePolicy}
        choices={[
          ...(known ? [] : [{ value: policy, label: safe(policy) }]),
          ...policies.map(({ name, rules }) => ({ value: name, label: `${safe(name)} (${rules})` })),
        ]}
      />
      {hasBaseline ? null : (
        <p className="small muted">
          There is no baseline yet.{' '}
          <Link className="link" href={href('/ratchet')}>
            Make one
          </Link>{' '}
          to begin with what holds today.
        </p>
      )}
    </>
  );
}

function Target({ asked, preview }: { readonly asked: Asked; readonly preview: EnforcePreview | undefined }) {
  const { put } = useAddress();
  const targets = preview?.targets ?? [{ id: asked.target, title: asked.target }];
  return (
    <section>
      <fieldset>
        <legend>Target</legend>
        {targets.map(({ id, title }) => (
          <label key={id} className="check">
            <input
              type="radio"
              name="enforce-target"
              checked={id === asked.target}
              onChange={() => put({ target: id === targets[0]?.id ? undefined : id, file: undefined })}
            />
            <span>{title}</span>
          </label>
        ))}
      </fieldset>
    </section>
  );
}

function Modes({ preview }: { readonly preview: EnforcePreview | undefined }) {
  const { address, put } = useAddress();
  const set = (mode: Mode): void => put({ mode });
  return (
    <Part title="Mode, at most">
      <Segments
        label="Mode, at most"
        value={address.mode}
        onChange={set}
        choices={ENFORCE_MODES.map((mode) => ({ value: mode, label: mode }))}
      />
      <ModeNote preview={preview} mode={address.mode} onWarn={() => set('warn')} />
    </Part>
  );
}

interface ModeNoteProps {
  readonly preview: EnforcePreview | undefined;
  readonly mode: Mode;
  readonly onWarn: () => void;
}

function ModeNote({ preview, mode, onWarn }: ModeNoteProps) {
  const live = preview?.liveFailures.length ?? 0;
  const furthest = ENFORCE_MODES.findLast((one) => preview?.rules.some((rule) => rule.mode === one));
  if (mode === 'deny' && live > 0) {
    return (
      <p className="small loss">
        {plural(live, 'rule')} would deny objects that are there.{' '}
        <button type="button" className="link" onClick={onWarn}>
          Go no further than warn
        </button>
      </p>
    );
  }
  if (furthest !== undefined && ENFORCE_MODES.indexOf(furthest) < ENFORCE_MODES.indexOf(mode))
    return <p className="small muted">The policy itself goes no further than {furthest}.</p>;
  return <p className="small muted">No rule goes further than its policy says.</p>;
}

function Excluded({ preview }: { readonly preview: EnforcePreview | undefined }) {
  const { address, put } = useAddress();
  const usual = preview?.defaultExcluded ?? [];
  const excluded = address.excluded ?? usual;
  return (
    <Part title="Left out">
      <ListField
        key={excluded.join()}
        placeholder={preview === undefined ? 'as by default' : 'none'}
        label="Namespaces left out: names, or patterns with *"
        value={excluded}
        onChange={(names) => put({ excluded: names })}
      />
      {address.excluded === undefined ? (
        <p className="small muted">What a cluster needs to live is never judged, unless you say so.</p>
      ) : (
        <Button small look="quiet" icon="undo" onClick={() => put({ excluded: undefined })}>
          As by default
        </Button>
      )}
    </Part>
  );
}

const MINORS = Array.from({ length: NEWEST_MINOR - OLDEST_MINOR + 1 }, (_, index) => `1.${NEWEST_MINOR - index}`);

function Kubernetes({ preview, run }: { readonly preview: EnforcePreview | undefined; readonly run: Run }) {
  const { address, put } = useAddress();
  const own = run.kubernetesMinor === undefined ? 'not known' : `as scanned, ${safe(run.kubernetesMinor)}`;
  const asked = address.kubernetes;
  return (
    <Part title="Kubernetes">
      <Select
        look="wide"
        label="Kubernetes version"
        value={asked ?? ''}
        all={own}
        onChange={(value) => put({ kubernetes: value === '' ? undefined : value })}
        choices={[...(asked === undefined || MINORS.includes(asked) ? [] : [asked]), ...MINORS].map((value) => ({
          value,
          label: value,
        }))}
      />
      {preview === undefined || preview.kubernetesFrom !== 'default' ? null : (
        <p className="small muted">Written for {preview.kubernetes}: the scan does not say which version the cluster has.</p>
      )}
    </Part>
  );
}

const FAILURES: Readonly<Record<FailurePolicy, string>> = {
  Ignore: 'lets the request through',
  Fail: 'refuses it, which can stand in the way of the cluster itself',
};

function Failure() {
  const { address, put } = useAddress();
  return (
    <section>
      <fieldset>
        <legend>Where a rule that denies cannot be computed</legend>
        {FAILURE_POLICIES.map((policy) => (
          <label key={policy} className="check enforce-choice">
            <input
              type="radio"
              name="enforce-failure"
              checked={address.failure === policy}
              onChange={() => put({ failure: policy })}
            />
            <span>
              <b>{policy}</b>&nbsp;<span className="muted">{FAILURES[policy]}</span>
            </span>
          </label>
        ))}
      </fieldset>
    </section>
  );
}
