import * as Plot from "@observablehq/plot";
import { drawing, figure, halfWidth, type KeyEntry } from "./chart.js";
import { html, type Markup } from "./html.js";
import type { EpochMetrics } from "./report-input.js";

interface Curve extends KeyEntry {
  readonly values: readonly (number | null | undefined)[];
}

interface Panel {
  readonly label: string;
  readonly curves: readonly Curve[];
  /** Whether the axis starts at 0, where 0 itself means something. */
  readonly fromZero?: boolean;
}

/** How training went, epoch by epoch; nothing without an epoch. */
export function trainingFigure(epochs: readonly EpochMetrics[], bestEpoch: number | undefined): Markup {
  if (epochs.length === 0) return html``;
  const curve = (
    name: string,
    color: string,
    valueIn: (metrics: EpochMetrics) => number | null | undefined,
  ): Curve => ({
    name,
    color,
    values: epochs.map(valueIn),
  });
  const panels: readonly Panel[] = [
    {
      label: "nats per stock-day",
      curves: [
        curve("loss", "var(--test)", ({ loss }) => loss),
        curve("negative log-likelihood", "var(--ridge)", ({ nll }) => nll),
        curve("the same on validation", "var(--valid)", ({ validNll }) => validNll),
      ],
    },
    { label: "nats a day", fromZero: true, curves: [curve("KL divergence", "var(--oracle)", ({ kl }) => kl)] },
    { label: "Rank IC", curves: [curve("validation Rank IC", "var(--valid)", ({ validRankIc }) => validRankIc)] },
    {
      label: "count",
      fromZero: true,
      curves: [
        curve("active factors", "var(--test)", ({ activeFactors }) => activeFactors),
        curve("dead attention heads", "var(--observable)", ({ deadHeads }) => deadHeads),
      ],
    },
  ];
  const drawn = panels
    .map((each) => ({ ...each, curves: each.curves.filter(({ values }) => values.some(isKnown)) }))
    .filter(({ curves }) => curves.length > 0);
  const caption = html`Training by epoch (a pass over all training dates). Loss and negative log-likelihood should fall and level off; a
validation curve that turns up again is overfitting. KL is how much the posterior, which has seen the returns, knows beyond the prior: near
0 the factors have switched off, and the model is a plain recurrent network. The Rank IC on validation goes through the prior, as
predictions do. Active factors carry more than 0.01 nat each; dead heads attend to no stock.${
    bestEpoch !== undefined && html` The dashed line marks epoch ${bestEpoch}, whose parameters were kept.`
  }`;
  return figure({ title: "Curves by epoch", caption }, ...drawn.map((each) => drawPanel(each, epochs, bestEpoch)));
}

function drawPanel(
  { label, curves, fromZero = false }: Panel,
  epochs: readonly EpochMetrics[],
  bestEpoch: number | undefined,
): Markup {
  const key = curves.map(
    ({ name, color }) => html`<li><span class="swatch" style="color:${color}"></span>${name}</li>`,
  );
  const first = epochs[0].epoch;
  const last = epochs[epochs.length - 1].epoch;
  return html`<div class="panel"><ul class="key">${key}</ul>${drawing(`${label} by epoch`, {
    width: halfWidth,
    height: 200,
    x: { label: "epoch", ticks: epochTicks(first, last), tickFormat: String, inset: 8 },
    y: { label, grid: true, nice: true, zero: fromZero, ticks: 5 },
    marks: [
      bestEpoch === undefined ? null : Plot.ruleX([bestEpoch], { stroke: "var(--muted)", strokeDasharray: "4,4" }),
      ...curves.flatMap(({ color, values }) => {
        const points = values.flatMap((value, index) =>
          isKnown(value) ? [{ epoch: epochs[index].epoch, value }] : [],
        );
        return [
          Plot.line(points, { x: "epoch", y: "value", stroke: color, strokeWidth: 2 }),
          Plot.dot(points, { x: "epoch", y: "value", fill: color, r: points.length > 40 ? 0 : 2.6 }),
        ];
      }),
    ],
  })}</div>`;
}

function isKnown(value: number | null | undefined): value is number {
  return value !== null && value !== undefined && Number.isFinite(value);
}

/** Whole epochs, at most about ten of them. */
function epochTicks(first: number, last: number): number[] {
  const step = Math.max(1, Math.ceil((last - first) / 9));
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step);
}
