import { useEffect, useState, type KeyboardEvent, type MouseEvent } from 'react';
import { useLocation } from 'wouter';
import type { Overview } from '#core/api/findings.ts';
import { useHref } from '../../state/current.ts';
import { count, percent, plural } from '../../ui/format.ts';
import { SeverityMark } from '../../ui/Marks.tsx';
import { safe } from '../../ui/safe-text.ts';
import type { Bar, Layout, LineRule, Zones } from './load-line.ts';
import './load-line.css';

/** Room above the columns for the readout, and at their left for the axis; in pixels. */
export const TOP = 34;
export const AXIS = 34;

interface PlotProps {
  readonly zones: Zones;
  readonly overview: Overview;
  readonly drawn: Layout;
  readonly height: number;
  readonly room: number;
}

/** The picture: columns on whole pixels, a readout at a fixed place, the zones named below. */
export function Plot({ zones, overview, drawn, height, room }: PlotProps) {
  const [hot, setHot] = useState<number | undefined>();
  const [, navigate] = useLocation();
  const href = useHref();
  const { bars } = drawn;
  const read = hot === undefined ? undefined : bars[hot];
  useEffect(() => {
    if (hot !== undefined && hot >= bars.length) setHot(undefined);
  }, [hot, bars.length]);
  const open = (bar: Bar | undefined): void => {
    if (bar !== undefined) navigate(href(`/rules/${bar.rule.rule}`));
  };
  const at = (event: MouseEvent<SVGSVGElement>): number | undefined => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    const index = bars.findIndex((bar) => x >= bar.x && x < bar.x + drawn.pitch);
    return index === -1 ? undefined : index;
  };
  const onKey = (event: KeyboardEvent): void => {
    const last = bars.length - 1;
    const next =
      event.key === 'ArrowRight'
        ? Math.min(last, (hot ?? -1) + 1)
        : event.key === 'ArrowLeft'
          ? Math.max(0, (hot ?? 1) - 1)
          : event.key === 'Home'
            ? 0
            : event.key === 'End'
              ? last
              : undefined;
    if (next !== undefined) setHot(next);
    else if (event.key === 'Enter') open(read);
    else if (event.key === 'Escape' && hot !== undefined) setHot(undefined);
    else return;
    event.preventDefault();
  };
  const base = TOP + height;
  return (
    <div className="load-line-plot" style={{ width: room + AXIS }}>
      <Readout bar={read} />
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- an application of its own: arrow keys walk its columns */}
      <div
        className="load-line-picture"
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- as above
        tabIndex={0}
        role="application"
        aria-roledescription="bar chart"
        aria-label={`Load line: ${plural(zones.holds.length, 'rule')} would be in a baseline, ${zones.gap.length} in the gap. Arrow keys go from rule to rule, Enter opens one, t shows a table.`}
        onKeyDown={onKey}
        onBlur={() => setHot(undefined)}
      >
        <div className="load-line-axis" aria-hidden="true">
          <span style={{ top: TOP }}>100</span>
          <span style={{ top: TOP + height / 2 }}>50</span>
          <span style={{ top: base }}>0 %</span>
        </div>
        <svg
          width={room}
          height={base + 1}
          aria-hidden="true"
          onPointerMove={(event) => setHot(at(event))}
          onPointerLeave={() => setHot(undefined)}
          onClick={(event) => open(bars[at(event) ?? -1])}
        >
          <line className="ll-hair" x1="0" x2={room} y1={TOP + height / 2 + 0.5} y2={TOP + height / 2 + 0.5} />
          {drawn.joined ? (
            <Joined drawn={drawn} top={TOP} height={height} />
          ) : (
            <Separate drawn={drawn} top={TOP} height={height} />
          )}
          {drawn.gap.width === 0 ? null : (
            <line className="ll-strict" x1={drawn.gap.x} x2={drawn.gap.x + drawn.gap.width} y1={TOP - 3.5} y2={TOP - 3.5} />
          )}
          {read === undefined ? null : <Hot bar={read} drawn={drawn} top={TOP} height={height} room={room} />}
          <line className="ll-axis" x1="0" x2={room} y1={base + 0.5} y2={base + 0.5} />
        </svg>
      </div>
      <Labels zones={zones} overview={overview} drawn={drawn} room={room} />
    </div>
  );
}

