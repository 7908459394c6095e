import { useRef } from 'react';
import { plural } from '../../ui/format.ts';
import { useWidth } from '../../ui/use-width.ts';
import { layout } from '#core/load-line/layout.ts';
import { regressedOf, type Line } from '#core/load-line/line.ts';
import { Columns, MarkLine } from './Shapes.tsx';
import './load-line.css';

const TOP = 18;
const HEIGHT = 34;

/** The load line in little room: no words inside, one sentence for who cannot see it. */
export function MiniLine({ line }: { readonly line: Line }) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const drawn = width === 0 ? undefined : layout(line, width);
  return (
    <div
      ref={box}
      className="load-line-mini"
      role="img"
      aria-label={`Load line: ${plural(line.base.length, 'rule')} in the baseline, ${regressedOf(line).length} regressed, ${line.ready.length} ready, ${line.gap.length} in the gap`}
    >
      {drawn === undefined ? null : (
        <svg width={width} height={TOP + HEIGHT + 1} aria-hidden="true">
          <Columns line={line} drawn={drawn} top={TOP} height={HEIGHT} />
          <MarkLine line={line} drawn={drawn} top={TOP} size="small" />
          <line className="ll-axis" x1="0" x2={drawn.width} y1={TOP + HEIGHT + 0.5} y2={TOP + HEIGHT + 0.5} />
        </svg>
      )}
    </div>
  );
}
