import type { Sheet } from "./sheet.js";

/** A sheet that comes in parts, so that no more than one of them need be in memory. */
export interface SheetParts extends Omit<Sheet, "values" | "fields" | "groups"> {
  /** How many features may be gathered at once, of each so many values; at least 1. */
  readonly featuresAtOnce: (values: number) => number;
  /** Visits parts that hold whole stocks, in the order of the symbols. */
  readonly visit: (read: (part: Sheet) => void) => void;
  /** Has parts changed in place: parts of whole stocks, or of whole days. */
  readonly change: (by: "stocks" | "days", change: (part: Sheet) => void) => void;
}

/** A sheet in memory, as its own only part. */
export const inOnePart = (sheet: Sheet): SheetParts => ({
  ...sheet,
  featuresAtOnce: () => 1,
  visit: (read) => read(sheet),
  change: (_, change) => change(sheet),
});
