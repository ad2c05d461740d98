import { backendFor } from "../backend/current.js";
import { checkTensor } from "../operand.js";
import { formatShape, type Shape, ShapeError, sameShape } from "../shape.js";
import { type Tensor, tensorOver } from "../tensor.js";
import { type AxisOf, axisOf, type SameRank } from "./axes.js";
import { gathered } from "./indexing.js";
import { eachLane, elements, startOfLane } from "./lanes.js";
import { withShape } from "./view.js";

/** Where in `from`, in row-major order, the elements stand that `indices` choose along an axis. */
function positionsOf(from: Shape, indices: Tensor, axis: number): Int32Array {
  const chosen = elements(indices);
  const positions = new Int32Array(chosen.length);
  const count = indices.shape[axis];
  const length = from[axis];
  eachLane(indices.shape, axis, (start, step, lane) => {
    const first = startOfLane(lane, step, length);
    for (let at = 0; at < count; at++) {
      const index = chosen[start + at * step];
      if (index < 0 || index >= length)
        throw new RangeError(
          `takeAlong: index ${index} at position ${start + at * step} is out of range for axis ${axis} of ${formatShape(from)}`,
        );
      positions[start + at * step] = first + index * step;
    }
  });
  return positions;
}

/** `takeAlong` for tensors of unknown rank; the axis counts from the front. */
export function takenAlong(x: Tensor, indices: Tensor, axis: number): Tensor {
  checkTensor("takeAlong", indices, 1);
  const kernels = backendFor("takeAlong", [x, indices]);
  const others = ({ shape }: Tensor): Shape => shape.map((dim, at) => (at === axis ? 0 : dim));
  if (indices.dtype !== "int32")
    throw new TypeError(`takeAlong: indices are needed, as argsort and indices() make them, not ${indices.dtype}`);
  if (!sameShape(others(x), others(indices)))
    throw new ShapeError(
      "takeAlong",
      `indices ${formatShape(indices.shape)} must have the shape of ${formatShape(x.shape)} but for axis ${axis}`,
      [x.shape, indices.shape],
    );
  const positions = kernels.uploadIndices(positionsOf(x.shape, indices, axis));
  const picked = gathered(withShape(x, [x.size]), tensorOver(positions, [indices.size]), 0);
  return withShape(picked, indices.shape);
}

/**
 * The elements that `indices` choose along an axis, each lane its own: at `[i, j]`, along axis 1, `x[i, indices[i, j]]`.
 * Indices have the shape of x but for that axis, as `argsort` makes them. What is chosen twice receives both gradients.
 *
 * @throws ShapeError if the shapes do not go together.
 * @throws RangeError if an index is not within the axis.
 * @throws TypeError if they are not of type int32.
 */
export const takeAlong = <S extends Shape, I extends Shape, const A extends number>(
  x: Tensor<SameRank<S, I>>,
  indices: Tensor<I>,
  axis: AxisOf<I, A>,
): Tensor<I> => takenAlong(x, indices, axisOf("takeAlong", x, axis)) as Tensor<I>;
