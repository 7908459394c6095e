import { useState } from 'react';
import type { Deciding } from './use-decide.ts';
import { DecisionDialog, FormField } from './DecisionDialog.tsx';

/** Somebody will fix it, until a day. */
export function AssignDialog({
  policy,
  rule,
  title,
  teams,
  deciding,
  onClose,
}: {
  readonly policy: string;
  readonly rule: string;
  readonly title: string;
  readonly teams: readonly string[];
  readonly deciding: Deciding;
  readonly onClose: () => void;
}) {
  const [assignee, setAssignee] = useState(teams[0] ?? '');
  const [due, setDue] = useState('');
  const [reason, setReason] = useState('');
  const submit = async (): Promise<void> => {
    const done = await deciding.decide({
      decision: 'fix',
      policy,
      rule,
      ...(assignee.trim() === '' ? {} : { assignee: assignee.trim() }),
      ...(due === '' ? {} : { due }),
      ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
    });
    if (done) onClose();
  };
  return (
    <DecisionDialog
      title={`Assign: ${title}`}
      act="Assign"
      problem={deciding.problem}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <FormField label="Who fixes it: a team or a person">
        <input value={assignee} maxLength={200} list="assignees" onChange={(event) => setAssignee(event.target.value)} />
      </FormField>
      <datalist id="assignees">
        {teams.map((team) => (
          <option key={team} value={team}>
            {team}
          </option>
        ))}
      </datalist>
      <FormField label="Until" note="After that day it is in the inbox again.">
        <input type="date" value={due} onChange={(event) => setDue(event.target.value)} />
      </FormField>
      <FormField label="Note">
        <input value={reason} maxLength={1000} onChange={(event) => setReason(event.target.value)} />
      </FormField>
    </DecisionDialog>
  );
}
