import { describe, expect, it } from "vitest";
import * as ops from "../src/ops.js";
import { samples } from "./samples.js";

describe("samples", () => {
  for (const name of Object.keys(ops))
    it(`exist for ${name}`, () => {
      const made = samples[name]?.({ m: 2, n: 3, k: 1 }) ?? [];
      expect(made.length, `${name} is exported from ops.ts, but has no sample`).toBeGreaterThan(0);
    });

  it("are of operations that are exported", () => {
    expect(Object.keys(samples).filter((name) => !(name in ops))).toEqual([]);
  });

  it("tell the samples of one operation apart by what they are about", () => {
    for (const [name, make] of Object.entries(samples)) {
      const about = make({ m: 2, n: 3, k: 1 }).map((sample) => sample.about);
      expect(new Set(about).size, `${name}: ${about}`).toBe(about.length);
    }
  });
});
