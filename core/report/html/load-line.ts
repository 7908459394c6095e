import { layout } from '#core/load-line/layout.ts';
import type { Bar, Layout } from '#core/load-line/layout.ts';
import { regressedOf } from '#core/load-line/line.ts';
import type { Line, LineRule } from '#core/load-line/line.ts';
import { html } from '#core/report/html/markup.ts';
import type { Markup } from '#core/report/html/markup.ts';
import { percent } from '#core/report/percent.ts';

const WIDTH = 860;
const LEFT = 44;
const TOP = 24;
const HEIGHT = 120;
const BASE = TOP + HEIGHT;

/** The load line as a picture without a script: each column says what it is when it is pointed at. */
export function loadLinePicture(line: Line): Markup {
  const drawn = layout(line, WIDTH - LEFT);
  const words = lineWords(line);
  return html`<figure class="line">
    <svg viewBox="0 0 ${WIDTH} ${BASE + 22}" role="img" aria-label="${words}">
      ${[1, 0.5, 0].map((share) => axis(share))} ${drawn.bars.map((bar) => column(line, drawn, bar))} ${markOf(line, drawn)}
    </svg>
    <figcaption>${words}</figcaption>
    <ul class="key">
      ${keyOf(line)}
    </ul>
  </figure>`;
}

function axis(share: number): Markup {
  const y = BASE - Math.round(share * HEIGHT) + 0.5;
  return html`<text class="axis" x="${LEFT - 6}" y="${y + 3}">${percent(share)}</text
    ><line class="grid" x1="${LEFT}" x2="${WIDTH}" y1="${y}" y2="${y}" />`;
}

const heightOf = ({ rate }: LineRule): number => (rate === undefined ? 0 : Math.max(1, Math.round(rate * HEIGHT)));

function column(line: Line, { column: full, joined }: Layout, { rule, zone, x, width }: Bar): Markup {
  const wide = round(joined ? Math.max(0.5, width) : full);
  const left = round(LEFT + x);
  const high = heightOf(rule);
  const title = `${rule.rule}: ${rule.rate === undefined ? 'nothing judged' : `${percent(rule.rate, 1)} pass, ${rule.fail} fail`}${rule.regressed > 0 ? ', regressed' : ''}`;
  if (zone === 'base' && line.baseline === undefined)
    return html`<rect
      class="would"
      x="${left + 0.5}"
      y="${BASE - high + 0.5}"
      width="${Math.max(0.5, wide - 1)}"
      height="${Math.max(1, high - 1)}"
      ><title>${title}</title></rect
    >`;
  const look = zone === 'gap' ? 'gap' : rule.regressed > 0 ? 'regressed' : 'base';
  return html`<g
    ><title>${title}</title><rect class="track" x="${left}" y="${TOP}" width="${wide}" height="${HEIGHT - high}" /><rect
      class="${look}"
      x="${left}"
      y="${BASE - high}"
      width="${wide}"
      height="${high}"
  /></g>`;
}

const round = (value: number): number => Math.round(value * 100) / 100;

/** The line over the baseline, the Plimsoll mark with its count, and what strict wants at the end of the dots. */
function markOf(line: Line, { mark, zones, width }: Layout): Markup {
  const y = TOP - 8;
  const end = LEFT + Math.max(zones.gap.x + zones.gap.width, width);
  const wanted = html`<text class="count end" x="${end}" y="${BASE + 16}">${line.strict.rules} in ${line.strict.name}</text>`;
  if (mark === undefined || line.baseline === undefined)
    return html`<text class="count" x="${LEFT}" y="${BASE + 16}">${line.base.length} would hold</text>${wanted}`;
  const at = LEFT + mark;
  return html`<line class="held" x1="${LEFT}" x2="${at - 9}" y1="${y}" y2="${y}" /><circle
      class="mark"
      cx="${at}"
      cy="${y}"
      r="9"
    /><line class="held" x1="${at - 14}" x2="${at + 14}" y1="${y}" y2="${y}" /><line
      class="dots"
      x1="${at + 18}"
      x2="${end}"
      y1="${y}"
      y2="${y}"
    /><text class="count" x="${LEFT}" y="${BASE + 16}">${line.baseline.rules} in ${line.baseline.name}</text>${wanted}`;
}

/** What the picture says, in a sentence. */
function lineWords(line: Line): string {
  const broken = regressedOf(line).length;
  if (line.baseline === undefined)
    return `Of ${line.strict.rules} rules ${line.base.length} hold everywhere and ${line.gap.length} fail somewhere; a baseline made now would hold the first.`;
  return `The baseline ${line.baseline.name} holds ${line.baseline.rules} of ${line.strict.rules} rules${broken === 0 ? ', and none of them regressed' : `, of which ${broken} regressed`}; ${line.gap.length} are still missing.`;
}

function keyOf(line: Line): readonly Markup[] {
  const entry = (look: string, text: string): Markup =>
    html`<li>
      <svg viewBox="0 0 10 12" aria-hidden="true"><rect class="${look}" x="0.5" y="0.5" width="9" height="11" /></svg>${text}
    </li>`;
  return line.baseline === undefined
    ? [entry('would', 'would be in a baseline'), entry('gap', 'fails somewhere')]
    : [entry('base', 'in the baseline'), entry('regressed', 'regressed'), entry('gap', 'missing')];
}
