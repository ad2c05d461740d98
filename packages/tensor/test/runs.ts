import fc from "fast-check";

/** How many cases fast-check draws of a law unless told. */
const usual = 100;

/** So many cases of a law that is dear or cheap to check, in an ordinary run; more in the same proportion where all laws get more. */
export const runs = (count: number): { readonly numRuns: number } => ({
  numRuns: Math.ceil((count * (fc.readConfigureGlobal().numRuns ?? usual)) / usual),
});
