/** Regressions on the same columns. */
export interface DayRegression {
  /** Replaces values of all stocks by their residuals. */
  toResiduals(column: Float64Array): void;
}

/** A column that leaves less than this share of itself beside the others and the intercept is one of them again. */
const dependent = 1e-10;
/** Values are float32: a residual below this share of their spread is rounding. */
const explained = 1e-6;

/**
 * Least squares on an intercept and columns over the members that have all of these and a value. Their coefficients give the
 * residuals of all stocks. Columns that depend on the others change nothing. Residuals are missing where the value or a
 * column is, and for all where the members are no more than the coefficients; they are 0 where the columns explain
 * all, to 1e-6 of the values' spread; of a stock that does not count, where they explain its own.
 * @param columns `[columns][stocks]`, NaN where missing
 * @param members 1 for the stocks that count
 */
export function dayRegression(columns: readonly Float64Array[], members: Uint8Array): DayRegression {
  const stocks = members.length;
  const counted = new Uint8Array(stocks);
  let basis: Float64Array[] | undefined;
  let count = 0;

  /** Whether a set of stocks is that of the value before, for which there is a basis already; the set is kept. */
  function keepCounted(column: Float64Array): boolean {
    let isSame = basis !== undefined;
    count = 0;
    for (let n = 0; n < stocks; n++) {
      const counts = members[n] === 1 && !Number.isNaN(column[n]) && columns.every((x) => !Number.isNaN(x[n])) ? 1 : 0;
      if (counted[n] !== counts) isSame = false;
      counted[n] = counts;
      count += counts;
    }
    return isSame;
  }

  const product = (a: Float64Array, b: Float64Array): number => {
    let sum = 0;
    for (let n = 0; n < stocks; n++) if (counted[n] === 1) sum += a[n] * b[n];
    return sum;
  };
  const center = (a: Float64Array): void => {
    let sum = 0;
    for (let n = 0; n < stocks; n++) if (counted[n] === 1) sum += a[n];
    const mean = sum / count;
    for (let n = 0; n < stocks; n++) a[n] -= mean;
  };
  const takeOff = (from: Float64Array, directions: readonly Float64Array[]): void => {
    for (const direction of directions) {
      const share = product(from, direction);
      for (let n = 0; n < stocks; n++) from[n] -= share * direction[n];
    }
  };

  /** Orthonormal over the counted stocks; on others the same combinations of columns. */
  function orthonormal(): Float64Array[] {
    const directions: Float64Array[] = [];
    for (const values of columns) {
      const direction = values.slice();
      const size = Math.sqrt(product(values, values));
      center(direction);
      // Twice: what rounding leaves of the others after once is taken off, too.
      takeOff(direction, directions);
      takeOff(direction, directions);
      const length = Math.sqrt(product(direction, direction));
      if (length > dependent * size) directions.push(direction.map((value) => value / length));
    }
    return directions;
  }

  return {
    toResiduals(column) {
      if (!keepCounted(column) || basis === undefined) basis = orthonormal();
      if (count <= basis.length + 1) return void column.fill(Number.NaN);
      center(column);
      const spread = Math.sqrt(product(column, column));
      takeOff(column, basis);
      const isExplained = Math.sqrt(product(column, column)) <= explained * spread;
      for (let n = 0; n < stocks; n++) {
        if (columns.some((x) => Number.isNaN(x[n]))) column[n] = Number.NaN;
        else if (isExplained && (counted[n] === 1 || Math.abs(column[n]) <= explained * spread)) column[n] = 0;
      }
    },
  };
}
