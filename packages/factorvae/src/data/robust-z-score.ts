import type { FeatureTable } from "./feature-table.js";
import { medianInPlace } from "./median.js";

/** A fitted robust z-score, one entry a feature; plain data, made to be stored with a run. */
export interface RobustZScore {
  readonly names: readonly string[];
  /** Medians. */
  readonly center: readonly number[];
  /** `1.4826 MAD + 1e-12`, or the standard deviation where the MAD is 0; 0 for a feature that is left at 0. */
  readonly scale: readonly number[];
  /** Normalised values are clipped to [-clip, clip]. */
  readonly clip: number;
  /** A sentence for each feature whose scale is not its MAD. */
  readonly notes: readonly string[];
}

/** Makes the median absolute deviation of a normal distribution its standard deviation. */
const deviationsPerMad = 1.4826;
const epsilon = 1e-12;

/**
 * Fits median and median absolute deviation of each feature, pooled over the stocks and the training dates, missing values
 * left out.
 * @param isTraining per date of the table, 1 on the dates that may be seen
 * @param clip where normalised values are cut, in deviations; default 3
 * @throws RangeError if `isTraining` does not fit the calendar or names no date, or clip is not positive
 */
export function fitRobustZScore(table: FeatureTable, isTraining: ArrayLike<number | boolean>, clip = 3): RobustZScore {
  const dates = trainingDates(table, isTraining);
  if (!(clip > 0)) throw new RangeError(`fitRobustZScore: clip must be positive, got ${clip}`);
  const room = new Float64Array(dates.length * table.symbols.length);
  const fits = table.names.map((name, c) => fitFeature(name, gather(table, c, dates, room)));
  return {
    names: table.names,
    center: fits.map(({ center }) => center),
    scale: fits.map(({ scale }) => scale),
    clip,
    notes: fits.flatMap(({ note }) => note ?? []),
  };
}

/**
 * Applies a fit: `(x - center) / scale`, clipped, missing -> 0, a feature of scale 0 -> 0. A symbol and date without a row,
 * whose features are all missing, thus becomes the zero vector.
 * @returns values laid out as the table's; the table is not changed
 * @throws RangeError if the table's features are not those of the fit, in its order
 */
export function applyRobustZScore(fit: RobustZScore, table: FeatureTable): Float32Array {
  if (fit.names.join() !== table.names.join()) {
    throw new RangeError(`applyRobustZScore: fitted on ${fit.names.join(", ")}; got ${table.names.join(", ")}`);
  }
  const count = fit.names.length;
  const center = Float64Array.from(fit.center);
  const inverse = Float64Array.from(fit.scale, (scale) => (scale === 0 ? 0 : 1 / scale));
  const normalised = new Float32Array(table.values.length);
  for (let row = 0; row < normalised.length; row += count) {
    for (let c = 0; c < count; c++) {
      const value = (table.values[row + c] - center[c]) * inverse[c];
      if (!Number.isNaN(value)) normalised[row + c] = Math.max(-fit.clip, Math.min(fit.clip, value));
    }
  }
  return normalised;
}

function trainingDates(table: FeatureTable, isTraining: ArrayLike<number | boolean>): Int32Array {
  if (isTraining.length !== table.dates.length) {
    throw new RangeError(`fitRobustZScore: ${isTraining.length} training marks for ${table.dates.length} dates`);
  }
  const dates = Int32Array.from(table.dates.keys()).filter((t) => Boolean(isTraining[t]));
  if (dates.length === 0) throw new RangeError("fitRobustZScore: no date is marked as training");
  return dates;
}

/** The finite values of one feature on the given dates, as the front of `room`. */
function gather({ values, names, dates, symbols }: FeatureTable, c: number, chosen: Int32Array, room: Float64Array) {
  let count = 0;
  for (let n = 0; n < symbols.length; n++) {
    for (const t of chosen) {
      const value = values[(n * dates.length + t) * names.length + c];
      if (Number.isFinite(value)) room[count++] = value;
    }
  }
  return room.subarray(0, count);
}

interface FeatureFit {
  readonly center: number;
  readonly scale: number;
  readonly note?: string;
}

function fitFeature(name: string, values: Float64Array): FeatureFit {
  if (values.length === 0)
    return { center: 0, scale: 0, note: `${name} has no value on the training dates, left at 0` };
  // Adding 0 turns -0, which JSON does not keep, into 0.
  const center = medianInPlace(values) + 0;
  const deviation = standardDeviation(values);
  for (let i = 0; i < values.length; i++) values[i] = Math.abs(values[i] - center);
  const mad = medianInPlace(values);
  if (mad > 0) return { center, scale: deviationsPerMad * mad + epsilon };
  if (deviation > 0) {
    return {
      center,
      scale: deviation,
      note: `${name} has a median absolute deviation of 0, scaled by its standard deviation`,
    };
  }
  return { center, scale: 0, note: `${name} is constant on the training dates, left at 0` };
}

function standardDeviation(values: Float64Array): number {
  if (values.length < 2) return 0;
  // Deviations from the first value are exactly 0 for a constant, which a rounded mean would not give.
  const origin = values[0];
  let mean = 0;
  for (const value of values) mean += (value - origin) / values.length;
  let squares = 0;
  for (const value of values) squares += (value - origin - mean) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}
