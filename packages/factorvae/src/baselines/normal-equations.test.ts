import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LabelledDay, lastColumns, normalEquations } from "./normal-equations.js";

const value = fc.float({ min: -3, max: 3, noNaN: true });
const target = fc.oneof({ weight: 4, arbitrary: value }, { weight: 1, arbitrary: fc.constant(Number.NaN) });

function anyDay(width: number): fc.Arbitrary<LabelledDay> {
  return fc.integer({ min: 0, max: 30 }).chain((stocks) =>
    fc
      .record({
        features: fc.array(value, { minLength: stocks * width, maxLength: stocks * width }),
        targets: fc.array(target, { minLength: stocks, maxLength: stocks }),
      })
      .map(({ features, targets }) => ({
        features: Float32Array.from(features),
        targets: Float64Array.from(targets),
      })),
  );
}

/** Days whose rows go over the edge of a block, at widths that do and do not fill a panel. */
const days = fc
  .integer({ min: 1, max: 11 })
  .chain((width) =>
    fc.record({ width: fc.constant(width), list: fc.array(anyDay(width), { minLength: 1, maxLength: 25 }) }),
  );

/** The rows less their day's mean, one array each, by the definition. */
function centredRows({ features, targets }: LabelledDay, width: number): { x: number[]; y: number }[] {
  const labelled = [...targets.keys()].filter((n) => !Number.isNaN(targets[n]));
  const rows = labelled.map((n) => ({ x: Array.from(features.slice(n * width, (n + 1) * width)), y: targets[n] }));
  const mean = (of: (row: { x: number[]; y: number }) => number) =>
    rows.reduce((sum, row) => sum + of(row), 0) / rows.length;
  const means = Array.from({ length: width }, (_, c) => mean((row) => row.x[c]));
  const meanTarget = mean((row) => row.y);
  return rows.map(({ x, y }) => ({ x: x.map((v, c) => v - means[c]), y: y - meanTarget }));
}

function isLabelled({ targets }: LabelledDay): boolean {
  return targets.some((y) => !Number.isNaN(y));
}

describe("normalEquations", () => {
  it("are the sums of products over the labelled rows, each day about its own mean", () => {
    fc.assert(
      fc.property(days, ({ width, list }) => {
        fc.pre(list.some(isLabelled));
        const equations = normalEquations(list, width);
        const rows = list.flatMap((day) => centredRows(day, width));
        const labels = list.flatMap((day) => Array.from(day.targets).filter((y) => !Number.isNaN(y)));
        expect(equations.rows).toBe(rows.length);
        expect(equations.meanTarget).toBeCloseTo(labels.reduce((sum, y) => sum + y, 0) / labels.length, 10);
        for (let i = 0; i < width; i++) {
          expect(equations.moments[i]).toBeCloseTo(
            rows.reduce((sum, { x, y }) => sum + x[i] * y, 0),
            8,
          );
          for (let j = 0; j < width; j++) {
            const expected = rows.reduce((sum, { x }) => sum + x[i] * x[j], 0);
            expect(equations.gram[i * width + j]).toBeCloseTo(expected, 8);
          }
        }
      }),
    );
  });

  it("take every row into account when there are several full blocks", () => {
    const rows = 700;
    const features = Float32Array.from({ length: rows }, (_, n) => n % 7);
    const day = { features, targets: Float64Array.from(features) };
    const expected = features.reduce((sum, x) => sum + (x - 3) ** 2, 0);
    const { gram, moments } = normalEquations([day], 1);
    expect(gram[0]).toBeCloseTo(expected, 8);
    expect(moments[0]).toBeCloseTo(expected, 8);
  });

  it("do not change when all labels or a feature of a day are shifted", () => {
    fc.assert(
      fc.property(days, ({ width, list }) => {
        fc.pre(list.some(isLabelled));
        const shifted = list.map(({ features, targets }) => ({
          features: features.map((x, i) => (i % width === 0 ? x + 2 : x)),
          targets: targets.map((y) => y + 1),
        }));
        const [first, second] = [normalEquations(list, width), normalEquations(shifted, width)];
        first.moments.forEach((moment, c) => {
          // Shifting rounds a feature to float32.
          expect(Math.abs(second.moments[c] - moment)).toBeLessThan(1e-3);
        });
        expect(second.meanTarget - first.meanTarget).toBeCloseTo(1, 10);
      }),
    );
  });

  it("refuse sizes that disagree, days without any label, and values that are not finite", () => {
    const day = (features: number[], targets: number[]) => ({
      features: Float32Array.from(features),
      targets: Float64Array.from(targets),
    });
    expect(() => normalEquations([day([1, 2, 3], [1, 2])], 2)).toThrow(/2 targets of width 2 need 4 features, got 3/);
    expect(() => normalEquations([day([1, 2], [Number.NaN])], 2)).toThrow(/no row has a label/);
    expect(() => normalEquations([], 2)).toThrow(/no row has a label/);
    expect(() => normalEquations([day([1, Number.NaN], [1, 2])], 1)).toThrow(/not finite/);
    expect(() => normalEquations([day([1, 2], [1, Number.POSITIVE_INFINITY])], 1)).toThrow(/not finite/);
  });
});

describe("lastColumns", () => {
  it("gives the equations of the rows cut to their last columns", () => {
    fc.assert(
      fc.property(days, fc.integer({ min: 1, max: 11 }), ({ width, list }, wanted) => {
        fc.pre(list.some(isLabelled));
        const count = Math.min(width, wanted);
        const cut = list.map(({ features, targets }) => ({
          features: features.filter((_, i) => i % width >= width - count),
          targets,
        }));
        const expected = normalEquations(cut, count);
        const actual = lastColumns(normalEquations(list, width), count);
        expect(actual.rows).toBe(expected.rows);
        for (const name of ["gram", "moments"] as const) {
          expected[name].forEach((sum, at) => {
            expect(actual[name][at]).toBeCloseTo(sum, 8);
          });
        }
      }),
    );
    const equations = normalEquations([{ features: Float32Array.of(1, 2), targets: Float64Array.of(1) }], 2);
    expect(() => lastColumns(equations, 3)).toThrow(/\[1, 2\], got 3/);
  });
});
