/**
 * Figures of a series of daily returns. Shares, not percent; absent where they cannot exist. A return below -1, which
 * an excess over a benchmark can be, cannot be compounded: the three figures that compound are then absent.
 */
export interface Performance {
  /** Compound: (product of 1 + r)^(periods / days) - 1; absent also if it is more than a number can hold. */
  readonly annualReturn?: number | undefined;
  /** Sum: mean of r times periods a year. */
  readonly annualReturnSum: number;
  /** Product of 1 + r, less 1, over the whole time. */
  readonly totalReturn?: number | undefined;
  /** Standard deviation of r (ddof 1) times the root of periods a year; absent for one day. */
  readonly volatility?: number | undefined;
  /**
   * annualReturnSum / volatility, risk-free rate 0; of excess returns it is the information ratio. Absent at no
   * volatility.
   */
  readonly sharpe?: number | undefined;
  /** Largest fall from a peak as a share of the peak, from 0 (none) to 1. */
  readonly maxDrawdown?: number | undefined;
}

/** Annualised figures of daily returns. Throws for an empty series and for a return that is not finite. */
export function performance(returns: ArrayLike<number>, periodsPerYear: number): Performance {
  const days = returns.length;
  if (days === 0) throw new Error("performance: there are no returns; at least 1 day is needed");
  let sum = 0;
  for (let day = 0; day < days; day++) {
    if (!Number.isFinite(returns[day])) throw new Error(`performance: the return of day ${day} is ${returns[day]}`);
    sum += returns[day];
  }
  const annualReturnSum = (sum / days) * periodsPerYear;
  const volatility = standardDeviation(returns, sum / days);
  const annualVolatility = volatility === undefined ? undefined : volatility * Math.sqrt(periodsPerYear);
  return {
    ...compoundFigures(returns, periodsPerYear),
    annualReturnSum,
    volatility: annualVolatility,
    sharpe: annualVolatility ? annualReturnSum / annualVolatility : undefined,
  };
}

function compoundFigures(returns: ArrayLike<number>, periodsPerYear: number) {
  let logGrowth = 0;
  for (let day = 0; day < returns.length; day++) {
    if (returns[day] < -1) return {};
    logGrowth += Math.log1p(returns[day]);
  }
  const finite = (value: number) => (Number.isFinite(value) ? value : undefined);
  return {
    annualReturn: finite(Math.expm1((logGrowth * periodsPerYear) / returns.length)),
    totalReturn: finite(Math.expm1(logGrowth)),
    maxDrawdown: drawdowns(compound(returns)).reduce((deepest, drawdown) => Math.max(deepest, -drawdown), 0),
  };
}

/** Value of 1 after each return, starting with 1 itself: one entry more than there are returns. */
export function compound(returns: ArrayLike<number>): Float64Array {
  const values = new Float64Array(returns.length + 1);
  values[0] = 1;
  for (let day = 0; day < returns.length; day++) values[day + 1] = values[day] * (1 + returns[day]);
  return values;
}

/** Daily returns of a series of positive values: one entry fewer than there are values. */
export function returnsOf(values: ArrayLike<number>): Float64Array {
  const returns = new Float64Array(Math.max(0, values.length - 1));
  for (let day = 0; day < returns.length; day++) returns[day] = values[day + 1] / values[day] - 1;
  return returns;
}

/**
 * How far each of some positive values lies below the highest value up to it, as a share of that: 0 at a peak, negative
 * below.
 */
export function drawdowns(values: ArrayLike<number>): Float64Array {
  const result = new Float64Array(values.length);
  let peak = 0;
  for (let day = 0; day < values.length; day++) {
    peak = Math.max(peak, values[day]);
    result[day] = values[day] / peak - 1;
  }
  return result;
}

function standardDeviation(returns: ArrayLike<number>, mean: number): number | undefined {
  if (returns.length < 2) return undefined;
  let squares = 0;
  let constant = true;
  for (let day = 0; day < returns.length; day++) {
    squares += (returns[day] - mean) ** 2;
    if (returns[day] !== returns[0]) constant = false;
  }
  // Rounding of the mean would give a constant series a tiny volatility, and so an enormous Sharpe ratio.
  return constant ? 0 : Math.sqrt(squares / (returns.length - 1));
}
