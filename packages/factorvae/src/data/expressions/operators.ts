import { rollingCorrelation } from "../operators/rolling-correlation.js";
import { rollingMaximum, rollingMinimum } from "../operators/rolling-extremes.js";
import { rollingLine } from "../operators/rolling-line.js";
import { deviationOf, rollingMoments } from "../operators/rolling-moments.js";
import { rollingOrder } from "../operators/rolling-order.js";
import { rollingSum } from "../operators/rolling-sums.js";
import { differences, lagged } from "../operators/series.js";

type Series = Float64Array;

/** An operator date by date, of numbers or series. */
interface Pointwise {
  readonly kind: "pointwise";
  readonly operands: number;
  readonly of: (...values: number[]) => number;
}

/** An operator over a window of dates, whose number is the operand after the series; a quantile has a share after it. */
interface Windowed {
  readonly kind: "windowed";
  /** Series before the number of dates, and numbers after it. */
  readonly series: 1 | 2;
  readonly numbers: 0 | 1;
  /** Dates before its own that a window of so many dates reads. */
  readonly lookBack: (days: number) => number;
  /** The fewest dates. */
  readonly least: number;
  readonly of: (series: readonly Series[], days: number, share: number) => Series;
}

const pointwise = (operands: number, of: Pointwise["of"]): Pointwise => ({ kind: "pointwise", operands, of });

const rolling = (of: (values: Series, days: number) => Series, least = 1): Windowed => ({
  kind: "windowed",
  series: 1,
  numbers: 0,
  lookBack: (days) => days - 1,
  least,
  of: ([values], days) => of(values, days),
});

const before = (of: (values: Series, days: number) => Series): Windowed => ({
  ...rolling(of, 0),
  lookBack: (days) => days,
});

const quantile: Windowed = {
  ...rolling((values) => values),
  numbers: 1,
  of: ([values], days, share) => rollingOrder(values, days, [share]).quantiles[0],
};

const correlation: Windowed = {
  ...rolling((values) => values, 2),
  series: 2,
  of: ([first, second], days) => rollingCorrelation(first, second)(days),
};

const truth = (holds: boolean): number => (holds ? 1 : 0);
const eitherMissing = (a: number, b: number): boolean => Number.isNaN(a) || Number.isNaN(b);

/** What an expression may be made of, by name. A comparison with a missing side is 0; arithmetic with one is missing. */
export const operators: Readonly<Record<string, Pointwise | Windowed>> = {
  "+": pointwise(2, (a, b) => a + b),
  "-": pointwise(2, (a, b) => a - b),
  "*": pointwise(2, (a, b) => a * b),
  "/": pointwise(2, (a, b) => a / b),
  "<": pointwise(2, (a, b) => truth(a < b)),
  ">": pointwise(2, (a, b) => truth(a > b)),
  "<=": pointwise(2, (a, b) => truth(a <= b)),
  ">=": pointwise(2, (a, b) => truth(a >= b)),
  "==": pointwise(2, (a, b) => truth(a === b)),
  "!=": pointwise(2, (a, b) => truth(a !== b && !eitherMissing(a, b))),
  Abs: pointwise(1, Math.abs),
  Log: pointwise(1, Math.log),
  Sign: pointwise(1, Math.sign),
  Power: pointwise(2, (a, b) => a ** b),
  Greater: pointwise(2, Math.max),
  Less: pointwise(2, Math.min),
  If: pointwise(3, (condition, yes, no) => (Number.isNaN(condition) ? Number.NaN : condition !== 0 ? yes : no)),
  Ref: before(lagged),
  Delta: before((values, days) => differences(values, lagged(values, days))),
  Mean: rolling((values, days) => rollingMoments(values)(days).mean),
  Sum: rolling((values, days) => rollingSum(values)(days)),
  Std: rolling((values, days) => deviationOf(rollingMoments(values)(days)), 2),
  Max: rolling((values, days) => rollingMaximum(values)(days).value),
  Min: rolling((values, days) => rollingMinimum(values)(days).value),
  IdxMax: rolling((values, days) => rollingMaximum(values)(days).position),
  IdxMin: rolling((values, days) => rollingMinimum(values)(days).position),
  Rank: rolling((values, days) => rollingOrder(values, days, []).rank),
  Slope: rolling((values, days) => rollingLine(values)(days).slope, 2),
  Rsquare: rolling((values, days) => rollingLine(values)(days).explained, 2),
  Resi: rolling((values, days) => differences(values, rollingLine(values)(days).last), 2),
  Quantile: quantile,
  Corr: correlation,
};

/** The longest window that may be asked for, in dates. */
export const longestWindow = 2000;
