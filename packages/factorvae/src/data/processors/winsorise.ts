import { quantileInPlace } from "../median.js";
import type { Bounding } from "./fitted-processor.js";
import { type FeatureFit, learnPooled } from "./pooled.js";
import { robustLocation } from "./pooled-z-score.js";
import type { ProcessorSettings } from "./processor-settings.js";
import type { Sheet } from "./sheet.js";
import type { SheetParts } from "./sheet-parts.js";

type Bounds = Bounding["bounds"][number];

/** The settings of a winsorisation. */
export type WinsoriseSettings = Extract<ProcessorSettings, { kind: Bounding["kind"] }>;

/**
 * Fits bounds of each feature, pooled over members and training dates: two quantiles (linear between the ranks), or a
 * number of deviations, `1.4826 MAD` each, to both sides of the median. A feature without a value, or for deviations a constant
 * one, has no bounds, by name.
 *
 * @throws RangeError as `learnPooled`
 */
export function fitBounds(
  settings: WinsoriseSettings,
  sheet: SheetParts,
  isTraining: ArrayLike<number | boolean>,
): { readonly fitted: Bounding; readonly notes: readonly string[] } {
  const learn = settings.kind === "winsorise-quantiles" ? quantileBounds(settings) : deviationBounds(settings);
  const { learned, notes } = learnPooled(sheet, isTraining, learn);
  return { fitted: { kind: settings.kind, bounds: learned }, notes };
}

/** Cuts each feature at its bounds, in place; missing stays missing. */
export function applyBounds({ bounds }: Bounding, { values, names: { length: width } }: Sheet): void {
  const lower = Float64Array.from(bounds, (bound) => bound?.lower ?? Number.NEGATIVE_INFINITY);
  const upper = Float64Array.from(bounds, (bound) => bound?.upper ?? Number.POSITIVE_INFINITY);
  for (let row = 0; row < values.length; row += width)
    for (let c = 0; c < width; c++) values[row + c] = Math.max(lower[c], Math.min(upper[c], values[row + c]));
}

const quantileBounds =
  ({ lower, upper }: Extract<WinsoriseSettings, { kind: "winsorise-quantiles" }>) =>
  (name: string, values: Float64Array): FeatureFit<Bounds> =>
    values.length === 0
      ? notCut(name, "has no value")
      : { learned: { lower: quantileInPlace(values, lower) + 0, upper: quantileInPlace(values, upper) + 0 } };

const deviationBounds =
  ({ deviations }: Extract<WinsoriseSettings, { kind: "winsorise-deviations" }>) =>
  (name: string, values: Float64Array): FeatureFit<Bounds> => {
    if (values.length === 0) return notCut(name, "has no value");
    const { learned, note } = robustLocation(name, values);
    if (learned.scale === 0) return notCut(name, "is constant");
    const reach = deviations * learned.scale;
    return {
      learned: { lower: learned.center - reach + 0, upper: learned.center + reach + 0 },
      ...(note !== undefined && { note }),
    };
  };

const notCut = (name: string, why: string): FeatureFit<Bounds> => ({
  learned: null,
  note: `${name} ${why} on the training dates, not winsorised`,
});
