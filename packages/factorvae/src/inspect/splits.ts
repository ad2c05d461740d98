import { medianInPlace } from "../data/median.js";
import { type Finder, type Finding, seriesOf, shown } from "./finder.js";

/** Ratios of usual splits, old shares to new; each also the other way round. */
const ratios = [2, 3, 4, 5, 6, 7, 8, 10, 15, 20, 25, 50, 100, 3 / 2, 4 / 3, 5 / 2];
/** How far, in logarithms, a jump may be from a ratio: a day's own return is in it. */
const nearRatio = 0.06;
/** Dates on either side whose medians say whether the jump stays and volume moves the other way. */
const priceDates = 5;
const volumeDates = 20;
/** How many times its usual volume, in logarithms, a day without news may have. */
const surge = Math.log(4);

/** Jumps that look like splits for which the prices before were not adjusted. */
export const unadjustedSplits: Finder = {
  name: "unadjusted-split",
  about:
    "overnight jumps near a simple ratio that stay, with volume moving the other way: splits or large payments not adjusted",
  find: (panel) =>
    panel.symbols.flatMap((symbol, n): Finding[] => {
      const [close, volume] = [seriesOf(panel, "close", n), seriesOf(panel, "volume", n)];
      const open = panel.fields.open === undefined ? close : seriesOf(panel, "open", n);
      return panel.dates.flatMap((date, t) => {
        const jump = Math.log(open[t] / close[t - 1]);
        // Splits smaller than 4/3 are not told from the news of a day.
        if (!(Math.abs(jump) > Math.log(4 / 3) - nearRatio)) return [];
        const ratio = splitRatio(jump);
        if (ratio === undefined || !stays(close, t, Math.log(ratio)) || !volumeAnswers(volume, t, Math.log(ratio)))
          return [];
        const detail = `close ${shown(close[t - 1])}, then open ${shown(open[t])}: ${ratioText(ratio)}`;
        return [{ symbol, date, detail, weight: Math.abs(jump) }];
      });
    }),
};

function splitRatio(jump: number): number | undefined {
  return ratios
    .flatMap((ratio) => [ratio, 1 / ratio])
    .map((ratio) => ({ ratio, distance: Math.abs(jump - Math.log(ratio)) }))
    .filter(({ distance }) => distance < nearRatio)
    .toSorted((a, b) => a.distance - b.distance)[0]?.ratio;
}

function stays(close: Float64Array, t: number, jump: number): boolean {
  const change = Math.log(typical(close, t, t + priceDates) / typical(close, t - priceDates, t));
  // A week of ordinary returns is in it, too.
  return Math.abs(change - jump) < Math.max(2 * nearRatio, Math.abs(jump) / 3);
}

/**
 * Twice the shares at half the price: over the weeks after, the change of volume is far nearer to the opposite of the jump than to
 * none, and on the day itself there is no surge beyond that, which news would make.
 */
function volumeAnswers(volume: Float64Array, t: number, jump: number): boolean {
  const before = typical(volume, t - volumeDates, t);
  const change = Math.log(typical(volume, t, t + volumeDates) / before);
  return Math.abs(change + jump) < 0.75 * Math.abs(jump) && Math.abs(Math.log(volume[t] / before) + jump) < surge;
}

/** The median of the values present on dates `from` to `to`, `to` left out. */
function typical(values: Float64Array, from: number, to: number): number {
  return medianInPlace(values.slice(Math.max(0, from), to).filter((value) => value > 0));
}

/** The fraction of small whole numbers behind a ratio. */
function ratioText(ratio: number): string {
  for (let below = 1; below <= 100; below++) {
    const above = Math.round(ratio * below);
    if (above > 0 && Math.abs(above / below / ratio - 1) < 1e-9) return `${above}/${below}`;
  }
  return shown(ratio);
}
