import { z } from "zod";
import type { Normaliser } from "./processors/normaliser.js";
import { applyScaling } from "./processors/pooled-z-score.js";
import type { Sheet } from "./processors/sheet.js";
import { applyBounds } from "./processors/winsorise.js";

/** `ClippedShares` as plain data. */
export const clippedRecord = z.object({ share: z.number(), byFeature: z.array(z.number().nullable()).readonly() });

/** Which share of the values of features lies where processors cut them. */
export interface ClippedShares {
  /** Of all features together. */
  readonly share: number;
  /** By feature, in the normaliser's order; null where nothing is cut. */
  readonly byFeature: readonly (number | null)[];
}

/** A processed table, and who counts in it. */
export type ProcessedValues = Pick<Sheet, "names" | "dates" | "symbols" | "values" | "members">;

/** A processed table as it is counted: part by part, each of whole stocks. */
export interface ProcessedParts {
  readonly visit: (read: (part: ProcessedValues) => void) => void;
}

/** Counts processed values that lie where processors cut, part by part. */
export interface ClippedCounts {
  /** Counts the members of some dates, as marked per date of the part. */
  readonly add: (part: ProcessedValues, isCounted: ArrayLike<number | boolean>) => void;
  /** Undefined where no feature's cut shows in its processed values, or there was no member. */
  readonly shares: () => ClippedShares | undefined;
}

/**
 * Begins to count the processed values that lie where the processors cut. A missing value, filled since, counts as one that
 * was not cut. The parts are processed by the normaliser: its features, in its order.
 */
export function clippedCounts(normaliser: Normaliser): ClippedCounts {
  const width = normaliser.names.length;
  const { lowest, highest, isCut } = extremes(normaliser);
  const counts = new Float64Array(width);
  let rows = 0;
  return {
    add({ dates, symbols, values, members }, isCounted) {
      for (let n = 0; n < symbols.length; n++)
        for (let t = 0; t < dates.length; t++) {
          const cell = n * dates.length + t;
          if (!isCounted[t] || members[cell] !== 1) continue;
          rows++;
          for (let c = 0; c < width; c++) {
            const value = values[cell * width + c];
            if (value <= lowest[c] || value >= highest[c]) counts[c]++;
          }
        }
    },
    shares() {
      const cutFeatures = isCut.filter(Boolean).length;
      if (rows === 0 || cutFeatures === 0) return undefined;
      return {
        share: counts.reduce((sum, count, c) => sum + (isCut[c] ? count : 0), 0) / (rows * cutFeatures),
        byFeature: isCut.map((cut, c) => (cut ? counts[c] / rows : null)),
      };
    },
  };
}

/**
 * Counts a whole table as `clippedCounts` does.
 *
 * @param isCounted per date of the table
 */
export function clippedShares(
  normaliser: Normaliser,
  table: ProcessedParts,
  isCounted: ArrayLike<number | boolean>,
): ClippedShares | undefined {
  const counts = clippedCounts(normaliser);
  table.visit((part) => counts.add(part, isCounted));
  return counts.shares();
}

/**
 * The least and the greatest value that each feature can have once it is processed, to the bit: what the processors make
 * of an infinite one. A processor that mixes stocks hides what was cut before it.
 */
function extremes({ names, processors }: Normaliser): {
  readonly lowest: Float32Array;
  readonly highest: Float32Array;
  /** Whether a feature's values end at two such numbers. */
  readonly isCut: readonly boolean[];
} {
  const width = names.length;
  const values = new Float32Array(2 * width);
  const reset = (to: number) => values.fill(-to, 0, width).fill(to, width);
  reset(Number.POSITIVE_INFINITY);
  const sheet = { names, dates: [""], symbols: ["least", "greatest"], values, members: new Uint8Array(2), fields: {} };
  for (const processor of processors)
    switch (processor.kind) {
      case "robust-z-score":
      case "z-score":
        applyScaling(processor, sheet);
        break;
      case "winsorise-quantiles":
      case "winsorise-deviations":
        applyBounds(processor, sheet);
        break;
      case "cross-section-z-score":
        reset(processor.clip);
        break;
      case "cross-section-rank":
      case "neutralise-group":
      case "neutralise-regression":
        reset(Number.POSITIVE_INFINITY);
        break;
      case "fill-zero":
      case "fill-median":
      case "fill-forward":
        break;
    }
  const [lowest, highest] = [values.slice(0, width), values.slice(width)];
  // A feature that does not vary is 0 whatever comes: infinity times 0 says so.
  const isCut = names.map((_, c) => lowest[c] < highest[c] && highest[c] - lowest[c] < Number.POSITIVE_INFINITY);
  return { lowest, highest, isCut };
}
