import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  cholesky,
  concatenate,
  conv1d,
  cumsum,
  einsum,
  eye,
  fold,
  key,
  logDeterminant,
  logSoftmax,
  matmul,
  norm,
  normal,
  reference,
  segmentMatmul,
  segmentMax,
  segmentProduct,
  segmentSoftmax,
  segmentSum,
  slice,
  softmax,
  solve,
  sort,
  standardDeviation,
  sum,
  type Tensor,
  topK,
  transpose,
  withBackend,
} from "../src/index.js";
import { total } from "./naive.js";
import { runs } from "./runs.js";

const bits = (x: Tensor): number[] => Array.from(x.data);
const stream = (seed: number, name: string) => fold(key(seed), name);

describe("matmul", () => {
  it("gives a row that depends on that row alone, to the bit", () => {
    const shapes = fc.record({
      m: fc.integer({ min: 1, max: 11 }),
      k: fc.constantFrom(0, 1, 7, 255, 256, 257, 600),
      n: fc.integer({ min: 1, max: 11 }),
    });
    fc.assert(
      fc.property(shapes, fc.nat(1000), ({ m, k, n }, seed) => {
        const a = normal(stream(seed, "a"), [m, k]);
        const b = normal(stream(seed, "b"), [k, n]);
        const whole = matmul(a, b);
        for (let row = 0; row < m; row++)
          expect(bits(matmul(slice(a, 0, row, row + 1).as([1, k]), b))).toEqual(bits(slice(whole, 0, row, row + 1)));
      }),
      runs(60),
    );
  });

  it("adds in the order of the inner axis, in the reference in double precision, and rounds once", () => {
    const k = 700;
    const a = normal(key(1), [5, k]);
    const b = normal(key(2), [k, 6]);
    const product = withBackend(reference, () => matmul(a, b));
    for (const [row, column] of [
      [0, 0],
      [4, 5],
      [2, 3],
    ])
      expect(product.data[row * 6 + column]).toBe(
        Math.fround(total(k, (i) => a.data[row * k + i] * b.data[i * 6 + column])),
      );
  });
});

describe("operations on rows, batches and lanes", () => {
  const alone = (name: string, run: (x: Tensor) => Tensor, shape: readonly number[]): void =>
    it(`${name} as if each were alone, to the bit`, () => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 7 }), fc.nat(1000), (count, seed) => {
          const x = normal(stream(seed, name), [count, ...shape]);
          const whole = run(x);
          for (let row = 0; row < count; row++)
            expect(bits(run(slice(x, 0, row, row + 1)))).toEqual(bits(slice(whole, 0, row, row + 1)));
        }),
        runs(30),
      );
    });
  const [weight, kernel] = [normal(key(3), [37, 5]), normal(key(4), [3, 2, 4])];
  const spd = (x: Tensor): Tensor<readonly [number, number, number]> => {
    const cube = x.as([x.shape[0], 9, 9]);
    return matmul(cube, transpose(cube, [0, 2, 1])).add(eye(9));
  };
  alone("sort", (x) => sort(x, 1), [37]);
  alone("find the largest of", (x) => topK(x, 3, 1).values, [37]);
  alone("sum up", (x) => cumsum(x, 1), [37]);
  alone("measure", (x) => concatenate([norm(x, 1, true), standardDeviation(x, 1, true)], 1), [37]);
  alone("take the logarithm of the softmax of", (x) => logSoftmax(x, 1), [37]);
  alone("contract", (x) => einsum("ij,jk->ik", x.as([x.shape[0], 37]), weight), [37]);
  alone("convolve", (x) => conv1d(x.as([x.shape[0], 2, 30]), kernel, { padding: 2 }), [2, 30]);
  alone("factorise", (x) => cholesky(spd(x)), [9, 9]);
  alone("solve", (x) => solve(spd(x), x.as([x.shape[0], 9, 9])), [9, 9]);
  alone("find the determinant of", (x) => logDeterminant(spd(x)).logarithm, [9, 9]);
});

describe("operations on segments", () => {
  const rows = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 });
  const check = (
    run: (x: Tensor, y: Tensor, rows: readonly number[], matrices: Tensor) => Tensor,
    perSegment: boolean,
  ): void => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 5 }), fc.nat(1000), (counts, width, seed) => {
        const all = total(counts.length, (i) => counts[i]);
        const x = normal(stream(seed, "x"), [all, width]);
        const y = normal(stream(seed, "y"), [all, 3]);
        const matrices = normal(stream(seed, "m"), [counts.length, width, 2]);
        const whole = run(x, y, counts, matrices);
        counts.forEach((count, segment) => {
          const from = total(segment, (i) => counts[i]);
          const part = (source: Tensor): Tensor => slice(source, 0, from, from + count);
          const alone = run(part(x), part(y), [count], slice(matrices, 0, segment, segment + 1));
          expect(bits(perSegment ? slice(whole, 0, segment, segment + 1) : part(whole))).toEqual(bits(alone));
        });
      }),
      runs(30),
    );
  };

  it("sum each segment as if it were alone, to the bit", () => check((x, _, counts) => segmentSum(x, counts), true));
  it("find the largest of each segment as if it were alone", () =>
    check((x, _, counts) => segmentMax(x, counts), true));
  it("weigh each segment as if it were alone, to the bit", () =>
    check((x, _, counts) => segmentSoftmax(x, counts), false));
  it("multiply two matrices over each segment as if it were alone, to the bit", () =>
    check((x, y, counts) => segmentProduct(x.as([x.shape[0], x.shape[1]]), y.as([x.shape[0], 3]), counts), true));
  it("multiply each segment by its matrix as if it were alone, to the bit", () =>
    check(
      (x, _, counts, matrices) =>
        segmentMatmul(x.as([x.shape[0], x.shape[1]]), matrices.as([counts.length, x.shape[1], 2]), counts),
      false,
    ));

  it("are, over one segment, the sum and the softmax along the first axis, to the bit", () => {
    const x = normal(key(5), [7, 4]);
    expect(bits(segmentSum(x, [7]))).toEqual(bits(sum(x, 0)));
    expect(bits(segmentSoftmax(x, [7]))).toEqual(bits(softmax(x, 0)));
  });
});
