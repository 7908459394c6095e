import { useState } from 'react';
import { plural } from '../ui/format.ts';
import { safe } from '../ui/safe-text.ts';
import type { Deciding } from './use-decide.ts';
import { DecisionDialog, FormField } from './DecisionDialog.tsx';

/** The rule is switched off in one policy, with the reason in its file. */
export function DisableDialog({
  policy,
  rule,
  title,
  objects,
  deciding,
  onClose,
}: {
  readonly policy: string;
  readonly rule: string;
  readonly title: string;
  readonly objects: number;
  readonly deciding: Deciding;
  readonly onClose: () => void;
}) {
  const [reason, setReason] = useState('');
  const submit = async (): Promise<void> => {
    if (await deciding.decide({ decision: 'disable', policy, rule, reason: reason.trim() })) onClose();
  };
  return (
    <DecisionDialog
      title={`Disable: ${title}`}
      act="Disable the rule"
      problem={deciding.problem}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <p className="second">
        In {safe(policy)} the rule is off from then on, for {plural(objects, 'object')} that {objects === 1 ? 'fails' : 'fail'}{' '}
        today and for all others.
      </p>
      <FormField label="Reason, kept in the policy's file">
        <input value={reason} required maxLength={1000} onChange={(event) => setReason(event.target.value)} />
      </FormField>
    </DecisionDialog>
  );
}
