// @ts-check
/** How a report looks, by day and by night. */

import { html } from './markup.js';

export const styles = html`
:root { color-scheme: light dark; --ground: light-dark(#fbfaf8, #16171a); --ink: light-dark(#1d1d1f, #ececec);
  --quiet: light-dark(#6a6a70, #9a9aa2); --line: light-dark(#e2e0dc, #303238); --good: light-dark(#2f8f63, #4cc38a);
  --bad: light-dark(#c8402f, #f0705c); --idle: light-dark(#b8b6b0, #55575e); }
* { box-sizing: border-box; margin: 0; }
body { background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums;
  max-width: 1280px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 28px; letter-spacing: -0.02em; } h2 { font-size: 17px; margin-bottom: 8px; } section { margin-top: 36px; }
.hint, .legend, header p { color: var(--quiet); } .problem { color: var(--bad); } .wide { overflow-x: auto; }
.sums { display: grid; grid-template-columns: repeat(auto-fit, minmax(170px, 1fr)); gap: 16px; margin-top: 24px; }
dt { color: var(--quiet); font-size: 13px; } dd { font-size: 17px; font-weight: 600; }
.legend i { display: inline-block; width: 14px; height: 10px; border-radius: 3px; margin: 0 5px 0 12px; }
.legend i:first-child { margin-left: 0; }
.row, .axis { display: grid; grid-template-columns: minmax(80px, 180px) 1fr; gap: 12px; align-items: center; height: 20px; }
.row b { font-weight: 400; font-size: 13px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.row span { position: relative; height: 100%; border-bottom: 1px solid var(--line); }
.row i { position: absolute; top: 4px; bottom: 4px; border-radius: 3px; min-width: 2px; }
.axis span { display: flex; justify-content: space-between; } .axis em { font-style: normal; font-size: 12px; color: var(--quiet); }
i.answered { background: var(--good); } i.failed { background: var(--bad); } i.cut-off { background: var(--idle); }
i.pause { background: color-mix(in srgb, var(--bad) 14%, transparent); } .row i.pause { top: 0; bottom: 0; border-radius: 0; }
svg path { fill: none; stroke: var(--idle); stroke-width: 1.5; } svg rect { fill: var(--ground); stroke: var(--idle); stroke-width: 1.5; }
svg text { fill: var(--ink); font-size: 13px; } svg .completed rect { stroke: var(--good); } svg .failed rect { stroke: var(--bad); }
svg .skipped rect { stroke-dasharray: 4 3; }
table { border-collapse: collapse; width: 100%; font-size: 14px; } th { text-align: left; font-weight: 600; }
td, th { padding: 6px 14px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td:nth-of-type(n + 3):nth-of-type(-n + 7) { white-space: nowrap; }
tr.failed td:nth-of-type(1) { color: var(--bad); } pre { white-space: pre-wrap; max-width: 70ch; font: inherit; }
`;
