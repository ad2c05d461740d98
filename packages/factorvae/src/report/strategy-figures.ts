import * as Plot from "@observablehq/plot";
import type { BacktestResult, BacktestSummary } from "../backtest/backtest.js";
import type { Performance } from "../backtest/performance.js";
import { dateAxis, drawing, figure, timeOf } from "./chart.js";
import { axisPercent, counted, decimal, percent } from "./format.js";
import { html, type Markup } from "./html.js";

const strategyColor = "var(--test)";
const withoutCostsColor = "var(--test-soft)";
const benchmarkColor = "var(--benchmark)";

/** Value, drawdown and figures of a backtest. */
export function strategyFigures(result: BacktestResult): Markup {
  return html`${valueFigure(result)}${drawdownFigure(result)}${performanceTable(result.summary)}`;
}

function valueFigure({ summary, dates, value, valueWithoutCosts, benchmark }: BacktestResult): Markup {
  const rule = summary.eta > 0 ? `by score less ${summary.eta} times risk` : "by score";
  const caption = html`The value of 1 invested in ${summary.strategy}: it holds the best ${summary.k} stocks ${rule} and replaces at
most ${summary.n} a day, trading at the ${summary.tradeAt} of the day after the score; costs are
${decimal(summary.buyCost * 1e4, 0)} basis points of a purchase and ${decimal(summary.sellCost * 1e4, 0)} of a sale. What counts is the distance
to the benchmark (${summary.benchmarkName}, without costs), and whether it grows evenly. From ${summary.firstDate} to ${summary.lastDate}:
strategy ${percent(summary.withCosts.totalReturn)}, benchmark ${percent(summary.benchmark.totalReturn)}.`;
  const line = (series: Float64Array, options: Plot.LineYOptions) =>
    Plot.line(pair(dates, series), { x: "date", y: "value", ...options });
  return figure(
    {
      title: "Value of the strategy",
      caption,
      key: [
        { name: "after costs", color: strategyColor },
        { name: "without costs", color: withoutCostsColor, dashed: true },
        { name: summary.benchmarkName, color: benchmarkColor },
      ],
    },
    drawing("Value of the strategy after and without costs, and of the benchmark", {
      x: dateAxis(dates),
      y: { label: "value, start = 1", grid: true, nice: true },
      marks: [
        Plot.ruleY([1], { stroke: "var(--axis)" }),
        line(benchmark, { stroke: benchmarkColor, strokeWidth: 1.6 }),
        line(valueWithoutCosts, { stroke: withoutCostsColor, strokeWidth: 1.6, strokeDasharray: "5,4" }),
        line(value, { stroke: strategyColor, strokeWidth: 2.2 }),
      ],
    }),
  );
}

function drawdownFigure({ summary, dates, drawdown, benchmarkDrawdown }: BacktestResult): Markup {
  const deepest = percent(summary.withCosts.maxDrawdown);
  const caption = html`How far the value lies below its highest point so far, in percent of that point; 0 is a new high. Deepest:
strategy ${deepest}, benchmark ${percent(summary.benchmark.maxDrawdown)}. Look at how long it takes to come back as well.`;
  return figure(
    {
      title: "Drawdown",
      caption,
      key: [
        { name: "after costs", color: strategyColor },
        { name: summary.benchmarkName, color: benchmarkColor },
      ],
    },
    drawing(`Drawdown of strategy and benchmark; deepest of the strategy ${deepest}`, {
      height: 200,
      x: dateAxis(dates),
      y: {
        label: "below the highest value so far",
        // A strategy that never fell would otherwise have an axis of no length.
        domain: [Math.min(-0.01, ...drawdown, ...benchmarkDrawdown), 0],
        grid: true,
        nice: true,
        ticks: 5,
        tickFormat: axisPercent,
      },
      marks: [
        Plot.areaY(pair(dates, drawdown), { x: "date", y: "value", fill: strategyColor, fillOpacity: 0.22 }),
        Plot.line(pair(dates, drawdown), { x: "date", y: "value", stroke: strategyColor, strokeWidth: 1.4 }),
        Plot.line(pair(dates, benchmarkDrawdown), { x: "date", y: "value", stroke: benchmarkColor, strokeWidth: 1.4 }),
        Plot.ruleY([0], { stroke: "var(--axis)" }),
      ],
    }),
  );
}

function performanceTable(summary: BacktestSummary): Markup {
  const columns: readonly (readonly [string, Performance])[] = [
    ["after costs", summary.withCosts],
    ["without costs", summary.withoutCosts],
    ["benchmark", summary.benchmark],
    ["excess after costs", summary.excessWithCosts],
    ["excess without costs", summary.excessWithoutCosts],
  ];
  const row = (name: string, figureOf: (performance: Performance) => string) =>
    html`<tr><th scope="row">${name}</th>${columns.map(([, performance]) => html`<td>${figureOf(performance)}</td>`)}</tr>
`;
  return html`<div class="scroll"><table>
<thead><tr><th></th>${columns.map(([name]) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>
${row("return a year, compound", ({ annualReturn }) => percent(annualReturn))}
${row("return a year, sum", ({ annualReturnSum }) => percent(annualReturnSum))}
${row("volatility a year", ({ volatility }) => percent(volatility))}
${row("Sharpe (excess: information) ratio", ({ sharpe }) => decimal(sharpe, 2))}
${row("deepest drawdown", ({ maxDrawdown }) => percent(maxDrawdown))}
</tbody></table></div>
<p class="remark">${counted(summary.days, "daily return")}, ${summary.periodsPerYear} a year, risk-free rate 0. Excess is the daily return less the
benchmark's. Turnover ${percent(summary.turnover)} a day (half of what was bought and sold, as a share of the value). Lapsed for want of a price
or of volume: ${counted(summary.lapsedBuys, "purchase")}, ${counted(summary.lapsedSells, "sale")}; ${counted(summary.delisted, "delisted holding")} sold at
their last price.</p>
`;
}

function pair(dates: readonly string[], values: Float64Array): { date: Date; value: number }[] {
  return dates.map((date, day) => ({ date: timeOf(date), value: values[day] }));
}
