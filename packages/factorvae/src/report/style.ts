const lightColors = `
  --paper: #f6f7f9; --card: #ffffff; --ink: #1b2430; --muted: #5d6979; --line: #dfe3e9; --axis: #98a2b0;
  --test: #1d5fd1; --test-soft: #7ba3e6; --valid: #77808d; --oracle: #b86e00; --observable: #b03a8c; --ridge: #1f8a5b;
  --benchmark: #77808d; --other-1: #7b4fc9; --other-2: #0f8b9d; --other-3: #a3552e;
  --group-0: #b2182b; --group-1: #c94741; --group-2: #dd7a63; --group-3: #e3a48d; --group-4: #bcaaa6;
  --group-5: #a3adba; --group-6: #8fb4d6; --group-7: #5f98cb; --group-8: #347cb9; --group-9: #1a5a9e;
`;

/** The report's style sheet: light, dark by the reader's preference, and light on paper. */
export const style = `
:root {
  color-scheme: light dark;
  ${lightColors}
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12161c; --card: #1a2029; --ink: #e6eaf0; --muted: #9aa6b6; --line: #2d3642; --axis: #66717f;
    --test: #6ea4ff; --test-soft: #4870b5; --valid: #a7b1bf; --oracle: #eeb04f; --observable: #e584c6; --ridge: #63c795;
    --benchmark: #a7b1bf; --other-1: #b79bf2; --other-2: #5fc7d6; --other-3: #dc9a76;
    --group-0: #ff6b6b; --group-1: #f2867c; --group-2: #e0998b; --group-3: #c9a79f; --group-4: #a9a5a7;
    --group-5: #98a5b5; --group-6: #8fb2d9; --group-7: #7fb2ea; --group-8: #6fb0f7; --group-9: #5aa9ff;
  }
}
@media print {
  :root { color-scheme: light; ${lightColors} --paper: #ffffff; }
  main { max-width: none; padding: 0; }
  section { border: 0; padding: 0; }
  figure, .tile, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.55 system-ui, "Segoe UI", Roboto, sans-serif; }
main { max-width: 980px; margin: 0 auto; padding: 40px 24px 64px; }
h1 { font-size: 30px; line-height: 1.2; margin: 0 0 6px; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { font-size: 20px; margin: 0 0 14px; }
h3 { font-size: 16px; margin: 0 0 8px; }
p { margin: 0 0 10px; }
header p, .remark, figcaption { color: var(--muted); }
section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 24px; margin-top: 22px; }
.tiles { display: grid; grid-template-columns: repeat(var(--columns), 1fr); gap: 12px; margin-top: 24px; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 14px 18px; }
.tile .name { font-size: 13px; color: var(--muted); }
.tile .value { font-size: 28px; font-weight: 650; line-height: 1.3; font-variant-numeric: tabular-nums; }
.tile .remark { font-size: 12.5px; margin: 0; }
table { border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; width: 100%; }
th, td { padding: 5px 10px; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top; }
th[scope="row"], td.text, th.text { text-align: left; }
th[scope="row"] { font-weight: 400; color: var(--muted); }
thead th { font-weight: 600; }
td { white-space: nowrap; }
td.text { white-space: normal; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
.columns { columns: 2 340px; column-gap: 32px; }
.columns table { border-collapse: separate; border-spacing: 0; }
.rows th[scope="row"] { white-space: nowrap; }
.columns th { padding-left: 0; }
.columns tr { break-inside: avoid; }
.remark { font-size: 13.5px; margin-top: 10px; }
figure { margin: 0 0 34px; }
figure:last-child { margin-bottom: 0; }
figcaption { font-size: 13.5px; max-width: 96ch; margin-top: 6px; }
.pictures { display: flex; flex-wrap: wrap; gap: 18px 20px; justify-content: center; }
.picture { flex: 0 1 auto; max-width: 100%; }
.panel { flex: 1 1 340px; max-width: 440px; }
.picture svg { max-width: 100%; height: auto; display: block; }
.picture svg [aria-label$="grid"] { color: var(--ink); }
.key { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 18px; margin: 0 0 6px; padding: 0; font-size: 13px; color: var(--muted); }
.swatch { display: inline-block; width: 20px; border-top: 3px solid; margin-right: 7px; vertical-align: middle; }
.swatch.dashed { border-top-style: dashed; }
@media (max-width: 700px) { .tiles { grid-template-columns: 1fr 1fr; } main { padding: 24px 12px; } section { padding: 16px; } }
ul.notes { margin: 0; padding-left: 20px; }
`;
