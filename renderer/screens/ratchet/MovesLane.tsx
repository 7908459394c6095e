import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import type { RatchetView } from '#core/api/ratchet.ts';
import { useHref } from '../../state/current.ts';
import { plural } from '../../ui/format.ts';
import { safe } from '../../ui/safe-text.ts';
import { Lane } from './Lane.tsx';

type Move = RatchetView['moves'][number];

const ROW = 28;
const keyOf = ({ object }: Move): string => `${object.kind} ${object.namespace ?? ''}/${object.name}`;

/** Objects whose fix makes most rules ready. */
export function MovesLane({ view, note }: { readonly view: RatchetView; readonly note: ReactNode }) {
  const [, navigate] = useLocation();
  const href = useHref();
  const titles = new Map(view.gap.map((row) => [row.rule, row.title]));
  return (
    <Lane
      lane="gap"
      title="Gap"
      count={view.gap.length}
      note={note}
      items={view.moves.map((row) => ({ type: 'row', row }))}
      heightOf={() => ROW}
      keyOf={keyOf}
      selected={undefined}
      onOpen={({ object, rules }) => navigate(href('/findings', { text: object.name, rule: rules, group: 'object' }))}
      foot={
        <div className="lane-foot">
          <span className="muted">Objects whose fix moves most rules; Enter shows what fails there.</span>
        </div>
      }
      empty={<p className="muted">No object moves more than another.</p>}
      render={({ object, team, rules }) => {
        const names = rules.map((rule) => titles.get(rule) ?? rule).join(', ');
        const place = object.namespace === undefined ? '' : `${object.namespace}/`;
        return (
          <>
            <span role="gridcell" className="table-cut moves-object" title={safe(`${object.kind} ${place}${object.name}`)}>
              <span className="muted">{safe(object.kind)}</span> {safe(place)}
              <b>{safe(object.name)}</b>
            </span>
            <span role="gridcell" className="muted table-cut" title={safe(names)}>
              {safe(names)}
            </span>
            <span role="gridcell" className="muted table-cut">
              {safe(team ?? 'unowned')}
            </span>
            <span role="gridcell" className="lane-figure">
              {plural(rules.length, 'rule')}
            </span>
          </>
        );
      }}
    />
  );
}
