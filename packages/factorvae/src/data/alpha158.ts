import { DataError } from "./data-error.js";
import { barOperators } from "./operators/bar-operators.js";
import { type SourceField, type StockSeries, stockSeries } from "./operators/stock-series.js";
import { windowLengths, windowOperators } from "./operators/window-operators.js";
import type { Panel } from "./panel.js";

/** Features of every stock on every date. */
export interface FeatureTable {
  readonly names: readonly string[];
  /** The market calendar, ISO dates, ascending. */
  readonly dates: readonly string[];
  /** In code-unit order. */
  readonly symbols: readonly string[];
  /**
   * Symbol-major `[symbol, date, feature]`: feature `c` of symbol `n` on date `t` stands at
   * `(n * dates.length + t) * names.length + c`; NaN is missing.
   */
  readonly values: Float32Array;
}

/** The 20 features of Alpha158 that the paper uses. */
export const paperFeatures: readonly string[] = [
  "RESI5",
  "WVMA5",
  "RSQR5",
  "KLEN",
  "RSQR10",
  "CORR5",
  "CORD5",
  "CORR10",
  "ROC60",
  "RESI10",
  "VSTD5",
  "RSQR60",
  "CORR60",
  "WVMA60",
  "STD5",
  "RSQR20",
  "CORD60",
  "CORD10",
  "CORR20",
  "KLOW",
];

/** How features are made. */
export interface Alpha158Options {
  /** What to do with features that need a volume where the panel has none; default "refuse". */
  readonly missingVolume?: "refuse" | "leave-out";
}

interface Feature {
  readonly name: string;
  /** Dates before its own that a value reads. */
  readonly lookBack: number;
  readonly needs: readonly SourceField[];
  readonly at: (stock: StockSeries, t: number) => number;
}

/** Every feature that `alpha158` knows, in the order of its tables. */
export const featureNames: readonly string[] = allFeatures().map(({ name }) => name);

/**
 * Computes features of Alpha158 by name, in float64, stored as float32.
 *
 * Every window is computed from its own dates alone, so that a value has the same bits whatever stands before or after
 * the window. Missing (NaN): a value that its formula does not give, that no finite float32 holds, and every feature of a
 * symbol and date without a row. Dates before the panel count as missing, so that windows there are partial.
 * @throws RangeError for an unknown or repeated name; DataError for a field that the panel does not have
 */
export function alpha158(
  panel: Panel,
  names: readonly string[] = paperFeatures,
  { missingVolume = "refuse" }: Alpha158Options = {},
): FeatureTable {
  const features = computable(panel, chosenFeatures(names), missingVolume);
  const dates = panel.dates.length;
  const values = new Float32Array(panel.symbols.length * dates * features.length).fill(Number.NaN);
  for (let n = 0; n < panel.symbols.length; n++) {
    const rows = panel.present.subarray(n * dates, (n + 1) * dates);
    writeStock(seriesOf(panel, n), rows, features, values.subarray(n * dates * features.length));
  }
  return { names: features.map(({ name }) => name), dates: panel.dates, symbols: panel.symbols, values };
}

/**
 * How many dates before its own the longest of some features reads: changes of price make that a window's length.
 * @throws RangeError for an unknown or repeated name
 */
export const lookBackOf = (names: readonly string[]): number =>
  Math.max(0, ...chosenFeatures(names).map(({ lookBack }) => lookBack));

function writeStock(stock: StockSeries, rows: Uint8Array, features: readonly Feature[], values: Float32Array): void {
  features.forEach(({ at }, c) => {
    for (let t = 0; t < rows.length; t++) {
      if (rows[t] === 0) continue;
      const stored = Math.fround(at(stock, t));
      if (Number.isFinite(stored)) values[t * features.length + c] = stored;
    }
  });
}

function seriesOf(panel: Panel, symbol: number): StockSeries {
  const dates = panel.dates.length;
  const field = (name: SourceField) =>
    panel.fields[name]?.subarray(symbol * dates, (symbol + 1) * dates) ?? new Float64Array(dates).fill(Number.NaN);
  return stockSeries({
    open: field("open"),
    high: field("high"),
    low: field("low"),
    close: field("close"),
    volume: field("volume"),
    vwap: field("vwap"),
  });
}

function allFeatures(): Feature[] {
  const bars = Object.entries(barOperators).map(([name, operator]) => ({ name, lookBack: 0, ...operator }));
  const windows = Object.entries(windowOperators).flatMap(([name, { needs, at }]) =>
    windowLengths.map((days) => ({
      name: `${name}${days}`,
      lookBack: days,
      needs,
      at: (stock: StockSeries, t: number) => at(stock, t, days),
    })),
  );
  return [...bars, ...windows];
}

function chosenFeatures(names: readonly string[]): Feature[] {
  const known = new Map(allFeatures().map((feature) => [feature.name, feature]));
  return names.map((name, index) => {
    if (names.indexOf(name) !== index) throw new RangeError(`alpha158: the feature "${name}" is asked for twice`);
    const feature = known.get(name);
    if (feature !== undefined) return feature;
    const inCapitals = known.has(name.toUpperCase()) ? `; did you mean "${name.toUpperCase()}"?` : "";
    throw new RangeError(
      `alpha158: there is no feature "${name}"${inCapitals || `; there are ${[...known.keys()].join(", ")}`}`,
    );
  });
}

function computable(panel: Panel, features: readonly Feature[], missingVolume: "refuse" | "leave-out"): Feature[] {
  const lacking = (field: SourceField) => panel.fields[field] === undefined;
  return features.filter(({ name, needs }) => {
    const field = needs.find(lacking);
    if (field === undefined) return true;
    if (field === "volume" && missingVolume === "leave-out" && needs.filter(lacking).length === 1) return false;
    const all = features.filter((feature) => feature.needs.includes(field)).map((feature) => feature.name);
    throw new DataError(
      `alpha158: the prices have no ${field}, which ${all.join(", ")} need${all.length === 1 ? "s" : ""} (first: ${name}); ` +
        (field === "volume"
          ? "set data.missingVolume=leave-out to do without them, or add the column"
          : "add the column, or name the other features in features.names"),
      { file: panel.source?.file ?? "panel" },
    );
  });
}
