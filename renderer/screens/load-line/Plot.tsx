import { useEffect, useState, type KeyboardEvent, type MouseEvent } from 'react';
import { useLocation } from 'wouter';
import { useHref } from '../../state/current.ts';
import { count, percent, plural, words } from '../../ui/format.ts';
import { SeverityMark } from '../../ui/Marks.tsx';
import { safe } from '../../ui/safe-text.ts';
import { Labels, type ZoneLabel } from './Labels.tsx';
import { barAt, type Bar, type Layout } from '#core/load-line/layout.ts';
import { regressedOf, type Line, type LineRule } from '#core/load-line/line.ts';
import { Columns, Hot, MarkLine } from './Shapes.tsx';
import { ticksOf } from './ticks.ts';
import './load-line.css';

/** Room above the columns for the readout, the mark and its ticks, and at their left for the axis; in pixels. */
export const TOP = 46;
export const AXIS = 34;

interface PlotProps {
  readonly line: Line;
  readonly drawn: Layout;
  readonly height: number;
  readonly room: number;
  readonly labels: { readonly base: ZoneLabel; readonly ready: ZoneLabel; readonly gap: ZoneLabel };
}

/** The picture: columns on whole pixels, a readout at a fixed place, the zones named below. */
export function Plot({ line, drawn, height, room, labels }: PlotProps) {
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
  const under = (event: MouseEvent<SVGSVGElement>): number | undefined =>
    barAt(drawn, event.clientX - event.currentTarget.getBoundingClientRect().left);
  const onKey = (event: KeyboardEvent): void => {
    const next = nextBar(event.key, hot, bars);
    if (next !== undefined) setHot(next);
    else if (event.key === 'Enter') open(read);
    else if (event.key === 'Escape' && hot !== undefined) setHot(undefined);
    else return;
    event.preventDefault();
  };
  const base = TOP + height;
  return (
    <div className="load-line-plot" style={{ width: room + AXIS }}>
      <Readout bar={read} line={line} />
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- an application of its own: arrow keys walk its columns */}
      <div
        className="load-line-picture"
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- as above
        tabIndex={0}
        role="application"
        aria-roledescription="bar chart"
        aria-label={`Load line: ${summary(line)}. Arrow keys go from rule to rule, Page Up and Page Down from zone to zone, Enter opens one, t shows a table.`}
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
          onPointerMove={(event) => setHot(under(event))}
          onPointerLeave={() => setHot(undefined)}
          onClick={(event) => open(bars[under(event) ?? -1])}
        >
          <line className="ll-hair" x1="0" x2={room} y1={TOP + height / 2 + 0.5} y2={TOP + height / 2 + 0.5} />
          <Columns line={line} drawn={drawn} top={TOP} height={height} />
          <MarkLine line={line} drawn={drawn} top={TOP} size="full" ticks={ticksOf(line, drawn)} />
          {read === undefined ? null : <Hot bar={read} drawn={drawn} top={TOP} height={height} />}
          <line className="ll-axis" x1="0" x2={room} y1={base + 0.5} y2={base + 0.5} />
        </svg>
      </div>
      <Labels drawn={drawn} room={room} {...labels} />
    </div>
  );
}

function summary(line: Line): string {
  const gap = `${line.gap.length} in the gap`;
  if (line.baseline === undefined) return `${plural(line.base.length, 'rule')} would be in a baseline, ${gap}`;
  const broken = regressedOf(line).length;
  return `${plural(line.base.length, 'rule')} in the baseline, ${broken} of them regressed, ${line.ready.length} ready, ${gap}`;
}

/** Where a key leads from the column at `from`; undefined where it leads nowhere. */
function nextBar(key: string, from: number | undefined, bars: readonly Bar[]): number | undefined {
  const last = bars.length - 1;
  if (last < 0) return undefined;
  const group = (bar: Bar | undefined): string => `${bar?.zone} ${bar?.rule.regressed === 0 ? '' : 'regressed'}`;
  switch (key) {
    case 'ArrowRight':
      return Math.min(last, (from ?? -1) + 1);
    case 'ArrowLeft':
      return Math.max(0, (from ?? 1) - 1);
    case 'Home':
      return 0;
    case 'End':
      return last;
    case 'PageDown': {
      const here = group(bars[from ?? 0]);
      const next = bars.findIndex((bar, index) => index > (from ?? -1) && (from === undefined || group(bar) !== here));
      return next === -1 ? last : next;
    }
    case 'PageUp': {
      const start = from ?? 0;
      const before = bars.findLastIndex((bar, index) => index < start && group(bar) !== group(bars[start - 1]));
      return start === 0 ? 0 : before + 1;
    }
    default:
      return undefined;
  }
}

const said = (rule: LineRule): string =>
  rule.rate === undefined
    ? 'nothing was judged'
    : rule.fail === 0
      ? `all ${count(rule.pass)} pass`
      : `${count(rule.fail)} of ${count(rule.fail + rule.pass)} fail`;

function Readout({ bar, line }: { readonly bar: Bar | undefined; readonly line: Line }) {
  if (bar === undefined) return <div className="load-line-read" role="status" />;
  const { rule } = bar;
  const place =
    bar.zone === 'base'
      ? line.baseline === undefined
        ? 'would be held'
        : rule.regressed > 0
          ? 'regressed'
          : 'in the baseline'
      : bar.zone;
  return (
    <div className="load-line-read" role="status">
      <span className="load-line-name table-cut wide-only muted">{safe(rule.title)}</span>
      <code>{rule.rule}</code>
      <span className="wide-only">
        <SeverityMark severity={rule.severity} />
      </span>
      <span className="wide-only muted">{words(rule.category)}</span>
      <span className="figure">
        {rule.rate === undefined ? null : (
          <>
            <b>{percent(rule.rate)}</b>,{' '}
          </>
        )}
        {said(rule)}
      </span>
      <span className="sr-only">
        {safe(rule.title)}, {place}
      </span>
    </div>
  );
}
