import { at, build, type Naive } from "../../test/naive.js";
import { ordinary, type Sample, type SampleTable } from "../../test/sample.js";
import { apply } from "../op.js";
import type { Shape } from "../shape.js";
import { diagonal, diagonalMatrix, tril, triu } from "./diagonal.js";

const sample = (about: string, shape: Shape, run: Sample["run"], expected: (x: Naive) => Naive): Sample => ({
  about,
  inputs: [{ shape, domain: ordinary }],
  run,
  expected,
});

const offsets = [0, 1, -1, 2];

/** Elements of matrices for which `kept` holds of row and column, else 0. */
const kept =
  (holds: (row: number, column: number) => boolean) =>
  (x: Naive): Naive =>
    build(x.shape, (index) => {
      const [row, column] = index.slice(-2);
      return holds(row, column) ? at(x, index) : 0;
    });

const diagonalOf =
  (offset: number) =>
  (x: Naive): Naive => {
    const [rows, columns] = x.shape.slice(-2);
    const [row, column] = [Math.max(-offset, 0), Math.max(offset, 0)];
    return build([...x.shape.slice(0, -2), Math.min(rows - row, columns - column)], (index) => {
      const position = index[index.length - 1];
      return at(x, [...index.slice(0, -1), row + position, column + position]);
    });
  };

const matrixOf =
  (offset: number) =>
  (x: Naive): Naive => {
    const n = x.shape[x.shape.length - 1] + Math.abs(offset);
    return build([...x.shape.slice(0, -1), n, n], (index) => {
      const [row, column] = index.slice(-2);
      return column - row === offset ? at(x, [...index.slice(0, -2), Math.min(row, column)]) : 0;
    });
  };

export const diagonalSamples: SampleTable = {
  diagonal: ({ m, n, k }) =>
    offsets.flatMap((offset) => [
      sample(
        `${offset} of a matrix`,
        [m + 1, n + 2],
        (x) => diagonal(x.as([m + 1, n + 2]), offset),
        diagonalOf(offset),
      ),
      sample(
        `${offset} of a batch`,
        [k, m + 2, n + 2],
        (x) => diagonal(x.as([k, m + 2, n + 2]), offset),
        diagonalOf(offset),
      ),
    ]),
  diagonalMatrix: ({ m, n }) =>
    offsets.flatMap((offset) => [
      sample(`${offset} of a vector`, [n], (x) => diagonalMatrix(x.as([n]), offset), matrixOf(offset)),
      sample(`${offset} of a batch`, [m, n], (x) => diagonalMatrix(x.as([m, n]), offset), matrixOf(offset)),
      sample(
        `${offset}, of a matrix that is not square`,
        [n],
        (x) => {
          const [row, column] = [Math.max(-offset, 0), Math.max(offset, 0)];
          return apply(diagonalMatrix.op, [x], { rows: n + row, columns: n + column + 1, offset })[0];
        },
        (x) => {
          const [row, column] = [Math.max(-offset, 0), Math.max(offset, 0)];
          return build([n + row, n + column + 1], ([i, j]) => (j - i === offset && i - row < n ? at(x, [i - row]) : 0));
        },
      ),
    ]),
  tril: ({ m, n, k }) =>
    offsets.flatMap((offset) => [
      sample(
        `to ${offset}`,
        [m, n],
        (x) => tril(x.as([m, n]), offset),
        kept((row, column) => column - row <= offset),
      ),
      sample(
        `to ${offset}, of a batch`,
        [k, m, n],
        (x) => tril(x.as([k, m, n]), offset),
        kept((row, column) => column - row <= offset),
      ),
    ]),
  triu: ({ m, n, k }) =>
    offsets.flatMap((offset) => [
      sample(
        `from ${offset}`,
        [m, n],
        (x) => triu(x.as([m, n]), offset),
        kept((row, column) => column - row >= offset),
      ),
      sample(
        `from ${offset}, of a batch`,
        [k, m, n],
        (x) => triu(x.as([k, m, n]), offset),
        kept((row, column) => column - row >= offset),
      ),
    ]),
};
