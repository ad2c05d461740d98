import type { Feature, FeatureSource } from "./feature.js";
import { computableFeatures, type FeatureChoice, type MissingVolume } from "./feature-choice.js";
import { stockSeries } from "./operators/stock-series.js";
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

/** How features are made. */
export interface FeatureOptions {
  /** What to do with features that need a volume where the panel has none; default "refuse". */
  readonly missingVolume?: MissingVolume;
}

/**
 * Computes features, in float64, stored as float32.
 *
 * Every window is computed from its own dates alone, so that a value has the same bits whatever stands before or after
 * the window. Missing (NaN): a value that its formula does not give, that no finite float32 holds, and every feature of a
 * symbol and date without a row. Dates before the panel count as missing, so that windows there are partial. Features
 * that need a vwap are left out where the panel has none.
 * @throws RangeError for an unknown or repeated name; ExpressionError for an expression that cannot be read; DataError for a
 *   field that the panel does not have
 */
export function computeFeatures(
  panel: Panel,
  choice: FeatureChoice,
  { missingVolume = "refuse" }: FeatureOptions = {},
): FeatureTable {
  const features = computableFeatures(panel, choice, missingVolume);
  const values = new Float32Array(panel.symbols.length * panel.dates.length * features.length);
  for (let symbol = 0; symbol < panel.symbols.length; symbol++) writeSymbol(panel, symbol, features, values);
  return { names: features.map(({ name }) => name), dates: panel.dates, symbols: panel.symbols, values };
}

/** What the features of a stock are computed from: a panel's fields and rows. */
export type FeatureInput = Pick<Panel, "fields" | "present"> & { readonly dates: { readonly length: number } };

/** Computes the features of one symbol and writes them to their place in the values of a table. */
export function writeSymbol(
  input: FeatureInput,
  symbol: number,
  features: readonly Feature[],
  values: Float32Array,
): void {
  const dates = input.dates.length;
  const width = features.length;
  const series = symbolSeries(input, symbol, features);
  for (let t = 0; t < dates; t++) {
    const cell = symbol * dates + t;
    const row = cell * width;
    if (input.present[cell] === 0) values.fill(Number.NaN, row, row + width);
    else for (let c = 0; c < width; c++) values[row + c] = storable(series[c][t]);
  }
}

/** Computes the features of one symbol: a series for each, in their order, with a value on dates without a row too. */
export function symbolSeries(
  { fields, dates: { length: dates } }: FeatureInput,
  symbol: number,
  features: readonly Feature[],
): readonly Float64Array[] {
  const [from, to] = [symbol * dates, (symbol + 1) * dates];
  const stock = stockSeries((name) => fields[name]?.subarray(from, to) ?? new Float64Array(dates).fill(Number.NaN));
  const computed = new Map<FeatureSource, readonly Float64Array[]>();
  return features.map(({ source, part }) => {
    const series = computed.get(source) ?? source(stock);
    computed.set(source, series);
    return series[part];
  });
}

/** A value as a table holds it: missing where no finite float32 does. */
export function storable(value: number): number {
  const stored = Math.fround(value);
  // Of what is not finite the difference is NaN.
  return stored - stored === 0 ? stored : Number.NaN;
}
