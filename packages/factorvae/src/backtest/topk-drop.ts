/** Orders of one day: stocks by number, the worst held first to go, the best candidates first to come. */
export interface Orders {
  readonly sell: readonly number[];
  readonly buy: readonly number[];
}

/**
 * TopK-Drop's orders: hold about `k` stocks, and replace at most `n` of them a day.
 *
 * `ranked` are the stocks that have a score, best first; `held` those in the portfolio, in any order. Candidates are
 * the best n + k - |held| stocks not held. Of the pool of held and candidates the worst n are to go: those of them that
 * are held are sold. The best candidates are bought, up to k stocks. So at least k - n stocks are kept, and the first
 * day buys k. A held stock without a score counts as worse than any with one.
 */
export function topkDrop(ranked: readonly number[], held: readonly number[], k: number, n: number): Orders {
  const inPortfolio = new Set(held);
  const scored = new Set(ranked);
  const unscored = held.filter((stock) => !scored.has(stock)).sort((a, b) => a - b);
  const candidates = ranked.filter((stock) => !inPortfolio.has(stock)).slice(0, Math.max(0, n + k - held.length));
  const eligible = new Set([...held, ...candidates]);
  const pool = [...ranked.filter((stock) => eligible.has(stock)), ...unscored];
  const sell = pool
    .slice(Math.max(0, pool.length - n))
    .filter((stock) => inPortfolio.has(stock))
    .reverse();
  return { sell, buy: candidates.slice(0, Math.max(0, k - held.length + sell.length)) };
}

/**
 * Stocks by descending `score - eta risk` (TDrisk; eta 0 is plain TopK-Drop); ties by the stock's number.
 *
 * `stocks`, `score` and `risk` are columns of equal length; `risk` may be absent where eta is 0.
 */
export function rankStocks(
  stocks: ArrayLike<number>,
  score: ArrayLike<number>,
  risk: ArrayLike<number> | undefined,
  eta: number,
): number[] {
  const value = Float64Array.from(score, (mean, row) =>
    risk === undefined || eta === 0 ? mean : mean - eta * risk[row],
  );
  const order = Uint32Array.from(value, (_, row) => row);
  order.sort((a, b) => (value[a] > value[b] ? -1 : value[a] < value[b] ? 1 : stocks[a] - stocks[b]));
  return Array.from(order, (row) => stocks[row]);
}
