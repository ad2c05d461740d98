import type { Config } from "../config.js";
import { DataError } from "./data-error.js";
import { streamText } from "./file-text.js";
import type { Panel, PanelSource, Universe } from "./panel.js";
import { type Spell, universeReader } from "./universe-file.js";

/**
 * The universe of a panel as the settings have it: per cell 1 where the symbol may be in the date's cross-section. The panel's own, and
 * of it the most traded if `top` is a number; undefined where everybody is in.
 *
 * @throws RangeError if a file is named and the panel has no universe; DataError as `topByDollarVolume`
 */
export function universeMembers(panel: Panel, { file, top, days }: Config["universe"]): Uint8Array | undefined {
  if (file !== null && panel.universe === undefined)
    throw new RangeError(
      `universe: universe.file is ${file}, but the panel has no universe; add it with withUniverseFile(panel, path)`,
    );
  if (top === "all") return panel.universe?.members;
  return topByDollarVolume(panel, { top, days }, panel.universe?.members ?? panel.present);
}

/**
 * A panel with the universe of a file.
 *
 * @throws DataError as `parseUniverse`, for a file that cannot be read, and if the prices have none of its symbols
 */
export async function withUniverseFile(panel: Panel, path: string): Promise<Panel> {
  const reader = universeReader(path);
  const sha256 = await streamText(path, reader.push);
  return withUniverse(panel, reader.finish(), { file: path, sha256 });
}

/**
 * A panel with a universe: who may be in the cross-sections of each date. Symbols that the prices lack are counted in its
 * notes.
 *
 * @throws DataError if the prices have none of the symbols
 */
export function withUniverse(panel: Panel, spells: readonly Spell[], source: PanelSource): Panel {
  const { dates, symbols } = panel;
  const indexOf = new Map(symbols.map((symbol, n) => [symbol, n]));
  const members = new Uint8Array(symbols.length * dates.length);
  const listed = [...new Set(spells.map(({ symbol }) => symbol))];
  const lacking = listed.filter((symbol) => !indexOf.has(symbol));
  if (lacking.length === listed.length)
    throw new DataError(
      `the prices have none of its ${listed.length} symbols (${some(listed)}); theirs are ${some(symbols)}: symbols must agree to the character`,
      { file: source.file },
    );
  for (const { symbol, from, to } of spells) {
    const n = indexOf.get(symbol);
    if (n === undefined) continue;
    for (let t = 0; t < dates.length; t++)
      if (dates[t] >= from && (to === undefined || dates[t] <= to)) members[n * dates.length + t] = 1;
  }
  const notes =
    lacking.length === 0
      ? []
      : [`Of the universe's ${listed.length} symbols ${lacking.length} are not in the prices: ${some(lacking)}.`];
  const universe: Universe = { members, source, notes };
  return { ...panel, universe };
}

/** How a universe is chosen by trading. */
export interface TopByDollarVolume {
  /** Stocks a date. */
  readonly top: number;
  /** Market dates over which the dollar volume is averaged, the day itself the last. */
  readonly days: number;
}

/**
 * Marks on each date the `top` stocks by mean dollar volume (close before adjustment times volume) over the last `days`
 * market dates, among those that have a row on the date and are in `among`; dates without trade count 0. The earlier symbol
 * wins a tie; a stock that was not traded on any of the dates is not chosen.
 *
 * @param among marks of who may be chosen, symbol-major
 * @throws DataError if the panel has no volume
 */
export function topByDollarVolume(panel: Panel, { top, days }: TopByDollarVolume, among: Uint8Array): Uint8Array {
  const { dates, symbols, fields, present, source } = panel;
  const { close, volume, factor } = fields;
  if (close === undefined || volume === undefined)
    throw new DataError("universe.top needs the volume, which the prices do not have", {
      file: source?.file ?? "panel",
    });
  const dollars = volume.map((shares, cell) => {
    const amount = (shares * close[cell]) / (factor === undefined ? 1 : factor[cell]);
    return amount > 0 && Number.isFinite(amount) ? amount : 0;
  });
  const calendar = dates.length;
  const members = new Uint8Array(present.length);
  const sums = new Float64Array(symbols.length);
  for (let t = 0; t < calendar; t++) {
    for (let n = 0; n < symbols.length; n++) {
      // Anew for each date: a running sum would depend on where the data begins.
      let sum = 0;
      for (let cell = n * calendar + Math.max(0, t - days + 1); cell <= n * calendar + t; cell++) sum += dollars[cell];
      sums[n] = sum;
    }
    const eligible = [...sums.keys()].filter(
      (n) => sums[n] > 0 && present[n * calendar + t] === 1 && among[n * calendar + t] === 1,
    );
    eligible.sort((a, b) => sums[b] - sums[a] || a - b);
    for (const n of eligible.slice(0, top)) members[n * calendar + t] = 1;
  }
  return members;
}

/** Names, the first five and how many more there are. */
function some(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(", ");
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
