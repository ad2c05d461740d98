import { paperFeatures } from "./alpha158-features.js";
import { computeFeatures, type FeatureOptions, type FeatureTable } from "./feature-table.js";
import type { Panel } from "./panel.js";

/**
 * Computes features of Alpha158 by name, as `computeFeatures` does.
 *
 * @throws RangeError for an unknown or repeated name; DataError for a field that the panel does not have
 */
export const alpha158 = (
  panel: Panel,
  names: readonly string[] = paperFeatures,
  options: FeatureOptions = {},
): FeatureTable => computeFeatures(panel, { names }, options);
