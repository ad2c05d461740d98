import { broadcast, contiguous } from "../layout.js";
import { apply, defineOp, type Op } from "../op.js";
import { described } from "../operand.js";
import { sizeOf } from "../shape.js";
import type { Cube, Mat, Tensor, Vec } from "../tensor.js";
import { neg } from "./arithmetic.js";
import { lowerTriangle, upperTriangle } from "./diagonal.js";
import { withDoubles } from "./doubles.js";
import { substitute } from "./elimination.js";
import { product } from "./matmul.js";
import { eachSystem, type Solve, solutionFor, solutionShape } from "./systems.js";
import { matrixTransposed } from "./view.js";

type Part = "lower" | "upper";

interface Side {
  readonly transposed: boolean;
  readonly part: Part;
}

function checkPivots(values: Float64Array, n: number, matrix: number): void {
  for (let row = 0; row < n; row++) {
    const pivot = values[matrix * n * n + row * (n + 1)];
    if (pivot === 0 || Number.isNaN(pivot))
      throw new RangeError(
        `triangularSolve: matrix ${matrix} ${pivot === 0 ? "is singular" : "has no solution"}: element ${row} of its diagonal is ${Math.abs(pivot)}`,
      );
  }
}

function checkSide(transposed: unknown, part: unknown): void {
  if (typeof transposed !== "boolean")
    throw new TypeError(
      `triangularSolve: transposed is true or false, not ${described(transposed)}; the part comes behind it`,
    );
  if (part !== "lower" && part !== "upper")
    throw new TypeError(`triangularSolve: the part is "lower" or "upper", not ${described(part)}`);
}

const triangularSolveOp: Op<Side> = {
  name: "triangularSolve",
  shape: ([l, b]) => [solutionShape("triangularSolve", l, b)],
  forward: (kernels, [l, b], side, [shape]) => {
    const [n, columns] = shape.slice(-2);
    const sides = { storage: b.storage, layout: broadcast(b.layout, shape) };
    const first = sizeOf(l.layout.shape);
    const storage = kernels.alloc(sizeOf(shape));
    withDoubles(kernels, [l, sides], (doubles) => {
      eachSystem(l.layout.shape, shape, (matrix, to) => {
        checkPivots(doubles.values, n, matrix);
        const triangle = { ...side, at: matrix * n * n, row: n, n, unit: false };
        substitute(doubles, triangle, { at: first + to, row: columns }, columns);
      });
      storage.values.set(doubles.values.subarray(first));
    });
    return [{ storage, layout: contiguous(shape) }];
  },
  vjp: ({ inputs: [l], outputs: [x], gradients: [g], attributes: { transposed, part } }) => {
    const gb = triangularSolved(l, g, { transposed: !transposed, part });
    const outer = transposed ? product(x, matrixTransposed(gb)) : product(gb, matrixTransposed(x));
    return [neg(part === "lower" ? lowerTriangle(outer) : upperTriangle(outer)), gb];
  },
};

/** `triangularSolve` for tensors of unknown rank. */
export const triangularSolved = (l: Tensor, b: Tensor, side: Side): Tensor => apply(triangularSolveOp, [l, b], side)[0];

/**
 * The X with `l X = b`, or `l' X = b` where `transposed`, for a triangular `l`, lower unless said to be upper (the other
 * triangle is not read), or for a batch of them; `b` may be one right-hand side, a vector; batches broadcast.
 *
 * @throws ShapeError if the shapes do not go together.
 * @throws RangeError if an element of the diagonal is 0 or NaN.
 * @throws TypeError if `transposed` is no truth value, or `part` another.
 */
export const triangularSolve = defineOp(triangularSolveOp, ((
  l: Mat | Cube,
  b: Vec | Mat | Cube,
  transposed = false,
  part: Part = "lower",
): Tensor => {
  checkSide(transposed, part);
  return solutionFor("triangularSolve", l, b, (sides) => triangularSolved(l, sides, { transposed, part }));
}) as Solve<[transposed?: boolean, part?: Part]>);
