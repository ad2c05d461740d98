import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { groups } from "../groups.js";
import { figureOf, majorOf, type Results, ratio, shareOfPeak } from "../results.js";

const width = 960;

/** What the picture tells of ratios: a label, and the group and row it stands for. */
const tasks = [
  ["product 512^3", "matmul", "512 x 512 x 512 NN"],
  ["product 3,500 x 64 x 192", "matmul", "3500 x 64 x 192 NN"],
  ["exp, 10^6", "elementwise", "exp, 1000000 elements"],
  ["tanh, 10^6", "elementwise", "tanh, 1000000 elements"],
  ["GRU, N = 300", "gru", "N = 300"],
  ["GRU, N = 3,500", "gru", "N = 3500"],
  ["FactorVAE, N = 300", "step", "N = 300, H = K = 64"],
  ["FactorVAE, N = 3,500", "step", "N = 3500, H = K = 64"],
  ["1,000 small operations", "chain", "forward and backward, scope"],
  ["memory, N = 3,500", "memory", "N = 3500, H = K = 64"],
  ["size of an app", "size", "app"],
] as const;

/** Peers, all of one thread, and their colours. */
const peers = [
  ["tfjs", "tfjs-wasm", "#e15759"],
  ["jax-js", "jax-js", "#f28e2b"],
  ["onnxruntime", "onnxruntime-web", "#76b7b2"],
  ["ml-matrix", "ml-matrix", "#9c755f"],
  ["torch-1", "PyTorch", "#4e79a7"],
  ["torch-loop-1", "PyTorch, loop", "#59a14f"],
  ["torch-collapsed-1", "PyTorch, collapsed", "#b07aa1"],
] as const;

const sizes = ["64^3", "128^3", "256^3", "512^3", "1024^3", "2048^3", "300 rows", "3,500 rows", "70,000 rows"] as const;
const layouts = [
  ["NN", "#4e79a7"],
  ["NT", "#f28e2b"],
  ["TN", "#59a14f"],
] as const;

function ratiosOf(results: Results) {
  const version = `Node ${majorOf(results)}`;
  return tasks.flatMap(([task, group, row]) =>
    peers.flatMap(([peer, , color]) => {
      const value = ratio(figureOf(results, group, row, peer), figureOf(results, group, row, "ours-1"));
      return value === undefined ? [] : [{ version, task, value, color }];
    }),
  );
}

function sharesOf(results: Results) {
  const version = `Node ${majorOf(results)}`;
  return groups.matmul.rows.flatMap(({ name, amount, spec: { m, k, n, layout, place } }) => {
    const value = shareOfPeak(figureOf(results, "matmul", name, "ours-1"), amount);
    const rows = layout === "TN" ? k : m;
    const wanted = m === k && k === n ? `${m}^3` : `${rows.toLocaleString("en")} rows`;
    const size = sizes.find((known) => known === wanted);
    const color = layouts.find(([known]) => known === layout)?.[1];
    return value === undefined || size === undefined || place === "heap" ? [] : [{ version, size, value, color }];
  });
}

/** The dots of a key, from left to right. */
function keyOf(entries: readonly (readonly [name: string, color: string])[], y: number): string {
  let x = 190;
  const drawn = entries.map(([name, color]) => {
    const at = x;
    x += 30 + 7 * name.length;
    return `<circle cx="${at}" cy="${y - 4}" r="5" fill="${color}"/><text x="${at + 10}" y="${y}">${name}</text>`;
  });
  return drawn.join("");
}

function drawn(options: Plot.PlotOptions): string {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const { outerHTML }: { readonly outerHTML: string } = Plot.plot({
    document,
    width,
    marginLeft: 180,
    marginRight: 24,
    marginBottom: 44,
    style: { fontSize: "12px", overflow: "visible" },
    ...options,
  });
  return outerHTML;
}

/** The picture of the page, as SVG: what peers take over what ours takes, and the products' shares of the peak. */
export function benchmarksPicture(all: readonly Results[]): string {
  const ratios = drawn({
    height: 360,
    fx: { label: null },
    x: { type: "log", label: "peer / ours (log scale)", grid: true, tickFormat: "~g", ticks: 5 },
    y: { label: null, domain: tasks.map(([task]) => task), grid: true },
    marks: [
      Plot.frame({ stroke: "#ccc" }),
      Plot.ruleX([1], { stroke: "#333" }),
      Plot.dot(all.flatMap(ratiosOf), { fx: "version", x: "value", y: "task", fill: "color", r: 4.5 }),
    ],
  });
  const shares = drawn({
    height: 300,
    fx: { label: null },
    x: { label: "share of the peak of one core", domain: [0, 1], grid: true },
    y: { label: null, domain: sizes, grid: true },
    marks: [
      Plot.frame({ stroke: "#ccc" }),
      Plot.dot(all.flatMap(sharesOf), { fx: "version", x: "value", y: "size", fill: "color", r: 4.5 }),
    ],
  });
  const title = (text: string, y: number): string => `<text x="16" y="${y}" font-weight="bold">${text}</text>`;
  const known = new Set(all.flatMap(({ figures }) => figures.map(({ contender }) => contender)));
  const shown = peers.flatMap(([peer, name, color]) => (known.has(peer) ? [[name, color] as const] : []));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="790" viewBox="0 0 ${width} 790" font-family="system-ui, sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>
${title("A peer's time (memory, bytes) over ours, one thread: right of 1 ours is better", 24)}${keyOf(shown, 48)}
<g transform="translate(0 56)">${ratios}</g>
${title("Matrix products on one thread: share of the peak of 128-bit fused multiply-adds", 446)}${keyOf(layouts, 470)}
<g transform="translate(0 478)">${shares}</g>
</svg>
`;
}
