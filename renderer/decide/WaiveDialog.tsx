import { useState } from 'react';
import type { FindingRow } from '#core/api/findings.ts';
import type { WaiverInput } from '#core/api/inbox.ts';
import { groupOf } from '#core/model.ts';
import { Segments } from '../ui/controls.tsx';
import { safe } from '../ui/safe-text.ts';
import type { Deciding } from './use-decide.ts';
import { DecisionDialog, FormField } from './DecisionDialog.tsx';

/** How far a waiver reaches; narrow first. */
export const REACHES = ['place', 'container', 'object', 'namespace'] as const;
export type Reach = (typeof REACHES)[number];

/** The waiver for a finding that reaches so far. */
export function waiverOf(finding: FindingRow, reach: Reach): Omit<WaiverInput, 'reason'> {
  const { object, container, path, rule } = finding;
  const named = {
    group: groupOf(object.apiVersion),
    kind: object.kind,
    name: object.name,
    ...(object.namespace === undefined ? {} : { namespace: object.namespace }),
  };
  switch (reach) {
    case 'place':
      return { rule, object: named, path };
    case 'container':
      return { rule, object: named, ...(container === undefined ? {} : { container }) };
    case 'object':
      return { rule, object: named };
    case 'namespace':
      return { rule, ...(object.namespace === undefined ? { object: named } : { namespaces: [object.namespace] }) };
  }
}

/** Ninety days: long enough to fix something, short enough to be asked again. */
const DAYS = 90;
const dayIn = (days: number, now: number): string => new Date(now + days * 86_400_000).toISOString().slice(0, 10);

/** Lets something off a rule: who, why, until when. Its findings stay counted, as waived. */
export function WaiveDialog({
  finding,
  policy,
  deciding,
  onClose,
}: {
  readonly finding: FindingRow;
  readonly policy: string;
  readonly deciding: Deciding;
  readonly onClose: () => void;
}) {
  const reaches = REACHES.filter(
    (reach) =>
      (reach !== 'container' || finding.container !== undefined) &&
      (reach !== 'place' || finding.path !== '') &&
      (reach !== 'namespace' || finding.object.namespace !== undefined),
  );
  const [reach, setReach] = useState<Reach>(reaches.includes('container') ? 'container' : 'object');
  const [everywhere, setEverywhere] = useState(false);
  const [reason, setReason] = useState('');
  const [owner, setOwner] = useState(finding.team ?? '');
  const [expires, setExpires] = useState(() => dayIn(DAYS, Date.now()));
  const submit = async (): Promise<void> => {
    const done = await deciding.decide({
      decision: 'waive',
      waiver: {
        ...waiverOf(finding, reach),
        ...(everywhere ? {} : { policies: [policy] }),
        reason: reason.trim(),
        ...(owner.trim() === '' ? {} : { owner: owner.trim() }),
        ...(expires === '' ? {} : { expires }),
      },
    });
    if (done) onClose();
  };
  const { object } = finding;
  return (
    <DecisionDialog
      title={`Waive: ${safe(finding.title)}`}
      act="Waive"
      problem={deciding.problem}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <p className="second break">
        {safe(object.kind)} {object.namespace === undefined ? '' : `${safe(object.namespace)}/`}
        {safe(object.name)}
        {finding.container === undefined ? '' : `, container ${safe(finding.container)}`}
      </p>
      <div className="form-field">
        <span className="small second">Lets off</span>
        <Segments
          label="Lets off"
          value={reach}
          onChange={setReach}
          choices={reaches.map((value) => ({ value, label: `this ${value}` }))}
        />
      </div>
      <div className="form-field">
        <span className="small second">Counts in</span>
        <Segments
          label="Counts in"
          value={everywhere ? 'all' : 'one'}
          onChange={(value) => setEverywhere(value === 'all')}
          choices={[
            { value: 'one', label: safe(policy) },
            { value: 'all', label: 'every policy' },
          ]}
        />
      </div>
      <FormField label="Reason">
        <input value={reason} required maxLength={1000} onChange={(event) => setReason(event.target.value)} />
      </FormField>
      <FormField label="Owner">
        <input value={owner} maxLength={200} onChange={(event) => setOwner(event.target.value)} />
      </FormField>
      <FormField label="Last day" note="Empty: without end, which is marked wherever waivers are listed.">
        <input type="date" value={expires} onChange={(event) => setExpires(event.target.value)} />
      </FormField>
    </DecisionDialog>
  );
}
