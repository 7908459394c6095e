import { Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { useLocation } from 'wouter';
import { SEVERITIES, type Severity } from '#core/model.ts';
import type { Overview } from '#core/api/findings.ts';
import { useHref } from '../../state/current.ts';
import { count, dateTime, plural, shortDay } from '../../ui/format.ts';
import { SeverityMark } from '../../ui/Marks.tsx';

type Point = Overview['trend'][number] & { readonly time: number };

const HEIGHT = 42;
const DAY_MS = 86_400_000;

/** One small picture per severity, each on its own scale: six critical ones must not be a line on the axis. */
export function Trend({ overview }: { readonly overview: Overview }) {
  const points = overview.trend.map((point): Point => ({ ...point, time: Date.parse(point.startedAt) }));
  const first = points[0];
  const last = points.at(-1);
  const days = first === undefined || last === undefined ? 0 : Math.round((last.time - first.time) / DAY_MS);
  return (
    <section className="panel" aria-labelledby="trend-title">
      <header className="panel-head">
        <h2 id="trend-title">Trend</h2>
        <span className="muted small">
          failing findings by severity, {plural(points.length, 'scan')}
          {days > 0 ? ` over ${plural(days, 'day')}` : ''}
        </span>
      </header>
      <div className="trend-rows">
        {SEVERITIES.map((severity) => (
          <TrendRow key={severity} severity={severity} points={points} />
        ))}
      </div>
      {first === undefined || last === undefined || points.length < 2 ? null : (
        <div className="trend-days" aria-hidden="true">
          <span>{shortDay(first.startedAt)}</span>
          <span>{shortDay(last.startedAt)}</span>
        </div>
      )}
    </section>
  );
}

function TrendRow({ severity, points }: { readonly severity: Severity; readonly points: readonly Point[] }) {
  const [, navigate] = useLocation();
  const href = useHref();
  const now = points.at(-1)?.failing[severity] ?? 0;
  const then = points[0]?.failing[severity] ?? 0;
  const change = now - then;
  const peak = Math.max(1, ...points.map((point) => point.failing[severity]));
  return (
    <div className="trend-row">
      <SeverityMark severity={severity} />
      <div
        className={`trend-chart trend-${severity}`}
        role="img"
        aria-label={`${severity}: ${count(then)} in the first of these scans, ${count(now)} in the last`}
      >
        <ResponsiveContainer width="100%" height={HEIGHT}>
          <LineChart
            data={[...points]}
            margin={{ top: 7, right: 5, bottom: 7, left: 5 }}
            accessibilityLayer={false}
            onClick={(state) => openRun(points, state.activeLabel, (id) => navigate(href('/', { scan: id })))}
          >
            <XAxis dataKey="time" type="number" domain={['dataMin', 'dataMax']} hide />
            <YAxis domain={[0, peak]} hide />
            <Tooltip
              isAnimationActive={false}
              cursor={{ stroke: 'var(--line-strong)' }}
              wrapperStyle={{ zIndex: 3 }}
              content={({ payload }) => <Readout point={payload[0]?.payload as Point | undefined} severity={severity} />}
            />
            <Line
              type="stepAfter"
              dataKey={(point: Point) => point.failing[severity]}
              stroke="currentColor"
              strokeWidth={1.6}
              dot={points.length <= 24 ? { r: 1.8, fill: 'currentColor', strokeWidth: 0 } : false}
              activeDot={{ r: 3, fill: 'currentColor', strokeWidth: 0 }}
              isAnimationActive={false}
            />
          </LineChart>
        </ResponsiveContainer>
      </div>
      <span className="trend-now">
        <b>{count(now)}</b>
        <span className={`small ${change === 0 || points.length < 2 ? 'muted' : change < 0 ? 'gain' : 'loss'}`}>
          {points.length < 2 ? 'first' : change === 0 ? '±0' : change < 0 ? `−${count(-change)}` : `+${count(change)}`}
        </span>
      </span>
    </div>
  );
}

function openRun(points: readonly Point[], label: string | number | undefined, open: (scanId: string) => void): void {
  const point = points.find((candidate) => candidate.time === Number(label));
  if (point !== undefined) open(point.scanId);
}

function Readout({ point, severity }: { readonly point: Point | undefined; readonly severity: Severity }) {
  if (point === undefined) return null;
  return (
    <div className="tooltip">
      #{point.number}, {dateTime(point.startedAt)}: {count(point.failing[severity])} {severity}
    </div>
  );
}
