import type { Bar, Layout } from '#core/load-line/layout.ts';
import type { Line, LineRule } from '#core/load-line/line.ts';
import { brokenWords, type Tick } from './ticks.ts';

interface Draw {
  readonly line: Line;
  readonly drawn: Layout;
  /** Top of the columns, and their height, in pixels. */
  readonly top: number;
  readonly height: number;
}

const tall = (rule: LineRule, height: number): number =>
  rule.rate === undefined ? 0 : Math.max(1, Math.round(rule.rate * height));

const look = (line: Line, bar: Bar): string =>
  bar.zone === 'gap' ? 'll-gap' : line.baseline === undefined ? 'll-would' : bar.rule.regressed > 0 ? 'll-regressed' : 'll-base';

/** All columns of the picture. */
export const Columns = (props: Draw) => (props.drawn.joined ? <Joined {...props} /> : <Separate {...props} />);

function Separate({ line, drawn, top, height }: Draw) {
  return drawn.bars.map((bar) => {
    const own = tall(bar.rule, height);
    if (bar.zone === 'ready' || (bar.zone === 'base' && line.baseline === undefined)) {
      const name = bar.zone === 'ready' ? 'll-ready' : 'll-would';
      return (
        <rect key={bar.rule.rule} className={name} x={bar.x + 0.5} y={top + 0.5} width={drawn.column - 1} height={height - 1} />
      );
    }
    return (
      <g key={bar.rule.rule}>
        <rect className="ll-track" x={bar.x} y={top} width={drawn.column} height={height - own} />
        <rect className={look(line, bar)} x={bar.x} y={top + height - own} width={drawn.column} height={own} />
      </g>
    );
  });
}

/** A stepped outline over the bars given, from the base line up to each one's rate. */
function steps(bars: readonly Bar[], base: number, height: number): string {
  let path = '';
  let end: number | undefined;
  for (const bar of bars) {
    const right = Math.ceil(bar.x + bar.width);
    if (end === undefined || bar.x > end) path += `${end === undefined ? '' : `V${base}`}M${bar.x} ${base}`;
    path += `V${base - tall(bar.rule, height)}H${right}`;
    end = right;
  }
  return path === '' ? '' : `${path}V${base}z`;
}

/** Spans of bars that touch. */
function runs(bars: readonly Bar[]): readonly { readonly x: number; readonly width: number }[] {
  const spans: { x: number; width: number }[] = [];
  for (const bar of bars) {
    const last = spans.at(-1);
    const right = Math.ceil(bar.x + bar.width);
    if (last !== undefined && bar.x <= last.x + last.width) last.width = Math.max(last.width, right - last.x);
    else spans.push({ x: bar.x, width: right - bar.x });
  }
  return spans;
}

function Joined({ line, drawn, top, height }: Draw) {
  const base = top + height;
  const of = (wanted: (bar: Bar) => boolean): readonly Bar[] => drawn.bars.filter(wanted);
  const hollow = of((bar) => bar.zone === 'ready' || (bar.zone === 'base' && line.baseline === undefined));
  const filled = of((bar) => bar.zone === 'base' && line.baseline !== undefined && bar.rule.regressed === 0);
  const gap = of((bar) => bar.zone === 'gap');
  return (
    <>
      {runs([...filled, ...gap]).map((span) => (
        <rect key={span.x} className="ll-track" x={span.x} y={top} width={span.width} height={height} />
      ))}
      <path className="ll-base" d={steps(filled, base, height)} />
      <path className="ll-gap" d={steps(gap, base, height)} />
      {runs(hollow).map((span) => (
        <rect
          key={span.x}
          className={line.baseline === undefined ? 'll-would' : 'll-ready'}
          x={span.x + 0.5}
          y={top + 0.5}
          width={Math.max(1, span.width - 1)}
          height={height - 1}
        />
      ))}
      {of((bar) => bar.zone === 'base' && bar.rule.regressed > 0).map((bar) => {
        const own = tall(bar.rule, height);
        return (
          <g key={bar.rule.rule}>
            <rect className="ll-track" x={bar.x} y={top} width={bar.width} height={height - own} />
            <rect className="ll-regressed" x={bar.x} y={base - own} width={Math.max(1, bar.width - 1)} height={own} />
          </g>
        );
      })}
    </>
  );
}

