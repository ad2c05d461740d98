import * as Plot from "@observablehq/plot";
import type { DailySeries } from "../evaluate/information-coefficient.js";
import { cumulative, dateAxis, drawing, figure, timeLine } from "./chart.js";
import { seriesColor } from "./colors.js";
import { decimal } from "./format.js";
import { html, type Markup } from "./html.js";

/** Cumulative Rank IC of the named daily series, each from 0 at its own start; nothing without a day. */
export function rankIcFigure(series: Readonly<Record<string, DailySeries>>, standardError: number | undefined): Markup {
  const lines = Object.entries(series)
    .filter(([, { dates }]) => dates.length > 0)
    .map(([name, daily], index) => ({ name, daily, color: seriesColor(name, index) }));
  if (lines.length === 0) return html``;
  const means = lines.map(({ name, daily }) => `${name} ${decimal(meanOf(daily), 4)}`).join(", ");
  const caption = html`Each line adds up one date's Rank IC after the other: the rank correlation of the scores with the
returns that followed, over that date's stocks. A steady climb is skill that lasts; a flat stretch is a time without any, and a
line that wanders about 0 is chance. The slope is the mean: ${means} a date. One year of 500 stocks has a standard error of
about 0.01 in the mean${standardError !== undefined && html`; on the test dates here it is ${decimal(standardError, 4)}`}.`;
  return figure(
    { title: "Cumulative Rank IC", caption, key: lines.map(({ name, color }) => ({ name, color })) },
    drawing(`Cumulative Rank IC by date: ${means}`, {
      x: dateAxis([...new Set(lines.flatMap(({ daily }) => daily.dates))]),
      y: { label: "sum of daily Rank IC", grid: true, nice: true },
      marks: [
        Plot.ruleY([0], { stroke: "var(--axis)" }),
        ...lines.map(({ name, daily, color }) => {
          const width = name === "test" || name === "validation" ? 2.2 : 1.5;
          return timeLine(cumulative(daily.dates, daily.values), color, width);
        }),
      ],
    }),
  );
}

function meanOf({ values }: DailySeries): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
