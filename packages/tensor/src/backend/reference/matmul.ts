import { type Layout, select } from "../../layout.js";
import type { Value, Values } from "../backend.js";

/** One product `[m, k] x [k, n]`, summed over k in order in double precision, rounded once, to `output` from `start`. */
function product(a: Values, aAt: Layout, b: Values, bAt: Layout, output: Values, start: number): void {
  const [m, k] = aAt.shape;
  const n = bAt.shape[1];
  const [aRow, aStep] = aAt.strides;
  const [bStep, bColumn] = bAt.strides;
  const sums = new Float64Array(n);
  for (let row = 0; row < m; row++) {
    sums.fill(0);
    // A row of sums at a time: so the rows of `b` are read as they mostly lie.
    for (let i = 0; i < k; i++) {
      const factor = a[aAt.offset + row * aRow + i * aStep];
      const from = bAt.offset + i * bStep;
      for (let column = 0; column < n; column++) sums[column] += factor * b[from + column * bColumn];
    }
    output.set(sums, start + row * n);
  }
}

/** A batch of products; leading axes of the operands are equal. */
export function multiply(a: Value, b: Value, output: Values): void {
  const multiplyAt = (aAt: Layout, bAt: Layout, start: number): number => {
    if (aAt.shape.length === 2) {
      product(a.storage.values, aAt, b.storage.values, bAt, output, start);
      return start + aAt.shape[0] * bAt.shape[1];
    }
    let next = start;
    for (let index = 0; index < aAt.shape[0]; index++)
      next = multiplyAt(select(aAt, 0, index), select(bAt, 0, index), next);
    return next;
  };
  multiplyAt(a.layout, b.layout, 0);
}
