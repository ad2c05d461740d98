/** What a demonstration's `summary.json` says that it is judged by. Rank ICs and coverages are of the test. */
export interface DemoFigures {
  readonly market: string;
  /** Test Rank IC as a share of the oracle's. */
  readonly ofOracle: number;
  /** Test Rank IC less that of the better ridge, as a share of the oracle's. */
  readonly overRidge: number;
  /** Newey-West t-value of the daily differences to each ridge; the smaller one. */
  readonly overRidgeT: number;
  /** Divergence of posterior from prior, nats a day, and active factors: of the epoch that was kept. */
  readonly divergence: number;
  readonly activeFactors: number;
  readonly coverage90: number;
  readonly coverage50: number;
  /** Negative log-likelihood under one constant risk, less that under the model's, nats. */
  readonly overConstantRisk: number;
}

/** A condition that the figures have to meet, over one market or over the mean of all. */
export interface Rule {
  readonly figure: Exclude<keyof DemoFigures, "market">;
  readonly over: "each" | "mean";
  readonly least?: number;
  readonly most?: number;
}

/** What the demonstration has to show. */
export const rules: readonly Rule[] = [
  { figure: "ofOracle", over: "mean", least: 0.65 },
  { figure: "ofOracle", over: "each", least: 0.55 },
  { figure: "overRidge", over: "mean", least: 0.08 },
  { figure: "overRidgeT", over: "each", least: 2 },
  { figure: "divergence", over: "each", least: 0.1 },
  { figure: "activeFactors", over: "each", least: 3 },
  { figure: "coverage90", over: "each", least: 0.85, most: 0.95 },
  { figure: "coverage50", over: "each", least: 0.45, most: 0.65 },
  { figure: "overConstantRisk", over: "each", least: 0.05 },
];

/**
 * Takes the figures out of a demonstration's `summary.json`.
 *
 * @throws Error that names the field which is missing or no finite number.
 */
export function figuresOf(market: string, summary: unknown): DemoFigures {
  const at = (path: string): number => numberAt(market, summary, path);
  const ridges = ["lastDay", "window"];
  const smallest = (field: string): number =>
    Math.min(...ridges.map((ridge) => at(`comparison.ridges.${ridge}.${field}`)));
  return {
    market,
    ofOracle: at("test.rankIc") / at("oracle.rankIc"),
    overRidge:
      (at("test.rankIc") - Math.max(...ridges.map((ridge) => at(`ridges.${ridge}.rankIc`)))) / at("oracle.rankIc"),
    overRidgeT: smallest("t"),
    divergence: at("training.kl"),
    activeFactors: at("training.activeFactors"),
    coverage90: at("test.coverage90"),
    coverage50: at("test.coverage50"),
    overConstantRisk: at("test.nllConstant") - at("test.nll"),
  };
}

function numberAt(market: string, summary: unknown, path: string): number {
  const value = path
    .split(".")
    .reduce<unknown>(
      (part, name) => (typeof part === "object" && part !== null ? Reflect.get(part, name) : undefined),
      summary,
    );
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new Error(`${market}: summary.json has no number at ${path}, but ${JSON.stringify(value) ?? "nothing"}`);
}

/** Sentences on the rules that are not met; none if the markets pass. */
export function failures(markets: readonly DemoFigures[]): string[] {
  return rules.flatMap((rule) => {
    const { figure, over, least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY } = rule;
    const values =
      over === "each"
        ? markets.map((market) => ({ of: market.market, value: market[figure] }))
        : [{ of: "mean", value: markets.reduce((sum, market) => sum + market[figure], 0) / markets.length }];
    const bound = [
      rule.least === undefined ? [] : `at least ${least}`,
      rule.most === undefined ? [] : `at most ${most}`,
    ];
    return values
      .filter(({ value }) => !(value >= least && value <= most))
      .map(({ of, value }) => `${of}: ${figure} is ${value.toFixed(3)}; it must be ${bound.flat().join(" and ")}`);
  });
}

/** The figures as lines of text: a row a market, a column a figure, the mean below. */
export function table(markets: readonly DemoFigures[]): string {
  const columns = [
    "ofOracle",
    "overRidge",
    "overRidgeT",
    "divergence",
    "activeFactors",
    "coverage90",
    "coverage50",
    "overConstantRisk",
  ] as const;
  const mean = (column: (typeof columns)[number]): number =>
    markets.reduce((sum, market) => sum + market[column], 0) / markets.length;
  const rows = [
    ["", ...columns],
    ...markets.map((market) => [market.market, ...columns.map((column) => market[column].toFixed(3))]),
    ["mean", ...columns.map((column) => mean(column).toFixed(3))],
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) => row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join("  "))
    .join("\n");
}

/** The figures that a reader wants, as rows of a Markdown table. */
export function markdownRows(markets: readonly DemoFigures[]): string[] {
  const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
  return markets.map((market) => {
    const { ofOracle, overRidge, overRidgeT, divergence, activeFactors, coverage50, coverage90, overConstantRisk } =
      market;
    const cells = [
      market.market,
      percent(ofOracle),
      percent(overRidge),
      overRidgeT.toFixed(1),
      overConstantRisk.toFixed(3),
      `${percent(coverage50)}, ${percent(coverage90)}`,
      `${divergence.toFixed(2)}, ${activeFactors}`,
    ];
    return `| ${cells.join(" | ")} |`;
  });
}
