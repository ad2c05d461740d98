import * as Plot from "@observablehq/plot";
import type { Calibration } from "../evaluate/calibration.js";
import { drawing, figure, halfWidth } from "./chart.js";
import { seriesColor } from "./colors.js";
import { axisPercent, decimal, percent } from "./format.js";
import { html, type Markup } from "./html.js";

/** Coverage and PIT of the risks by split; the histogram is of the last split given. Nothing without a split. */
export function calibrationFigures(splits: Readonly<Record<string, Calibration>>): Markup {
  const names = Object.keys(splits);
  if (names.length === 0) return html``;
  const last = names[names.length - 1];
  return html`${coverageFigure(splits)}${pitFigure(last, splits[last])}`;
}

function coverageFigure(splits: Readonly<Record<string, Calibration>>): Markup {
  const lines = Object.entries(splits).map(([name, { coverage }], index) => ({
    name,
    color: seriesColor(name, index),
    points: [{ nominal: 0, realised: 0 }, ...coverage],
  }));
  const ninety = Object.entries(splits)
    .map(([name, { coverage }]) => `${name} ${percent(coverage.find(({ nominal }) => nominal === 0.9)?.realised)}`)
    .join(", ");
  const caption = html`How many returns fell into the interval that score and risk predict, for intervals meant to hold 10, 20, ... 90
and 95 %. On the diagonal the risks are right; above it they are too large (too many returns inside), below it too small. Meant to hold
90 %: ${ninety}. Stock returns have heavier tails than the normal distribution, so that the middle of the curve often lies a little above.`;
  return figure(
    {
      title: "Calibration of the risk: coverage",
      caption,
      key: [
        ...lines.map(({ name, color }) => ({ name, color })),
        { name: "exact", color: "var(--muted)", dashed: true },
      ],
    },
    drawing(`Coverage of predicted intervals, nominal against realised; 90 %: ${ninety}`, {
      width: halfWidth + 60,
      height: 360,
      marginBottom: 42,
      x: {
        label: "share that the interval should hold",
        domain: [0, 1],
        tickFormat: axisPercent,
        ticks: 6,
        grid: true,
      },
      y: { label: "share that it held", domain: [0, 1], tickFormat: axisPercent, ticks: 6, grid: true },
      marks: [
        Plot.line(
          [
            [0, 0],
            [1, 1],
          ],
          { stroke: "var(--muted)", strokeDasharray: "5,4" },
        ),
        ...lines.flatMap(({ points, color }) => [
          Plot.line(points, { x: "nominal", y: "realised", stroke: color, strokeWidth: 2 }),
          Plot.dot(points.slice(1), { x: "nominal", y: "realised", fill: color, r: 3 }),
        ]),
      ],
    }),
  );
}

function pitFigure(split: string, { pit, meanSquaredZ }: Calibration): Markup {
  const bins = pit.map((share, bin) => ({ from: bin / pit.length, to: (bin + 1) / pit.length, share }));
  const caption = html`Where in its predicted distribution each ${split} return fell: 0 is far below the prediction, 1 far above. Exact
forecasts fill every bar to the dashed line, ${percent(1 / pit.length)}. Bars high at both ends are risks that are too small, a hump in
the middle risks that are too large, a slope a score that is off on average. Mean squared error over squared risk:
${decimal(meanSquaredZ, 2)} (1 is exact).`;
  return figure(
    { title: `Calibration of the risk: where ${split} returns fell`, caption },
    drawing(
      `Where ${split} returns fell in their predicted distributions, ${pit.length} bins; squared error over squared risk ${decimal(meanSquaredZ, 2)}`,
      {
        height: 240,
        marginBottom: 42,
        x: { label: "place of the return in its predicted distribution", domain: [0, 1], ticks: 10 },
        y: { label: "share of stock-days", grid: true, tickFormat: axisPercent },
        marks: [
          Plot.rectY(bins, { x1: "from", x2: "to", y: "share", fill: seriesColor(split), insetLeft: 1, insetRight: 1 }),
          Plot.ruleY([1 / pit.length], { stroke: "var(--ink)", strokeDasharray: "5,4" }),
          Plot.ruleY([0], { stroke: "var(--axis)" }),
        ],
      },
    ),
  );
}
