import type { Panel } from "../data/panel.js";
import { listings } from "./rows.js";

/** Shares of prices there, by bands of symbols and stretches of dates. */
export interface CoveragePicture {
  /** Bands of symbols, those that are listed first on top; each with its number of symbols. */
  readonly bands: readonly { readonly symbols: number; readonly firstSymbol: string }[];
  /** Stretches of dates, by their first. */
  readonly from: readonly string[];
  /** `[bands, stretches]`: the share of stock-days with a close. */
  readonly share: readonly (readonly number[])[];
}

/** Divides symbols, ordered by their first row and then by their last, and dates into at most so many parts. */
export function coveragePicture(panel: Panel, mostBands: number, mostStretches: number): CoveragePicture {
  const { dates, symbols } = panel;
  const span = listings(panel);
  const order = symbols
    .map((_, n) => n)
    .toSorted((a, b) => span[a].first - span[b].first || span[b].last - span[a].last || a - b);
  const bands = parts(order.length, mostBands).map(([from, to]) => order.slice(from, to));
  const stretches = parts(dates.length, mostStretches);
  return {
    bands: bands.map((band) => ({ symbols: band.length, firstSymbol: symbols[band[0]] })),
    from: stretches.map(([from]) => dates[from]),
    share: bands.map((band) => stretches.map(([from, to]) => pricedShare(panel, band, from, to))),
  };
}

/** Whole numbers from 0 to `count` in at most `most` stretches of about equal length. */
function parts(count: number, most: number): (readonly [from: number, to: number])[] {
  const pieces = Math.min(count, most);
  const edge = (at: number): number => Math.round((at * count) / pieces);
  return Array.from({ length: pieces }, (_, at) => [edge(at), edge(at + 1)] as const);
}

function pricedShare({ fields: { close }, dates }: Panel, band: readonly number[], from: number, to: number): number {
  let priced = 0;
  for (const n of band) for (let t = from; t < to; t++) if (!Number.isNaN(close[n * dates.length + t])) priced++;
  return priced / (band.length * (to - from));
}

const blocks = [" ", "░", "▒", "▓", "█"] as const;

/** The picture in blocks of text; only what is whole is a whole block, and only what is empty is blank. */
export function coverageText({ bands, from, share }: CoveragePicture): string {
  const block = (part: number): string => {
    if (part === 1) return blocks[4];
    if (part === 0) return blocks[0];
    return blocks[Math.max(1, Math.min(3, Math.round(4 * part)))];
  };
  const lines = share.map((row, band) => `${row.map(block).join("")}  ${bands[band].symbols}\n`);
  const [first, last] = [from[0], from[from.length - 1]];
  const axis = from.length > 24 ? `${first}${last.padStart(from.length - first.length)}` : `${first} to ${last}`;
  return `${lines.join("")}${axis}  symbols\n`;
}
