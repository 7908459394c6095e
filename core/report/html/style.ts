import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

/** Colours are those of the app (renderer/app/tokens.css), light and dark as the reader's system has it; paper is always light. */
const LIGHT =
  '--bg:#f3f5f7;--surface:#fff;--line:#dde2e7;--ink:#15202a;--ink-2:#414f5b;--ink-3:#566472;--accent:#125880;--critical:#ac2c0a;--high:#8f4c00;--medium:#675a00;--low:#48607a;--pass:#00664b;--track:#e9edf1;--base:#125880;--gap:#8996a3;--bad:#d0421b;--would:#3f7ea4;--critical-mark:#d0421b;--high-mark:#c06f00;--medium-mark:#958200;--low-mark:#6f88a1';
const DARK =
  '--bg:#0e1317;--surface:#141a20;--line:#262f38;--ink:#e3e8ed;--ink-2:#b4bfc9;--ink-3:#929fab;--accent:#74b6dc;--critical:#ff9477;--high:#eeab55;--medium:#d3bf56;--low:#a0b4c8;--pass:#57c9a2;--track:#1d252c;--base:#3a82ab;--gap:#66737f;--bad:#f4694a;--would:#5798bd;--critical-mark:#f4694a;--high-mark:#d98a1f;--medium-mark:#ab9722;--low-mark:#7890a8';

export const STYLE = `
:root{color-scheme:light dark;${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:14px/1.45 system-ui,-apple-system,'Segoe UI',Ubuntu,'Noto Sans',sans-serif;overflow-wrap:break-word}
main,header,footer{max-width:1040px;margin:0 auto;padding:0 24px}
header{padding-top:28px}
h1{font-size:24px;line-height:1.25;margin:0 0 4px}
h2{font-size:17px;margin:0 0 10px}
h3{font-size:14px;margin:18px 0 6px}
p{margin:0 0 8px}
section{background:var(--surface);border:1px solid var(--line);border-radius:8px;padding:18px 20px;margin:16px 0}
.muted,footer{color:var(--ink-3)}
footer{padding-bottom:32px;font-size:12px}
code{font:12px/1.4 ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(132px,1fr));gap:14px;margin:0 0 12px;padding:0}
.figures div{display:flex;flex-direction:column-reverse;justify-content:flex-end;border-left:3px solid var(--line);padding-left:10px}
.figures dd{margin:0;font-size:22px;line-height:1.2;font-weight:600;font-variant-numeric:tabular-nums}
.figures dt{color:var(--ink-3);font-size:12px}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th{text-align:left;font-weight:600;font-size:12px;color:var(--ink-3)}
th,td{padding:5px 10px 5px 0;border-bottom:1px solid var(--line);vertical-align:top}
tr:last-child>td{border-bottom:0}
td{min-width:64px}
td code{overflow-wrap:anywhere}
.n{text-align:right;white-space:nowrap}
th.n,td.n{padding-right:20px}
.sev{white-space:nowrap;font-weight:600}
.critical{color:var(--critical)}.high{color:var(--high)}.medium{color:var(--medium)}.low{color:var(--low)}
.warn{color:var(--high)}
.clean{color:var(--pass)}
details{border-top:1px solid var(--line);padding:8px 0}
summary{cursor:pointer}
summary .n{float:right}
details>p{margin:6px 0}
.line{margin:0}
.line>svg{display:block;width:100%;height:auto}
figcaption{margin-top:6px;color:var(--ink-2)}
.key{list-style:none;display:flex;flex-wrap:wrap;gap:4px 16px;margin:6px 0 0;padding:0;font-size:12px;color:var(--ink-3)}
.key svg{width:10px;height:12px;margin-right:5px;vertical-align:-1px}
rect.base{fill:var(--base)}rect.gap{fill:var(--gap)}rect.track{fill:var(--track)}rect.regressed{fill:var(--bad)}
rect.would{fill:none;stroke:var(--would)}
rect.s-critical{fill:var(--critical-mark)}rect.s-high{fill:var(--high-mark)}rect.s-medium{fill:var(--medium-mark)}rect.s-low{fill:var(--low-mark)}
.bar{display:block;width:120px;height:10px}
line.grid{stroke:var(--line)}line.held{stroke:var(--ink);stroke-width:2}line.dots{stroke:var(--ink);stroke-dasharray:2 4}
.mark{fill:var(--surface);stroke:var(--ink);stroke-width:2}
text{font-size:11px;fill:var(--ink-3)}
text.axis{text-anchor:end}text.end{text-anchor:end}text.count{fill:var(--ink);font-weight:600}
@media (max-width:560px){main,header,footer{padding-left:12px;padding-right:12px}section{padding:14px 12px}}
@media print{
:root{${LIGHT};--bg:#fff}
body{font-size:11px}
section{border:0;padding:0;margin:18px 0;break-inside:auto}
h2,h3,summary{break-after:avoid}
tr,figure,.figures div{break-inside:avoid}
thead{display:table-header-group}
svg{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.wide{overflow:visible}
details::details-content{content-visibility:visible!important;block-size:auto!important}
}
`;

/** The page's own policy: nothing is loaded, nothing runs, and its one style is known by its hash. */
export const contentPolicy = (style: string): string =>
  `default-src 'none'; style-src 'sha256-${base64(sha256(utf8ToBytes(style)))}'; base-uri 'none'; form-action 'none'`;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(at, at + 3);
    const bits = (a << 16) | (b << 8) | c;
    const present = Math.min(4, bytes.length - at + 1);
    for (let digit = 0; digit < 4; digit++) text += digit < present ? ALPHABET.charAt((bits >> (18 - digit * 6)) & 63) : '=';
  }
  return text;
}
