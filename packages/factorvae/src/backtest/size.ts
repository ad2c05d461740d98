/** How many stocks to hold and to replace. */
export interface PortfolioSize {
  readonly k: number;
  readonly n: number;
  /** Says what was chosen by itself. */
  readonly notes: readonly string[];
}

const defaultK = 50;
/** A portfolio of more than one stock in so many of the universe is hardly a choice. */
const stocksPerHolding = 5;

/**
 * Settles k and n for a universe of `stocksPerDay` scored stocks.
 *
 * k defaults to 50; `auto` takes a fifth of the universe, at most 50. n defaults to a tenth of k, at least 1. Throws
 * when k is more than a fifth of the universe (naming a k that fits), when k or n is no whole number of at least 1, or
 * n is above k.
 */
export function chooseSize(stocksPerDay: number, k: number | "auto" = defaultK, n?: number): PortfolioSize {
  const fitting = Math.max(1, Math.min(defaultK, Math.floor(stocksPerDay / stocksPerHolding)));
  const stocks = stocksPerDay.toFixed(0);
  const chosenK = k === "auto" ? fitting : k;
  if (!Number.isInteger(chosenK) || chosenK < 1) {
    throw new Error(`backtest: k is ${chosenK}; it is a whole number of stocks, at least 1, or "auto"`);
  }
  if (chosenK > fitting && chosenK > stocksPerDay / stocksPerHolding) {
    throw new Error(
      `backtest: k = ${chosenK} is more than a fifth of the ${stocks} stocks scored a day; try k = ${fitting}`,
    );
  }
  const chosenN = n ?? Math.max(1, Math.round(chosenK / 10));
  if (!Number.isInteger(chosenN) || chosenN < 1 || chosenN > chosenK) {
    throw new Error(`backtest: n is ${chosenN}; it is a whole number from 1 to k = ${chosenK}`);
  }
  const notes: string[] = [];
  if (k === "auto")
    notes.push(`k = ${chosenK} was chosen: a fifth of the ${stocks} stocks scored a day, at most ${defaultK}`);
  if (n === undefined && chosenK !== defaultK) notes.push(`n = ${chosenN} was chosen: a tenth of k`);
  return { k: chosenK, n: chosenN, notes };
}
