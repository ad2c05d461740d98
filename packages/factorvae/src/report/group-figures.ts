import * as Plot from "@observablehq/plot";
import type { GroupReturns } from "../evaluate/groups.js";
import { dateAxis, drawing, figure, timeLine, timeOf } from "./chart.js";
import { groupColor } from "./colors.js";
import { axisPercent, counted, decimal, percent } from "./format.js";
import { html, type Markup } from "./html.js";

/** Mean and cumulative returns of ten score groups on the named split's dates; nothing without a date. */
export function groupFigure(split: string, groups: GroupReturns): Markup {
  if (groups.dates.length === 0) return html``;
  return html`${meanFigure(split, groups)}${cumulativeFigure(split, groups)}`;
}

function meanFigure(split: string, { mean, dates }: GroupReturns): Markup {
  const bars = Array.from(mean, (value, group) => ({ group: group + 1, points: value * 1e4 })).filter(({ points }) =>
    Number.isFinite(points),
  );
  const universe = bars.reduce((sum, { points }) => sum + points, 0) / bars.length;
  const spread = (mean[mean.length - 1] - mean[0]) * 1e4;
  const spreadText = Number.isNaN(spread)
    ? " Equal scores left a group at one end without a stock."
    : ` The highest less the lowest group: ${decimal(spread, 1)} basis points a day, before costs.`;
  const caption = html`Every date's stocks are sorted into ten equal groups by score, 1 the lowest, 10 the highest; a bar is the
mean return of its group over ${counted(dates.length, `${split} date`)}, in basis points (hundredths of a percent) a day. Scores that order
returns make the bars climb from left to right; the dashed line is the mean of all groups.${spreadText}`;
  return figure(
    { title: "Mean return of ten score groups", caption },
    drawing(`Mean return of ten score groups.${spreadText}`, {
      x: { label: "score group", type: "band", padding: 0.25 },
      y: { label: "basis points a day", grid: true, nice: true },
      marks: [
        Plot.barY(bars, { x: "group", y: "points", fill: ({ group }: { group: number }) => groupColor(group - 1) }),
        Plot.ruleY([universe], { stroke: "var(--ink)", strokeDasharray: "5,4" }),
        Plot.ruleY([0], { stroke: "var(--axis)" }),
      ],
      color: { type: "identity" },
    }),
  );
}

function cumulativeFigure(split: string, groups: GroupReturns): Markup {
  const lines = excessLines(groups);
  const ends = [lines[0], lines[groups.groups - 1]].map((line) => percent(line[line.length - 1].value));
  const shown = [0, groups.groups >> 1, groups.groups - 1];
  const caption = html`The same groups along the ${split} dates: the sum of each group's daily return less the mean of all groups, so
that the market's own moves drop out. A good score fans the lines out in the order of the groups, and keeps doing so. At the end
the lowest group stands at ${ends[0]}, the highest at ${ends[1]}.`;
  return figure(
    {
      title: "Cumulative return of ten score groups",
      caption,
      key: shown.map((group) => ({ name: groupName(group, groups.groups), color: groupColor(group) })),
    },
    drawing(`Cumulative returns of ten score groups less their mean; lowest ${ends[0]}, highest ${ends[1]}`, {
      x: dateAxis(groups.dates),
      y: { label: "sum of returns less the mean of all groups", grid: true, nice: true, tickFormat: axisPercent },
      marks: [
        Plot.ruleY([0], { stroke: "var(--axis)" }),
        ...lines.map((line, group) =>
          timeLine(line, groupColor(group), group === 0 || group === groups.groups - 1 ? 2.2 : 1.3),
        ),
      ],
    }),
  );
}

/** Each group's running sum of its daily mean less the mean of the groups of that day; a group without stocks rests. */
function excessLines({ groups, dates, daily }: GroupReturns): { date: Date; value: number }[][] {
  const sums = new Float64Array(groups);
  const lines: { date: Date; value: number }[][] = Array.from(sums, () => []);
  dates.forEach((date, day) => {
    const row = daily.subarray(day * groups, (day + 1) * groups);
    const present = row.filter((value) => !Number.isNaN(value));
    const mean = present.reduce((sum, value) => sum + value, 0) / present.length;
    lines.forEach((line, group) => {
      if (!Number.isNaN(row[group])) sums[group] += row[group] - mean;
      line.push({ date: timeOf(date), value: sums[group] });
    });
  });
  return lines;
}

function groupName(group: number, groups: number): string {
  const rank = group === 0 ? " (lowest scores)" : group === groups - 1 ? " (highest scores)" : "";
  return `group ${group + 1}${rank}`;
}
