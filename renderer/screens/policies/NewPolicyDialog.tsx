import { useState, type FormEvent } from 'react';
import type { PolicySummary } from '#core/api/policies.ts';
import type { AppError } from '#core/model.ts';
import { asResult, useCache } from '../../state/query.ts';
import { useSaid } from '../../state/undo.ts';
import { Button, Segments } from '../../ui/controls.tsx';
import { Dialog } from '../../ui/overlays.tsx';
import { Select } from '../../ui/Select.tsx';
import { Problem } from '../../ui/states.tsx';

type StageChoice = 'baseline' | 'strict' | 'none';

/** A new file in the workspace: empty, or standing on another policy. */
export function NewPolicyDialog({
  open,
  policies,
  parent,
  onClose,
  onMade,
}: {
  readonly open: boolean;
  readonly policies: readonly PolicySummary[];
  /** What it shall extend, where that is known. */
  readonly parent?: string;
  readonly onClose: () => void;
  readonly onMade: (name: string) => void;
}) {
  const cache = useCache();
  const said = useSaid();
  const [name, setName] = useState('');
  const [stage, setStage] = useState<StageChoice>('strict');
  const [extended, setExtended] = useState(parent ?? '');
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState<AppError>();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const answer = await asResult(
      cache.client.policies.create({
        name,
        title: titleOf(name),
        reason: reason === '' ? 'Created' : reason,
        ...(stage === 'none' ? {} : { stage }),
        ...(extended === '' ? {} : { extends: extended }),
      }),
    );
    if (!answer.ok) {
      setProblem(answer.error);
      return;
    }
    setProblem(undefined);
    said(answer.value.change);
    onClose();
    onMade(name);
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      size="small"
      title="New policy"
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form="new-policy">
            Create
          </Button>
        </>
      }
    >
      <form id="new-policy" className="policies-form" onSubmit={(event) => void submit(event)}>
        <label className="policies-field">
          <span>Name</span>
          <span className="field">
            <input
              className="mono"
              value={name}
              required
              minLength={3}
              maxLength={40}
              pattern="[a-z][a-z0-9]*(-[a-z0-9]+)*"
              title="small letters, digits and single hyphens, a letter first"
              spellCheck={false}
              autoComplete="off"
              onChange={(event) => setName(event.target.value)}
            />
          </span>
        </label>
        <div className="policies-field">
          <span>Stage</span>
          <Segments
            label="Stage"
            value={stage}
            onChange={setStage}
            choices={[
              { value: 'baseline', label: 'baseline' },
              { value: 'strict', label: 'strict' },
              { value: 'none', label: 'neither' },
            ]}
          />
        </div>
        <div className="policies-field">
          <span>Extends</span>
          <Select
            look="wide"
            label="Extends"
            value={extended}
            all="nothing: it begins empty"
            onChange={setExtended}
            choices={policies.map((policy) => ({ value: policy.name, label: `${policy.name} (${policy.rules})` }))}
          />
        </div>
        <label className="policies-field">
          <span>Reason</span>
          <span className="field">
            <input value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
          </span>
        </label>
        {problem === undefined ? null : <Problem error={problem} />}
      </form>
    </Dialog>
  );
}

const titleOf = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1).replaceAll('-', ' ');
