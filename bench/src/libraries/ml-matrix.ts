import { CholeskyDecomposition, Matrix, solve } from "ml-matrix";
import { type Library, sumOf } from "../case.js";
import type { Operand, Operation } from "../groups/operations.js";
import { fingerprint, numbersOf } from "../operands.js";
import { values } from "../values.js";
import { bundledSize } from "./bundle.js";

const matrix = (name: string, rows: number, columns: number): Matrix =>
  Matrix.from1DArray(rows, columns, Array.from(values(name, rows * columns)));

/** From this many operations on a product of plain loops takes too long to wait for. */
const tooMany = 3e8;

const operandOf = (operand: Operand): Matrix =>
  Matrix.from1DArray(operand.shape[0], operand.shape[1], Array.from(numbersOf(operand)));

const operations: { readonly [Name in Operation]?: (a: Matrix, b: Matrix) => Matrix } = {
  cholesky: (a) => new CholeskyDecomposition(a).lowerTriangularMatrix,
  solve: (a, b) => solve(a, b),
};

/** ml-matrix: plain JavaScript in double precision; products of untransposed matrices, and linear algebra. */
export const mlMatrix: Library = {
  matmul: ({ m, k, n, layout }) => {
    if (layout !== "NN" || 2 * m * k * n > tooMany) return undefined;
    const [a, b] = [matrix("a", m, k), matrix("b", k, n)];
    return { run: () => a.mmul(b), check: () => sumOf(a.mmul(b).to1DArray()) };
  },
  operations: ({ operation, operands }) => {
    const compute = operations[operation];
    if (!compute) return undefined;
    const [a, b = a] = operands.map(operandOf);
    return { run: () => compute(a, b), check: () => fingerprint(compute(a, b).to1DArray()) };
  },
  size: ({ what }) => (what === "library" ? bundledSize(`export * from "ml-matrix";`) : undefined),
};
