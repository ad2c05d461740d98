import { type Finder, seriesOf, shown } from "./finder.js";
import { repeatedBars as repeats } from "./repeated-bars.js";

/** Bars whose high is below their low. */
export const crossedBars: Finder = {
  name: "high-below-low",
  about: "bars whose high is below their low; used as they are",
  find: (panel) =>
    panel.symbols.flatMap((symbol, n) => {
      const [high, low] = [seriesOf(panel, "high", n), seriesOf(panel, "low", n)];
      return panel.dates.flatMap((date, t) =>
        high[t] < low[t]
          ? [
              {
                symbol,
                date,
                detail: `high ${shown(high[t])}, low ${shown(low[t])}`,
                weight: Math.log(low[t] / high[t]),
              },
            ]
          : [],
      );
    }),
};

/** Bars that repeat the one before, to the digit. */
export const repeatedBars: Finder = {
  name: "repeated-bar",
  about:
    "rows that repeat the bar of the date before to the digit, volume included: filled, from before or from what follows",
  find: (panel) =>
    repeats(panel).map(({ symbol, from, to }) => ({
      symbol: panel.symbols[symbol],
      date: panel.dates[to],
      detail: `the bar of ${panel.dates[from]}`,
      weight: to - from,
    })),
};
