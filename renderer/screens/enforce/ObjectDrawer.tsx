import { Link } from 'wouter';
import type { ReplayRow } from '#core/api/enforce.ts';
import type { ReplayOutcome } from '#core/enforce/replay/words.ts';
import { useHref } from '../../state/current.ts';
import { Button } from '../../ui/controls.tsx';
import { Drawer } from '../../ui/Drawer.tsx';
import { DrawerHead } from '../../ui/DrawerHead.tsx';
import { SeverityMark } from '../../ui/Marks.tsx';
import { safe, safeLine } from '../../ui/safe-text.ts';
import { copy } from '../../ui/toast.tsx';
import { OutcomeMark } from './outcomes.tsx';

const TITLE = 'enforce-object';

const MEETS: Readonly<Record<ReplayOutcome, string>> = {
  denied: 'Whoever creates or changes it so is refused, and reads:',
  warned: 'Whoever creates or changes it so is let through, and warned:',
  audited: 'Nobody is told. The audit log of the API server holds:',
  notEvaluated: 'What would happen could not be worked out.',
  letThrough: 'It fails the rule, and is let through all the same.',
};

/** One object and one rule: what the developer would be told, or why nothing. */
export function ObjectDrawer({
  row,
  policy,
  onClose,
}: {
  readonly row: ReplayRow;
  readonly policy: string;
  readonly onClose: () => void;
}) {
  const href = useHref();
  const { kind, namespace, name } = row.object;
  return (
    <Drawer
      labelledBy={TITLE}
      onClose={onClose}
      head={
        <DrawerHead
          id={TITLE}
          title={`${safe(kind)} ${safe(namespace === undefined ? name : `${namespace}/${name}`)}`}
          marks={
            <>
              <OutcomeMark outcome={row.outcome} />
              <SeverityMark severity={row.severity} />
            </>
          }
          onClose={onClose}
        >
          <p className="small second">{row.team === undefined ? 'of no team' : `of team ${safe(row.team)}`}</p>
        </DrawerHead>
      }
    >
      <section>
        <h3>{safe(row.title)}</h3>
        <p className="second prose">{MEETS[row.outcome]}</p>
        {row.message === undefined ? null : (
          <p className="enforce-said">
            <span>{safeLine(row.message)}</span>
            <Button
              look="quiet"
              small
              icon="copy"
              aria-label="Copy the message"
              title="Copy the message"
              onClick={() => void copy(row.message ?? '', 'Message copied')}
            />
          </p>
        )}
        {row.why === undefined ? null : <p className="second prose">Because: {safeLine(row.why)}.</p>}
      </section>
      <section>
        <div className="acts">
          <Link
            className="button"
            href={href('/findings', {
              policy,
              rule: row.rule,
              kind,
              text: name,
              ...(namespace === undefined ? {} : { namespace }),
              ...(row.outcome === 'letThrough' ? { verdict: ['fail', 'waived'] } : {}),
            })}
          >
            The finding, and how to fix it
          </Link>
          <Link className="button button-quiet" href={href(`/rules/${row.rule}`)}>
            The rule
          </Link>
        </div>
      </section>
    </Drawer>
  );
}
