import { at, build, type Naive, total } from "../../test/naive.js";
import { ordinary, type Sample, type SampleTable } from "../../test/sample.js";
import { formatShape, type Shape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { add } from "./arithmetic.js";
import { cholesky } from "./cholesky.js";
import { eye } from "./creation.js";
import { product } from "./matmul.js";
import { matrixTransposed } from "./view.js";

/** `x x' + I`, far from singular. */
const gram = (x: Tensor): Tensor => add(product(x, matrixTransposed(x)), eye(x.shape[x.rank - 1]));

const gramOf = (x: Naive): Naive =>
  build(x.shape, (index) => {
    const [row, column] = index.slice(-2);
    const batch = index.slice(0, -2);
    const [n] = x.shape.slice(-1);
    return total(n, (k) => at(x, [...batch, row, k]) * at(x, [...batch, column, k])) + (row === column ? 1 : 0);
  });

/** The element of the factor by its recursion, from the top left corner on, computed anew for each: slow and plain. */
function factorAt(a: Naive, batch: readonly number[], row: number, column: number): number {
  if (column > row) return 0;
  const rest =
    at(a, [...batch, row, column]) - total(column, (k) => factorAt(a, batch, row, k) * factorAt(a, batch, column, k));
  return row === column ? Math.sqrt(rest) : rest / factorAt(a, batch, column, column);
}

const factor = (a: Naive): Naive =>
  build(a.shape, (index) => factorAt(a, index.slice(0, -2), index[index.length - 2], index[index.length - 1]));

const decomposed = (shape: Shape): Sample => ({
  about: `of ${formatShape(shape)}`,
  inputs: [{ shape, domain: ordinary }],
  run: (x) =>
    x.rank === 2 ? cholesky(gram(x).as([shape[0], shape[0]])) : cholesky(gram(x).as([shape[0], shape[1], shape[1]])),
  expected: (x) => factor(gramOf(x)),
});

export const choleskySamples: SampleTable = {
  cholesky: ({ m, n }) => [decomposed([n, n]), decomposed([m, n, n])],
};
