import { useState } from 'react';
import { Link } from 'wouter';
import type { FindingRow } from '#core/api/findings.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { AssignDialog } from '../../decide/AssignDialog.tsx';
import { useDecide } from '../../decide/use-decide.ts';
import { WaiveDialog } from '../../decide/WaiveDialog.tsx';
import { useHref } from '../../state/current.ts';
import { Button } from '../../ui/controls.tsx';
import { safe } from '../../ui/safe-text.ts';

/** What can be decided of a finding without leaving it. */
export function FindingActs({ finding, policy }: { readonly finding: FindingRow; readonly policy: string }) {
  const href = useHref();
  const deciding = useDecide();
  const [dialog, setDialog] = useState<'waive' | 'assign'>();
  const canWaive = finding.verdict === 'fail';
  useShortcuts([
    ...(canWaive ? [{ keys: 'w', run: () => setDialog('waive') }] : []),
    { keys: 'a', run: () => setDialog('assign') },
  ]);
  const close = (): void => {
    setDialog(undefined);
    deciding.clear();
  };
  return (
    <section aria-label="Decide">
      <div className="acts">
        {canWaive ? (
          <Button small onClick={() => setDialog('waive')}>
            Waive… <kbd>w</kbd>
          </Button>
        ) : null}
        <Button small onClick={() => setDialog('assign')}>
          Assign the rule… <kbd>a</kbd>
        </Button>
        {finding.verdict === 'waived' ? (
          <Link className="link small" href={href('/inbox', { part: 'list', policy })}>
            Every waiver
          </Link>
        ) : null}
      </div>
      {dialog === 'waive' ? <WaiveDialog finding={finding} policy={policy} deciding={deciding} onClose={close} /> : null}
      {dialog === 'assign' ? (
        <AssignDialog
          policy={policy}
          rule={finding.rule}
          title={safe(finding.title)}
          teams={finding.team === undefined ? [] : [finding.team]}
          deciding={deciding}
          onClose={close}
        />
      ) : null}
    </section>
  );
}
