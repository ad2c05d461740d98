import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { solvePositiveDefinite } from "./cholesky.js";

const entry = fc.double({ min: -2, max: 2, noNaN: true });

/** A A' + I for a random A, hence positive definite, and a solution. */
const systems = fc.integer({ min: 1, max: 7 }).chain((size) =>
  fc.record({
    size: fc.constant(size),
    factor: fc.array(entry, { minLength: size * size, maxLength: size * size }),
    solution: fc.array(entry, { minLength: size, maxLength: size }),
  }),
);

describe("solvePositiveDefinite", () => {
  it("finds the solution of a system that was made from it, and changes neither side", () => {
    fc.assert(
      fc.property(systems, ({ size, factor, solution }) => {
        const matrix = new Float64Array(size * size);
        for (let i = 0; i < size; i++) {
          for (let j = 0; j < size; j++) {
            matrix[i * size + j] = i === j ? 1 : 0;
            for (let k = 0; k < size; k++) matrix[i * size + j] += factor[i * size + k] * factor[j * size + k];
          }
        }
        const right = Float64Array.from({ length: size }, (_, i) =>
          solution.reduce((sum, x, j) => sum + matrix[i * size + j] * x, 0),
        );
        const [matrixBefore, rightBefore] = [matrix.slice(), right.slice()];
        solvePositiveDefinite(matrix, right).forEach((x, i) => {
          expect(x).toBeCloseTo(solution[i], 8);
        });
        expect(matrix).toEqual(matrixBefore);
        expect(right).toEqual(rightBefore);
      }),
    );
  });

  it("names the pivot of a matrix that is singular, indefinite or not a number", () => {
    const right = Float64Array.of(1, 1);
    expect(() => solvePositiveDefinite(Float64Array.of(1, 1, 1, 1), right)).toThrow(/pivot 1 of 2 is 0, not positive/);
    expect(() => solvePositiveDefinite(Float64Array.of(-1, 0, 0, 1), right)).toThrow(/pivot 0 of 2 is -1/);
    expect(() => solvePositiveDefinite(Float64Array.of(Number.NaN, 0, 0, 1), right)).toThrow(/pivot 0 of 2 is NaN/);
  });
});
