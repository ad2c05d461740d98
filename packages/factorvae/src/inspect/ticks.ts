import { medianInPlace } from "../data/median.js";
import type { Panel } from "../data/panel.js";
import { type Finder, type Finding, seriesOf, shown } from "./finder.js";

/** Shares by which a close may lie outside its own day's low and high. */
const outsideBar = 0.005;
/** A bar is an island if this share of free space lies between it and the bars of both neighbours. */
const islandGap = 0.05;
/** Share of an island's distance by which the price after may differ from the price before. */
const comesBack = 0.5;

interface Bars {
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly close: Float64Array;
}

/** Closes that cannot be: outside their own bar, or far from both neighbours. */
export const badTicks: Finder = {
  name: "bad-tick",
  about:
    "closes outside their own day's low and high, and bars far from both neighbours after which the price comes back",
  find: (panel) => bySymbol(panel, (bars, t) => outside(bars, t) ?? island(bars, t)),
};

type Told = Omit<Finding, "symbol" | "date">;

function bySymbol(panel: Panel, look: (bars: Bars, t: number) => Told | undefined): Finding[] {
  return panel.symbols.flatMap((symbol, n) => {
    const bars = barsOf(panel, n);
    return panel.dates.flatMap((date, t) => {
      const told = Number.isNaN(bars.close[t]) ? undefined : look(bars, t);
      return told ? [{ symbol, date, ...told }] : [];
    });
  });
}

/** Lows and highs as the file has them; the close in the place of those that are missing. */
function barsOf(panel: Panel, n: number): Bars {
  const close = seriesOf(panel, "close", n);
  const or = (values: Float64Array) => values.map((value, t) => (Number.isNaN(value) ? close[t] : value));
  return { close, low: or(seriesOf(panel, "low", n)), high: or(seriesOf(panel, "high", n)) };
}

function outside({ low, high, close }: Bars, t: number): Told | undefined {
  const weight = Math.max(Math.log(close[t] / high[t]), Math.log(low[t] / close[t]));
  if (!(weight > outsideBar)) return undefined;
  return { detail: `close ${shown(close[t])}, low ${shown(low[t])}, high ${shown(high[t])}`, weight };
}

function island({ low, high, close }: Bars, t: number): Told | undefined {
  const [before, after] = [close[t - 1], close[t + 1]];
  if (!(before > 0 && after > 0)) return undefined;
  const above = Math.min(close[t], low[t]) / Math.max(high[t - 1], high[t + 1], before, after) - 1;
  const below = Math.min(low[t - 1], low[t + 1], before, after) / Math.max(close[t], high[t]) - 1;
  const distance = Math.min(Math.abs(Math.log(close[t] / before)), Math.abs(Math.log(close[t] / after)));
  if (Math.max(above, below) < islandGap || Math.abs(Math.log(after / before)) > comesBack * distance) return undefined;
  return { detail: `close ${shown(close[t])} between ${shown(before)} and ${shown(after)}`, weight: distance };
}

/** Jumps of price against usual moves, and of volume against the usual, that make a bar one of the next day. */
const jumpMoves = 4;
const quietVolume = 1.5;
const surge = 2;
const usualDates = 60;

/** Jumps one day before the trading that belongs to them: the bar may hold the next day's prices. */
export const earlyJumps: Finder = {
  name: "early-jump",
  about:
    "an overnight jump on usual volume, then a day of heavy volume that hardly moves: the bar may hold the next day's prices",
  find: (panel) =>
    panel.symbols.flatMap((symbol, n) => {
      const [close, volume] = [seriesOf(panel, "close", n), seriesOf(panel, "volume", n)];
      const open = panel.fields.open === undefined ? close : seriesOf(panel, "open", n);
      return panel.dates.flatMap((date, t) => {
        const told = t < usualDates ? undefined : earlyJump(open, close, volume, t);
        return told ? [{ symbol, date, ...told }] : [];
      });
    }),
};

function earlyJump(open: Float64Array, close: Float64Array, volume: Float64Array, t: number): Told | undefined {
  const move = Math.log(close[t] / close[t - 1]);
  const overnight = Math.log(open[t] / close[t - 1]);
  const next = Math.log(close[t + 1] / close[t]);
  // The dear part comes last: most dates end here.
  if (!(Math.abs(overnight) > 0.03 && overnight * move > 0 && 3 * Math.abs(next) < Math.abs(move))) return undefined;
  const span = Int32Array.from({ length: usualDates - 1 }, (_, at) => t - usualDates + 1 + at);
  const usualMove = usual(span, (at) => Math.abs(Math.log(close[at] / close[at - 1])));
  const usualVolume = usual(span, (at) => volume[at]);
  const isQuiet = volume[t] < quietVolume * usualVolume;
  const isLate = volume[t + 1] > surge * volume[t] && volume[t + 1] > surge * usualVolume;
  if (!(isQuiet && isLate && Math.abs(overnight) > jumpMoves * usualMove)) return undefined;
  return {
    detail: `close ${shown(close[t])} after ${shown(close[t - 1])} on volume ${shown(volume[t])}, then ${shown(volume[t + 1])}`,
    weight: Math.abs(move),
  };
}

/** The median over some dates of what is there. */
function usual(dates: Int32Array, of: (date: number) => number): number {
  return medianInPlace(Float64Array.from(dates, of).filter(Number.isFinite));
}