const RADIUS = { full: 9, small: 6 } as const;

/** The line above the baseline, its mark, the dotted way to strict, ticks of earlier marks and triangles over what regressed. */
export function MarkLine({
  line,
  drawn,
  top,
  size,
  ticks = [],
}: Omit<Draw, 'height'> & { readonly size: keyof typeof RADIUS; readonly ticks?: readonly Tick[] }) {
  const { mark } = drawn;
  const y = top - 3;
  const full = size === 'full';
  if (mark === undefined) {
    const { gap } = drawn.zones;
    return gap.width === 0 ? null : <line className="ll-strict" x1={gap.x} x2={gap.x + gap.width} y1={y - 0.5} y2={y - 0.5} />;
  }
  const radius = RADIUS[size];
  const end = mark + radius + (full ? 7 : 5);
  return (
    <>
      {drawn.width <= end ? null : <line className="ll-strict" x1={end} x2={drawn.width} y1={y - 0.5} y2={y - 0.5} />}
      <line className="ll-line" x1="0" x2={end} y1={y} y2={y} />
      {ticks.map((tick) => (
        <g key={tick.rules}>
          <line className="ll-tick" x1={tick.x - 0.5} x2={tick.x - 0.5} y1={y - 6} y2={y} />
          <text className="ll-text" x={tick.x} y={y - 9} textAnchor="middle">
            {tick.label} <tspan className="ll-count">{tick.rules}</tspan>
          </text>
        </g>
      ))}
      <circle className="ll-mark" cx={mark} cy={y} r={radius} />
      <line className="ll-line" x1={mark - radius} x2={mark + radius} y1={y} y2={y} />
      {full ? <Numbers line={line} drawn={drawn} mark={mark} y={y} /> : null}
      <Broken drawn={drawn} y={y} full={full} />
    </>
  );
}

function Numbers({ line, drawn, mark, y }: Pick<Draw, 'line' | 'drawn'> & { readonly mark: number; readonly y: number }) {
  return (
    <>
      <text className="ll-text ll-count" x={mark} y={y - 15} textAnchor="middle">
        {line.baseline?.rules}
      </text>
      {drawn.width - mark < 96 ? null : (
        <text className="ll-text" x={drawn.width} y={y - 9} textAnchor="end">
          strict <tspan className="ll-count">{line.strict.rules}</tspan>
        </text>
      )}
    </>
  );
}

/** One triangle each, or one over all of them where they touch; their number in words. */
function Broken({ drawn, y, full }: Pick<Draw, 'drawn'> & { readonly y: number; readonly full: boolean }) {
  const bars = drawn.bars.filter((bar) => bar.zone === 'base' && bar.rule.regressed > 0);
  const first = bars[0];
  const last = bars.at(-1);
  if (first === undefined || last === undefined) return null;
  const right = drawn.joined ? last.x + last.width : last.x + drawn.column;
  const together = drawn.joined || drawn.pitch < 9;
  const middles = together ? [(first.x + right) / 2] : bars.map((bar) => bar.x + drawn.column / 2);
  const words = brokenWords(bars.length);
  return (
    <>
      {together && bars.length > 1 ? <line className="ll-bracket" x1={first.x} x2={right} y1={y - 11} y2={y - 11} /> : null}
      {middles.map((x) => (
        <path key={x} className="ll-regressed" d={`M${x - 4} ${y - 11}h8l-4 6z`} />
      ))}
      {full ? (
        <text className="ll-text ll-broken" x={Math.max(right, words.length * 6.2)} y={y - 17} textAnchor="end">
          {words}
        </text>
      ) : null}
    </>
  );
}

/** The rule under the pointer, in ink, with a hair up to the readout. */
export function Hot({ bar, drawn, top, height }: Omit<Draw, 'line'> & { readonly bar: Bar }) {
  const own = Math.max(2, tall(bar.rule, height));
  const width = drawn.joined ? Math.max(3, Math.round(bar.width)) : drawn.column;
  const middle = Math.floor(bar.x + (drawn.joined ? Math.max(1, bar.width) : drawn.column) / 2) + 0.5;
  return (
    <>
      <line className="ll-lead" x1={middle} x2={middle} y1="20" y2={top + height - own} />
      <rect className="ll-hot" x={bar.x} y={top + height - own} width={width} height={own} />
    </>
  );
}
