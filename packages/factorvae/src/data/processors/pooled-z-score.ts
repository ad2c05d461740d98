import { medianInPlace } from "../median.js";
import type { Scaling } from "./fitted-processor.js";
import { type FeatureFit, learnPooled, meanOf, standardDeviation } from "./pooled.js";
import type { Sheet } from "./sheet.js";
import type { SheetParts } from "./sheet-parts.js";

/** Makes the median absolute deviation of a normal distribution its standard deviation. */
const deviationsPerMad = 1.4826;
const epsilon = 1e-12;

/** Where a feature lies and how far it spreads; a spread of 0 says that it does not vary. */
export interface Location {
  readonly center: number;
  readonly scale: number;
}

/**
 * Median and `1.4826 MAD + 1e-12` of values; the standard deviation where the MAD is 0, and 0 where there is none or it is 0, too.
 * Reorders and overwrites `values`.
 */
export function robustLocation(name: string, values: Float64Array): FeatureFit<Location> {
  if (values.length === 0)
    return { learned: { center: 0, scale: 0 }, note: `${name} has no value on the training dates, left at 0` };
  // Adding 0 turns -0, which JSON does not keep, into 0.
  const center = medianInPlace(values) + 0;
  const deviation = standardDeviation(values);
  for (let i = 0; i < values.length; i++) values[i] = Math.abs(values[i] - center);
  const mad = medianInPlace(values);
  if (mad > 0) return { learned: { center, scale: deviationsPerMad * mad + epsilon } };
  if (deviation > 0) {
    return {
      learned: { center, scale: deviation },
      note: `${name} has a median absolute deviation of 0, scaled by its standard deviation`,
    };
  }
  return { learned: { center, scale: 0 }, note: `${name} is constant on the training dates, left at 0` };
}

function plainLocation(name: string, values: Float64Array): FeatureFit<Location> {
  if (values.length === 0)
    return { learned: { center: 0, scale: 0 }, note: `${name} has no value on the training dates, left at 0` };
  const [center, scale] = [meanOf(values) + 0, standardDeviation(values)];
  return {
    learned: { center, scale },
    ...(scale === 0 && { note: `${name} is constant on the training dates, left at 0` }),
  };
}

/**
 * Fits a z-score to each feature, pooled over members and training dates: by median and median absolute deviation
 * (`robustLocation`), or by mean and standard deviation.
 *
 * @throws RangeError as `learnPooled`
 */
export function fitScaling(
  kind: Scaling["kind"],
  sheet: SheetParts,
  isTraining: ArrayLike<number | boolean>,
  clip: number,
): { readonly fitted: Scaling; readonly notes: readonly string[] } {
  const { learned, notes } = learnPooled(sheet, isTraining, kind === "z-score" ? plainLocation : robustLocation);
  const fitted = { kind, center: learned.map(({ center }) => center), scale: learned.map(({ scale }) => scale), clip };
  return { fitted, notes };
}

/** Applies a fitted z-score in place: `(x - center) / scale`, cut at +-clip; missing stays missing, a scale of 0 gives 0. */
export function applyScaling(fit: Scaling, { values, names: { length: width } }: Sheet): void {
  const center = Float64Array.from(fit.center);
  const inverse = Float64Array.from(fit.scale, (scale) => (scale === 0 ? 0 : 1 / scale));
  for (let row = 0; row < values.length; row += width)
    for (let c = 0; c < width; c++) {
      const deviations = (values[row + c] - center[c]) * inverse[c];
      values[row + c] = Math.max(-fit.clip, Math.min(fit.clip, deviations));
    }
}
