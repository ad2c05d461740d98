import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { averageRanks, pearson, spearman } from "./ranks.js";

const values = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 2, maxLength: 40 });
const pairs = fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.double({ min: -5, max: 5, noNaN: true })), {
  minLength: 3,
  maxLength: 40,
});

function bruteForceRank(column: readonly number[], value: number): number {
  const below = column.filter((other) => other < value).length;
  const equal = column.filter((other) => other === value).length;
  return below + (equal + 1) / 2;
}

describe("averageRanks", () => {
  it("gives each value the number of values below it plus half of those equal to it", () => {
    fc.assert(
      fc.property(values, (column) => {
        expect([...averageRanks(column)]).toEqual(column.map((value) => bruteForceRank(column, value)));
      }),
    );
  });

  it("ranks infinities at the ends and refuses NaN", () => {
    expect([...averageRanks([Infinity, 0, -Infinity, Infinity])]).toEqual([3.5, 2, 1, 3.5]);
    expect(() => averageRanks([1, Number.NaN])).toThrow("averageRanks: value 1 of 2 is NaN");
  });
});

describe("pearson", () => {
  it("agrees with the textbook formula", () => {
    fc.assert(
      fc.property(pairs, (rows) => {
        const x = rows.map(([a]) => a);
        const y = rows.map(([, b]) => b);
        const mean = (column: readonly number[]) => column.reduce((sum, value) => sum + value, 0) / column.length;
        const product = (a: readonly number[], b: readonly number[]) =>
          a.reduce((sum, value, row) => sum + (value - mean(a)) * (b[row] - mean(b)), 0);
        fc.pre(product(x, x) > 1e-6 && product(y, y) > 1e-6);
        expect(pearson(x, y)).toBeCloseTo(product(x, y) / Math.sqrt(product(x, x) * product(y, y)), 9);
      }),
    );
  });

  it("keeps its value when a column is scaled to sizes whose squares overflow or vanish", () => {
    const x = [1, 2, 4, 3, 7];
    const y = [2, 1, 5, 3, 4];
    const plain = pearson(x, y);
    for (const scale of [1e-300, 1e-200, 1e200, 1e300]) {
      expect(
        pearson(
          x.map((value) => value * scale),
          y,
        ),
      ).toBeCloseTo(plain ?? Number.NaN, 12);
    }
  });

  it("has no value for a constant column, and refuses columns of unequal length", () => {
    expect(pearson([0.1, 0.1, 0.1], [1, 2, 3])).toBeUndefined();
    expect(spearman([1, 2, 3], [5, 5, 5])).toBeUndefined();
    expect(() => pearson([1, 2], [1])).toThrow("2 and 1 values");
  });
});

describe("spearman", () => {
  it("does not change under an increasing map, and changes sign under a decreasing one", () => {
    fc.assert(
      fc.property(pairs, (rows) => {
        const x = rows.map(([a]) => a);
        const y = rows.map(([, b]) => b);
        const rho = spearman(x, y);
        fc.pre(rho !== undefined);
        expect(
          spearman(
            x.map((value) => Math.exp(value / 3) + value),
            y,
          ),
        ).toBe(rho);
        expect(
          spearman(
            x.map((value) => -(value ** 3)),
            y,
          ),
        ).toBeCloseTo(-(rho ?? Number.NaN), 12);
      }),
    );
  });
});
