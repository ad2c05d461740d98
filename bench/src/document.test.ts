import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { benchmarksPage, type Results } from "./document.js";
import { milliseconds } from "./group.js";
import { groups } from "./groups.js";
import { median } from "./measure.js";

const text = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

describe("the page of the benchmarks", () => {
  it("is what the committed results give", () => {
    const results: Results = JSON.parse(text("../results/latest.json"));
    expect(results.measurements.map(({ group }) => group)).toEqual(
      expect.arrayContaining(groups.map(({ name }) => name)),
    );
    expect(text("../../docs/benchmarks.md")).toBe(benchmarksPage(results, groups));
  });

  it("leaves a group out that was not measured, and a column that no row has", () => {
    const page = benchmarksPage(
      {
        machine: {
          cpu: "a processor",
          cores: 2,
          memoryGb: 8,
          node: "20.19.0",
          v8: "11.3",
          system: "linux x64",
          load: 1,
        },
        effort: { rounds: 3, turnMs: 10 },
        measurements: [{ group: "one", name: "row", figure: 1.234, range: [1, 2] }],
      },
      ["one", "two"].map((name) => ({ name, about: `About ${name}.`, unit: milliseconds, rows: () => [] })),
    );
    expect(page).toContain(
      "## one\n\nAbout one.\n\n|  | ms | range |\n| --- | ---: | ---: |\n| row | 1.23 | 1.00 to 2.00 |\n",
    );
    expect(page).not.toContain("two");
    expect(page).toContain("Measured on a processor, 2 cores, 8 GB, linux x64, Node 20.19.0 (V8 11.3); 3 rounds");
  });
});

describe("median", () => {
  it("has as many values below it as above, in any order", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1 }), (values) => {
        const middle = median(values);
        const below = values.filter((value) => value < middle).length;
        const above = values.filter((value) => value > middle).length;
        expect(below).toBeLessThanOrEqual(values.length / 2);
        expect(above).toBeLessThanOrEqual(values.length / 2);
        expect(median(values.toReversed())).toBe(middle);
      }),
    );
  });
});
