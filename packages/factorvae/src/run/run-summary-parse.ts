import { z } from "zod";

const figure = z.exactOptional(z.number());

const summary = z.object({
  days: z.number(),
  skippedDays: z.number(),
  skippedUnlabelled: z.number(),
  skippedTooFewStocks: z.number(),
  skippedConstant: z.number(),
  stocks: z.number(),
  stocksPerDay: figure,
  stockDays: z.number(),
  ic: figure,
  icir: figure,
  icStandardError: figure,
  icT: figure,
  rankIc: figure,
  rankIcir: figure,
  rankIcStandardError: figure,
  rankIcT: figure,
  positiveDays: figure,
  lag: figure,
  rankAutocorrelation: figure,
  rootMeanSquaredError: figure,
  nll: figure,
  nllConstant: figure,
  coverage50: figure,
  coverage80: figure,
  coverage90: figure,
  coverage95: figure,
  meanSquaredZ: figure,
  portfolioSquaredZ: figure,
  portfolioSquaredZIndependent: figure,
  groupReturns: z.exactOptional(z.array(z.number())),
});

const performance = z.object({
  annualReturn: figure,
  annualReturnSum: z.number(),
  totalReturn: figure,
  volatility: figure,
  sharpe: figure,
  maxDrawdown: figure,
});

const backtest = z.object({
  strategy: z.enum(["TopK-Drop", "TDrisk"]),
  k: z.number(),
  n: z.number(),
  eta: z.number(),
  buyCost: z.number(),
  sellCost: z.number(),
  tradeAt: z.enum(["close", "open"]),
  benchmarkName: z.string(),
  firstDate: z.string(),
  lastDate: z.string(),
  days: z.number(),
  periodsPerYear: z.number(),
  withCosts: performance,
  withoutCosts: performance,
  benchmark: performance,
  excessWithCosts: performance,
  excessWithoutCosts: performance,
  turnover: z.number(),
  lapsedBuys: z.number(),
  lapsedSells: z.number(),
  delisted: z.number(),
  notes: z.array(z.string()),
});

const tallies = z.record(z.string(), z.object({ count: z.number(), example: z.string() }));

const stored = z.object({
  rows: z.object({ read: z.number(), used: z.number(), dropped: tallies, noted: tallies }),
  training: z.looseObject({ bestEpoch: z.int().min(1) }),
  valid: summary,
  test: summary,
  backtest,
  notes: z.array(z.string()),
  oracle: z.exactOptional(summary),
  observable: z.exactOptional(summary),
  ridge: z.exactOptional(summary),
});

const storedWalkForward = z.object({
  rows: stored.shape.rows,
  folds: z.array(z.object({ folder: z.string(), test: summary })),
  test: summary,
  backtest,
  notes: z.array(z.string()),
});

/** What a report takes from a `summary.json`. */
export type StoredSummary = z.output<typeof stored>;

/**
 * The figures in the text of a `summary.json`.
 *
 * @throws Error that names what is missing or of another kind.
 */
export const parseSummary = (text: string): StoredSummary => parsedBy(stored, text);

/** What a report takes from the `summary.json` of a walk forward. Throws as `parseSummary`. */
export const parseWalkForward = (text: string): z.output<typeof storedWalkForward> => parsedBy(storedWalkForward, text);

function parsedBy<Shape extends z.ZodType>(shape: Shape, text: string): z.output<Shape> {
  const result = shape.safeParse(JSON.parse(text));
  if (result.success) return result.data;
  const reasons = result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new Error(`summary: ${reasons.join("; ")}`);
}
