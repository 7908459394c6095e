import { Link } from 'wouter';
import type { Run } from '#core/api/common.ts';
import type { EnforcePreview } from '#core/api/enforce.ts';
import { REPLAY_OUTCOMES, type ReplayOutcome } from '#core/enforce/replay/words.ts';
import { count, plural } from '../../ui/format.ts';
import { objectsAt, useAddress } from './use-enforce.ts';
import { OutcomeMark } from './outcomes.tsx';

const NAMES: Readonly<Record<ReplayOutcome, string>> = {
  denied: 'Denied',
  warned: 'Warned of',
  audited: 'Audited',
  notEvaluated: 'Not evaluated',
  letThrough: 'Let through',
};

/** Objects of the scan by the hardest that each would meet; each figure leads to what it counts. */
export function Figures({ preview: { replay }, run }: { readonly preview: EnforcePreview; readonly run: Run }) {
  const { href } = useAddress();
  if (replay === undefined) return null;
  return (
    <section className="panel enforce-figures" aria-label="Totals" title={`Of ${plural(run.objects, 'object')} of the scan`}>
      {REPLAY_OUTCOMES.map((outcome) => (
        <Link key={outcome} href={href(objectsAt({ outcome }))}>
          <OutcomeMark outcome={outcome} word={NAMES[outcome]} />
          <span className={replay.counts[outcome] === 0 ? 'enforce-figure muted' : 'enforce-figure'}>
            {count(replay.counts[outcome])}
            <small>{outcome === 'denied' ? `of ${count(run.objects)}` : ''}</small>
          </span>
        </Link>
      ))}
    </section>
  );
}