interface DrawProps {
  readonly drawn: Layout;
  readonly top: number;
  readonly height: number;
}

const barHeight = (rule: LineRule, height: number): number => Math.max(1, Math.round(rule.rate * height));

function Separate({ drawn, top, height }: DrawProps) {
  return drawn.bars.map((bar) => {
    if (bar.zone === 'holds') {
      return (
        <rect
          key={bar.rule.rule}
          className="ll-would"
          x={bar.x + 0.5}
          y={top + 0.5}
          width={drawn.column - 1}
          height={height - 1}
        />
      );
    }
    const own = barHeight(bar.rule, height);
    return (
      <g key={bar.rule.rule}>
        <rect className="ll-track" x={bar.x} y={top} width={drawn.column} height={height - own} />
        <rect className="ll-gap" x={bar.x} y={top + height - own} width={drawn.column} height={own} />
      </g>
    );
  });
}

function Joined({ drawn, top, height }: DrawProps) {
  const base = top + height;
  const steps = drawn.bars
    .filter((bar) => bar.zone === 'gap')
    .map((bar) => `V${base - barHeight(bar.rule, height)}H${bar.x + drawn.pitch}`)
    .join('');
  return (
    <>
      {drawn.holds.width === 0 ? null : (
        <rect className="ll-would" x="0.5" y={top + 0.5} width={drawn.holds.width - 1} height={height - 1} />
      )}
      <rect className="ll-track" x={drawn.gap.x} y={top} width={drawn.gap.width} height={height} />
      <path className="ll-gap" d={`M${drawn.gap.x} ${base}${steps}V${base}z`} />
    </>
  );
}

/** The rule under the pointer, in ink, with a hair up to where the readout begins. */
function Hot({ bar, drawn, top, height, room }: DrawProps & { readonly bar: Bar; readonly room: number }) {
  const own = barHeight(bar.rule, height);
  const width = Math.max(3, drawn.column);
  const middle = Math.min(room - 1, bar.x + drawn.column / 2);
  return (
    <>
      <line className="ll-lead" x1={middle} x2={middle} y1="0" y2={top + height - own} />
      <rect className="ll-hot" x={bar.x} y={top + height - own} width={width} height={own} />
    </>
  );
}

function Readout({ bar }: { readonly bar: Bar | undefined }) {
  return (
    <div className="load-line-read" role="status">
      {bar === undefined ? null : (
        <>
          <code>{bar.rule.rule}</code>
          <span className="wide-only">
            <SeverityMark severity={bar.rule.severity} />
          </span>
          <span className="figure">
            <b>{percent(bar.rule.rate)}</b>,{' '}
            {bar.rule.counts.fail === 0
              ? `all ${count(bar.rule.counts.pass)} pass`
              : `${count(bar.rule.counts.fail)} of ${count(bar.rule.counts.fail + bar.rule.counts.pass)} fail`}
          </span>
          <span className="sr-only">{safe(bar.rule.title)}</span>
        </>
      )}
    </div>
  );
}

function Labels({
  zones,
  overview,
  drawn,
  room,
}: {
  readonly zones: Zones;
  readonly overview: Overview;
  readonly drawn: Layout;
  readonly room: number;
}) {
  const left = zones.holds.length === 0 ? 0 : Math.max(drawn.gap.x, 96);
  return (
    <div
      className="load-line-zones"
      style={{
        gridTemplateColumns:
          zones.holds.length === 0 ? `${room}px` : zones.gap.length === 0 ? `${room}px` : `${left}px minmax(0, 1fr)`,
      }}
    >
      {zones.holds.length === 0 ? null : (
        <div>
          <span className="load-line-rule" style={{ width: drawn.holds.width }} />
          <strong>
            Would be the baseline <span className="figure">{zones.holds.length}</span>
          </strong>
          <span className="muted small">hold wherever they apply</span>
        </div>
      )}
      {zones.gap.length === 0 ? null : (
        <div>
          <span className="load-line-rule" style={{ width: drawn.gap.width }} />
          <strong>
            Gap <span className="figure">{zones.gap.length}</span>
          </strong>
          <span className="muted small">
            {plural(overview.findings, 'finding')} in{' '}
            {plural(overview.namespaces.filter((row) => row.namespace !== '').length, 'namespace')}
          </span>
        </div>
      )}
    </div>
  );
}
