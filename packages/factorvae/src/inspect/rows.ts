import type { Panel } from "../data/panel.js";
import { type Finder, type Finding, seriesOf } from "./finder.js";

/** The first and last date on which each symbol has a row. */
export function listings({ symbols, dates, present }: Panel): { first: number; last: number }[] {
  return symbols.map((_, n) => {
    const rows = present.subarray(n * dates.length, (n + 1) * dates.length);
    return { first: rows.indexOf(1), last: rows.lastIndexOf(1) };
  });
}

/** Symbols that begin after the file does. */
export const lateListings: Finder = {
  name: "late-listing",
  about: "symbols whose first row comes after the file's first date",
  find: (panel) =>
    listings(panel).flatMap(({ first }, n) =>
      first > 0
        ? [
            {
              symbol: panel.symbols[n],
              date: panel.dates[first],
              detail: `first row, ${first} dates late`,
              weight: first,
            },
          ]
        : [],
    ),
};

/** Symbols that end before the file does. */
export const delistings: Finder = {
  name: "delisting",
  about: "symbols whose last row comes before the file's last date",
  find: (panel) =>
    listings(panel).flatMap(({ last }, n) => {
      const early = panel.dates.length - 1 - last;
      if (early === 0) return [];
      return [
        { symbol: panel.symbols[n], date: panel.dates[last], detail: `last row, ${early} dates early`, weight: early },
      ];
    }),
};

/** Market dates without a row between a symbol's first and last. */
export const gaps: Finder = {
  name: "gap",
  about: "market dates without a row between a symbol's first and last row",
  find: (panel) => {
    const { dates, present, symbols } = panel;
    return listings(panel).flatMap(({ first, last }, n) => {
      const found: Finding[] = [];
      for (let from = first; from <= last; from++) {
        if (present[n * dates.length + from] === 1) continue;
        let to = from;
        while (present[n * dates.length + to + 1] === 0) to++;
        const detail = to === from ? "no row" : `no row on ${to - from + 1} dates, to ${dates[to]}`;
        found.push({ symbol: symbols[n], date: dates[from], detail, weight: to - from + 1 });
        from = to;
      }
      return found;
    });
  },
};

/** Rows with volume 0. */
export const suspendedDays: Finder = {
  name: "suspended",
  about: "rows with volume 0; their prices are missing, unless over half of all volumes are 0",
  find: (panel) => rowsWhere(panel, (volume) => volume === 0, "volume"),
};

/** Rows with a missing price that are not suspended. */
export const missingPrices: Finder = {
  name: "missing-price",
  about: "rows that lack an open, high, low or close though the stock was not suspended",
  find: (panel) =>
    ["open", "high", "low", "close"]
      .filter((name) => panel.fields[name] !== undefined)
      .flatMap((name) => rowsWhere(panel, Number.isNaN, name).filter(({ weight }) => weight === 1)),
};

/** Rows on which a field meets a condition; `weight` is 1 where the row is not suspended. */
function rowsWhere(panel: Panel, holds: (value: number) => boolean, name: string): Finding[] {
  const { symbols, dates, present } = panel;
  if (panel.fields[name] === undefined) return [];
  return symbols.flatMap((symbol, n) => {
    const [values, volume] = [seriesOf(panel, name, n), seriesOf(panel, "volume", n)];
    const found: Finding[] = [];
    values.forEach((value, t) => {
      if (present[n * dates.length + t] === 0 || !holds(value)) return;
      const detail = Number.isNaN(value) ? `no ${name}` : `${name} ${value}`;
      found.push({ symbol, date: dates[t], detail, weight: volume[t] === 0 ? 0 : 1 });
    });
    return found;
  });
}
