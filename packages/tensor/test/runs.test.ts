import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { runs } from "./runs.js";

const before = fc.readConfigureGlobal();

describe("the number of cases of a law", () => {
  afterEach(() => fc.configureGlobal(before));

  it("is what the law says where no other number is set for all", () => {
    fc.configureGlobal({ seed: 7 });
    expect(runs(12)).toEqual({ numRuns: 12 });
  });

  it("grows in proportion where all laws get more, and leaves the seed to be drawn", () => {
    fc.configureGlobal({ numRuns: 1000 });
    expect([runs(12), runs(500)]).toEqual([{ numRuns: 120 }, { numRuns: 5000 }]);
  });
});
