import { describe, expect, it } from "vitest";
import { isCredible } from "./peak.js";

describe("the peak of a core", () => {
  it("is given up below 14 operations a cycle", () => {
    expect(isCredible({ flopsPerSecond: 6e10, flopsPerCycle: 15.9 })).toBe(true);
    expect(isCredible({ flopsPerSecond: 6e10, flopsPerCycle: 13.9 })).toBe(false);
  });
});
