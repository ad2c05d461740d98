import { at, build, largest, type Naive, total } from "../../test/naive.js";
import { apart, ordinary, type Sample, type SampleTable } from "../../test/sample.js";
import { segmentMax, segmentRepeat, segmentSoftmax, segmentSum } from "./segment.js";
import { segmentMatmul, segmentProduct } from "./segment-product.js";

/** The first row of each segment. */
const starts = (rows: readonly number[]): number[] => rows.map((_, segment) => total(segment, (i) => rows[i]));

/** The segment that a row belongs to. */
const segmentOf = (rows: readonly number[], row: number): number =>
  starts(rows).findLastIndex((start, segment) => start <= row && rows[segment] > 0);

const all = (rows: readonly number[]): number => total(rows.length, (i) => rows[i]);

const folded =
  (rows: readonly number[], fold: typeof total) =>
  (x: Naive): Naive =>
    build([rows.length, ...x.shape.slice(1)], ([segment, ...rest]) =>
      fold(rows[segment], (i) => at(x, [starts(rows)[segment] + i, ...rest])),
    );

const sample = (about: string, inputs: Sample["inputs"], run: Sample["run"], expected: Sample["expected"]): Sample => ({
  about,
  inputs,
  run,
  expected,
});

export const segmentSamples: SampleTable = {
  segmentSum: ({ m, n, k }) => {
    const rows = [m, 0, n];
    return [
      sample("of rows", [{ shape: [m + n, k], domain: ordinary }], (x) => segmentSum(x, rows), folded(rows, total)),
      sample("of numbers", [{ shape: [m + n], domain: ordinary }], (x) => segmentSum(x, rows), folded(rows, total)),
    ];
  },
  segmentMax: ({ m, n, k }) => {
    const rows = [m + 1, n + 1];
    return [
      sample("of rows", [{ shape: [all(rows), k], domain: apart }], (x) => segmentMax(x, rows), folded(rows, largest)),
    ];
  },
  segmentRepeat: ({ m, n, k }) => {
    const rows = [m, 0, n];
    const repeated = (x: Naive): Naive => build([m + n, k], ([row, column]) => at(x, [segmentOf(rows, row), column]));
    return [sample("of rows", [{ shape: [3, k], domain: ordinary }], (x) => segmentRepeat(x, rows), repeated)];
  },
  segmentSoftmax: ({ m, n, k }) => {
    const rows = [m + 1, n + 1];
    const weights = (x: Naive): Naive => {
      const sums = folded(rows, total)(build(x.shape, (index) => Math.exp(at(x, index))));
      return build(
        x.shape,
        ([row, column]) => Math.exp(at(x, [row, column])) / at(sums, [segmentOf(rows, row), column]),
      );
    };
    return [sample("of rows", [{ shape: [all(rows), k], domain: ordinary }], (x) => segmentSoftmax(x, rows), weights)];
  },
  segmentProduct: ({ m, n, k }) => {
    const rows = [m, 0, n];
    const products = (a: Naive, b: Naive): Naive =>
      build([3, k, 2], ([segment, i, j]) =>
        total(
          rows[segment],
          (row) => at(a, [starts(rows)[segment] + row, i]) * at(b, [starts(rows)[segment] + row, j]),
        ),
      );
    return [
      sample(
        "of two matrices",
        [
          { shape: [m + n, k], domain: ordinary },
          { shape: [m + n, 2], domain: ordinary },
        ],
        (a, b) => segmentProduct(a.as([m + n, k]), b.as([m + n, 2]), rows),
        products,
      ),
    ];
  },
  segmentMatmul: ({ m, n, k }) => {
    const rows = [m, 0, n];
    const products = (x: Naive, matrices: Naive): Naive =>
      build([m + n, 2], ([row, j]) => total(k, (i) => at(x, [row, i]) * at(matrices, [segmentOf(rows, row), i, j])));
    return [
      sample(
        "with a matrix each",
        [
          { shape: [m + n, k], domain: ordinary },
          { shape: [3, k, 2], domain: ordinary },
        ],
        (x, matrices) => segmentMatmul(x.as([m + n, k]), matrices.as([3, k, 2]), rows),
        products,
      ),
    ];
  },
};
