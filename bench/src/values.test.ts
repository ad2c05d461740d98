import { describe, expect, it } from "vitest";
import { sumOf } from "./case.js";
import { values } from "./values.js";

describe("values", () => {
  it("are those of python/common.py", () => {
    // print(values("features", 4, 2.0).tolist()), numpy 1.24.
    expect([...values("features", 4, 2)]).toEqual([
      0.3877551555633545, 1.752129077911377, 1.837795376777649, -0.881528913974762,
    ]);
  });

  it("are spread evenly over the bounds, otherwise for another name", () => {
    const many = values("x", 100_000, 3);
    expect(Math.max(...many.map(Math.abs))).toBeLessThanOrEqual(3);
    expect(Math.abs(sumOf(many) / many.length)).toBeLessThan(0.02);
    expect(sumOf(many.map((value) => value * value)) / many.length).toBeCloseTo(3, 1);
    expect(values("y", 3)).not.toEqual(values("x", 3));
  });
});
