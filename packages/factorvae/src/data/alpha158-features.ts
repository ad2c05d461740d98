import type { Feature, FeatureSource } from "./feature.js";
import { barFeatures } from "./operators/bar-features.js";
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
  const bars = Object.entries(barFeatures).map(([name, { needs, of }]): Feature => {
    const source: FeatureSource = (stock) => [of(stock)];
    return { name, lookBack: 0, needs, source, part: 0 };
  });
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
