import { key, tensor } from "@factorvae/autograd";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dim, type Features, type Hidden, type Steps, type Stocks } from "../dims.js";
import { Extractor } from "./extractor.js";
import { anyKey, anySizes, embedded, rowsOf, sampleFeatures } from "./model.samples.js";

const anySteps = fc.integer({ min: 1, max: 5 });

describe("Extractor", () => {
  it("embeds each stock from its own history alone, to the bit, wherever it stands and whoever its neighbours are", () => {
    fc.assert(
      fc.property(
        anyKey,
        anySizes,
        anySteps,
        fc.integer({ min: 1, max: 40 }),
        (from, { features, hidden }, steps, rows) => {
          const extractor = new Extractor(dim<Features>(features), dim<Hidden>(hidden), 0.01, from);
          const histories = sampleFeatures(from, rows, steps, features);
          const together = embedded(extractor, histories);
          expect(together.shape).toEqual([rows, hidden]);
          for (const row of [0, rows >> 1, rows - 1])
            expect(embedded(extractor, rowsOf(histories, [row])).data).toEqual(rowsOf(together, [row]).data);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("stays within -1 and 1, whatever the size of the features", () => {
    fc.assert(
      fc.property(anyKey, fc.constantFrom(0, 1e-30, 1, 1e6, 1e30), (from, size) => {
        const extractor = new Extractor(dim<Features>(3), dim<Hidden>(4), 0.01, from);
        const { data } = embedded(extractor, sampleFeatures(from, 5, 3, 3).mul(size));
        for (const value of data) expect(Math.abs(value)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 30 },
    );
  });

  it("sees the order of the days", () => {
    const extractor = new Extractor(dim<Features>(1), dim<Hidden>(4), 0.01, key(3));
    const histories = [
      [[1], [2]],
      [[2], [1]],
    ];
    const found = embedded(extractor, tensor(histories).as([dim<Stocks>(2), dim<Steps>(2), dim<Features>(1)]));
    expect(rowsOf(found, [0]).data).not.toEqual(rowsOf(found, [1]).data);
  });
});
