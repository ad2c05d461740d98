import { describe, expect, it } from "vitest";
import { scalar } from "../src/index.js";
import { curvature, losses, slope } from "./readme-example.js";

describe("the README", () => {
  it("shows a program that computes what it says", () => {
    expect(slope.shape).toEqual([3, 1]);
    expect(losses[losses.length - 1]).toBeLessThan(losses[0] / 50);
    expect(curvature(scalar(2)).item()).toBe(12);
  });
});
