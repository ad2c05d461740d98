import type { Feature, FeatureSource } from "./feature.js";
import { barFamilies } from "./operators/bar-features.js";
import { windowFamilies, windowLengths } from "./operators/window-features.js";

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

/** The features of Alpha158, bars first, then windows from the shortest. */
export const alpha158Features: readonly Feature[] = allFeatures();

/** Their names, in this order. */
export const featureNames: readonly string[] = alpha158Features.map(({ name }) => name);

function allFeatures(): Feature[] {
  const bars = barFamilies.flatMap(({ needs, of: source }) =>
    Object.entries(needs).map(([name, fields], part): Feature => ({ name, lookBack: 0, needs: fields, source, part })),
  );
  const windows = windowFamilies.flatMap(({ names, needs, of }) => {
    const sources = windowLengths.map(
      (days): FeatureSource =>
        (stock) =>
          of(stock, days),
    );
    return names.flatMap((name, part) =>
      windowLengths.map((days, at): Feature => {
        return { name: `${name}${days}`, lookBack: days, needs, source: sources[at], part };
      }),
    );
  });
  return [...bars, ...windows];
}
