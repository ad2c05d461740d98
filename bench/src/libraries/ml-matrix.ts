import { Matrix } from "ml-matrix";
import { type Library, sumOf } from "../case.js";
import { values } from "../values.js";
import { bundledSize } from "./bundle.js";

const matrix = (name: string, rows: number, columns: number): Matrix =>
  Matrix.from1DArray(rows, columns, Array.from(values(name, rows * columns)));

/** From this many operations on a product of plain loops takes too long to wait for. */
const tooMany = 3e8;

/** ml-matrix: plain JavaScript in double precision; products of untransposed matrices alone. */
export const mlMatrix: Library = {
  matmul: ({ m, k, n, layout }) => {
    if (layout !== "NN" || 2 * m * k * n > tooMany) return undefined;
    const [a, b] = [matrix("a", m, k), matrix("b", k, n)];
    return { run: () => a.mmul(b), check: () => sumOf(a.mmul(b).to1DArray()) };
  },
  size: ({ what }) => (what === "library" ? bundledSize(`export * from "ml-matrix";`) : undefined),
};
