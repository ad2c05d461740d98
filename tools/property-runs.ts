import fc from "fast-check";
import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** How laws are checked that do not say it themselves: how many cases, and from which seed (default: any). */
    readonly propertyRuns: { readonly numRuns?: number; readonly seed?: number };
  }
}

fc.configureGlobal(inject("propertyRuns"));
