import type { BacktestResult, BacktestSummary } from "../backtest/backtest.js";
import type { Summary } from "../evaluate/evaluate.js";
import { counted, decimal, percent, whole } from "./format.js";
import { html, type Markup } from "./html.js";

/** The few figures to look at first, as tiles: of the test split (or the first there is) and of the backtest. */
export function tiles(name: string, summary: Summary, backtest: BacktestResult | undefined): Markup {
  const shown = [...scoreTiles(name, summary), ...(backtest ? strategyTiles(backtest.summary) : [])];
  const columns = shown.length === 4 || shown.length === 2 ? shown.length : 3;
  return html`<div class="tiles" style="--columns:${columns}">
${shown}</div>
`;
}

function scoreTiles(name: string, summary: Summary): Markup[] {
  const { rankIc, rankIcStandardError, rankIcT, rankIcir, days, nll, nllConstant, coverage90, coverage50 } = summary;
  const spread =
    rankIcStandardError === undefined ? "" : `± ${decimal(rankIcStandardError, 4)}, t = ${decimal(rankIcT, 1)}, `;
  const shown: Markup[] = [];
  if (rankIc !== undefined)
    shown.push(tile(`Rank IC, ${name}`, decimal(rankIc, 4), `${spread}${counted(days, "date")}`));
  if (rankIcir !== undefined) {
    shown.push(tile(`Rank ICIR, ${name}`, decimal(rankIcir, 2), "mean over standard deviation, a day"));
  }
  if (coverage90 !== undefined) {
    shown.push(tile("90 % interval held", percent(coverage90), `50 % interval: ${percent(coverage50)}`));
  }
  if (nll !== undefined) shown.push(tile("Negative log-likelihood", decimal(nll, 3), nllText(nll, nllConstant)));
  return shown;
}

function strategyTiles({ excessWithCosts, excessWithoutCosts, withCosts }: BacktestSummary): Markup[] {
  return [
    tile(
      "Excess return a year",
      percent(excessWithCosts.annualReturnSum),
      `after costs; ${percent(excessWithoutCosts.annualReturnSum)} without`,
    ),
    tile(
      "Information ratio",
      decimal(excessWithCosts.sharpe, 2),
      `after costs; deepest drawdown ${percent(withCosts.maxDrawdown)}`,
    ),
  ];
}

function tile(name: string, value: string, remark: string): Markup {
  return html`<div class="tile"><div class="name">${name}</div><div class="value">${value}</div><div class="remark">${remark}</div></div>
`;
}

function nllText(nll: number, nllConstant: number | undefined): string {
  if (nllConstant === undefined) return "nats per stock-day, less is better";
  return `${decimal(Math.abs(nllConstant - nll), 3)} ${nll <= nllConstant ? "better" : "worse"} than constant risk`;
}

interface Row {
  readonly name: string;
  readonly text: (summary: Summary) => string;
}

const rows: readonly Row[] = [
  { name: "dates (skipped)", text: ({ days, skippedDays }) => `${whole(days)} (${whole(skippedDays)})` },
  { name: "stocks, stocks a date", text: ({ stocks, stocksPerDay }) => `${whole(stocks)}, ${whole(stocksPerDay)}` },
  { name: "Rank IC", text: ({ rankIc }) => decimal(rankIc, 4) },
  { name: "standard error", text: ({ rankIcStandardError }) => decimal(rankIcStandardError, 4) },
  { name: "t-value (Newey-West)", text: ({ rankIcT }) => decimal(rankIcT, 2) },
  { name: "Rank ICIR, a day", text: ({ rankIcir }) => decimal(rankIcir, 3) },
  { name: "dates with Rank IC above 0", text: ({ positiveDays }) => percent(positiveDays) },
  { name: "IC", text: ({ ic }) => decimal(ic, 4) },
  { name: "ICIR, a day", text: ({ icir }) => decimal(icir, 3) },
  { name: "rank autocorrelation, a day", text: ({ rankAutocorrelation }) => decimal(rankAutocorrelation, 3) },
  { name: "NLL, nats per stock-day", text: ({ nll }) => decimal(nll, 4) },
  { name: "NLL of constant risk", text: ({ nllConstant }) => decimal(nllConstant, 4) },
  { name: "50 % interval held", text: ({ coverage50 }) => percent(coverage50) },
  { name: "80 % interval held", text: ({ coverage80 }) => percent(coverage80) },
  { name: "90 % interval held", text: ({ coverage90 }) => percent(coverage90) },
  { name: "95 % interval held", text: ({ coverage95 }) => percent(coverage95) },
  { name: "squared error over squared risk, mean (1 is exact)", text: ({ meanSquaredZ }) => decimal(meanSquaredZ, 3) },
  {
    name: "the same of the equal-weight portfolio (1 is exact)",
    text: ({ portfolioSquaredZ }) => decimal(portfolioSquaredZ, 2),
  },
  {
    name: "the same, were the stocks' errors independent",
    text: (summary) => decimal(summary.portfolioSquaredZIndependent, 2),
  },
];

/** All figures, one column a summary; a row that no summary fills is left out. */
export function figuresTable(summaries: readonly (readonly [string, Summary])[]): Markup {
  const filled = rows
    .map(({ name, text }) => ({ name, texts: summaries.map(([, summary]) => text(summary)) }))
    .filter(({ texts }) => texts.some((text) => text !== "–"));
  return html`<div class="scroll"><table>
<thead><tr><th></th>${summaries.map(([name]) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>
${filled.map(
  ({ name, texts }) => html`<tr><th scope="row">${name}</th>${texts.map((text) => html`<td>${text}</td>`)}</tr>
`,
)}</tbody></table></div>
<p class="remark">Scores are compared with the raw returns that followed. IC is Pearson's correlation over a date's stocks, Rank IC Spearman's;
ICIR is mean over standard deviation, not annualised. One year of 500 stocks has a standard error of about 0.01 in the mean Rank IC: two figures
closer than that are alike. NLL is the negative log-likelihood, less is better. Squared error over squared risk tells the
size of the risks: below 1 they are too large, above it too small. That of the equal-weight portfolio sets the error of each date's mean return
against the risk predicted for it; were the stocks' errors independent, it would lie far above 1 wherever they share a factor, such as the market.</p>
`;
}
