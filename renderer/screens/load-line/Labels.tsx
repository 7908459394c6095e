import type { CSSProperties, ReactNode } from 'react';
import { Link } from 'wouter';
import type { Layout, Span } from '#core/load-line/layout.ts';

export interface ZoneLabel {
  readonly name: string;
  readonly count: number;
  readonly note: string;
  /** Where its rules are listed. */
  readonly to?: string | undefined;
}

interface LabelsProps {
  readonly drawn: Layout;
  readonly room: number;
  readonly base: ZoneLabel;
  readonly ready: ZoneLabel;
  readonly gap: ZoneLabel;
}

/** Room for a zone's note and, where there is less, for its name alone. */
const NOTE = 88;
const NAME = 58;
const APART = 6;

/** The zones by name under the picture. A narrow zone's words may lean into the free room at its right. */
export function Labels({ drawn, room, base, ready, gap }: LabelsProps) {
  const { zones } = drawn;
  const last = gap.count > 0 ? 'gap' : ready.count > 0 ? 'ready' : 'base';
  const readyRoom = zones.gap.x - zones.ready.x - APART;
  const noted = readyRoom >= NOTE - APART;
  const readyLeast = zones.ready.x + (noted ? NOTE + APART : NAME) + APART;
  const gapX = gap.count === 0 ? room : ready.count === 0 ? zones.gap.x : Math.max(zones.gap.x, readyLeast);
  const readyX = ready.count === 0 ? gapX : zones.ready.x;
  return (
    <div className="load-line-zones">
      {base.count === 0 ? null : (
        <Zone
          label={base}
          span={zones.base}
          x={0}
          width={last === 'base' ? room : Math.max(NOTE, Math.min(readyX, gapX) - APART)}
        />
      )}
      {ready.count === 0 ? null : (
        <Zone label={ready} span={zones.ready} x={readyX} width={(last === 'ready' ? room : gapX - APART) - readyX} />
      )}
      {gap.count === 0 ? null : <Zone label={gap} span={zones.gap} x={gapX} width={room - gapX} />}
    </div>
  );
}

function Zone({
  label,
  span,
  x,
  width,
}: {
  readonly label: ZoneLabel;
  readonly span: Span;
  readonly x: number;
  readonly width: number;
}): ReactNode {
  const place: CSSProperties = { left: x, width: Math.max(24, width) };
  return (
    <>
      <span className="load-line-rule" style={{ left: span.x, width: span.width }} />
      <div style={place} title={`${label.name} ${label.count}: ${label.note}`}>
        <strong>
          {label.to === undefined ? (
            label.name
          ) : (
            <Link className="zone-link" href={label.to}>
              {label.name}
            </Link>
          )}{' '}
          <span className="figure">{label.count}</span>
        </strong>
        <span className="muted small">{width < NOTE - APART ? '' : label.note}</span>
      </div>
    </>
  );
}
