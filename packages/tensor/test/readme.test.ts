import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as ops from "../src/ops.js";
import { concentration, covariance, expected, spread, weights } from "./readme-example.js";

const text = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

describe("the README", () => {
  it("shows a program that computes what it says", () => {
    expect(expected.shape).toEqual([300]);
    expect(weights.sum().item()).toBeCloseTo(1, 6);
    expect(concentration).toBeGreaterThan(1 / 300);
    expect(covariance.shape).toEqual([5, 5]);
    expect(covariance.toArray()[0][0]).toBeCloseTo(1, 0);
    expect(spread.item()).toBeCloseTo(1, 0);
  });

  it("names every operation", () => {
    const named = text("../README.md");
    expect(Object.keys(ops).filter((name) => !named.includes(`\`${name}\``))).toEqual([]);
  });
});
