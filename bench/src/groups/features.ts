import { type Group, milliseconds } from "./group.js";

/** A prices file of some stocks, all of whose features are computed. */
export interface FeaturesSpec {
  readonly stocks: number;
  readonly days: number;
  /** How many of the stocks a peer computes; what that takes is told for all. */
  readonly subset: number;
}

/** From a prices file to all features. */
export const features: Group<FeaturesSpec> = {
  about: `From a prices file (CSV) to the 158 features of Alpha158, once in a fresh process. pandas takes the same windows,
series by series, by its own rolling operations, on some of the stocks: its time for these is scaled to all, that for
reading is not. What both find is compared.`,
  unit: milliseconds,
  rows: [{ name: "300 stocks, 1250 days", amount: 1, spec: { stocks: 300, days: 1250, subset: 10 } }],
};
