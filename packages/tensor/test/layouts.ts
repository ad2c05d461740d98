import { flip, keep, slice, stack, type Tensor, tensor, transpose, unstack } from "../src/index.js";
import { expanded } from "../src/ops/reduce.js";
import { padded, sliced } from "../src/ops/slice.js";
import { withShape } from "../src/ops/view.js";

const reversed = (x: Tensor): Tensor =>
  transpose(
    x,
    Array.from({ length: x.rank }, (_, axis) => x.rank - 1 - axis),
  );

/** A part of a larger tensor on every axis. */
function framed(x: Tensor): Tensor {
  if (x.rank === 0) return withShape(slice(tensor([7, x.item(), 7]), 0, 1, 2), []);
  const frame = x.shape.reduce<Tensor>((inner, dim, axis) => padded(inner, axis, 1, dim + 3), x);
  return x.shape.reduce<Tensor>((outer, dim, axis) => sliced(outer, axis, 1, dim + 1), frame);
}

/** The first element of an axis repeated along it. */
const repeatedAlong = (x: Tensor, axis: number): Tensor =>
  x.rank === 0 || x.shape.includes(0) ? x : expanded(sliced(x, axis, 0, 1), x.shape);

/** Ways to lay a tensor out in memory; all but the last two leave its elements as they are. */
export const layouts: { readonly [name: string]: (x: Tensor) => Tensor } = {
  transposed: (x) => reversed(keep(reversed(x))),
  backwards: (x) =>
    x.shape.reduce<Tensor>(
      (turned, _, axis) => flip(turned, axis),
      keep(x.shape.reduce<Tensor>((turned, _, axis) => flip(turned, axis), x)),
    ),
  "sliced from a larger tensor": framed,
  "every second element": (x) => unstack(stack([x, x], x.rank), x.rank)[1],
  "broadcast along the first axis": (x) => repeatedAlong(x, 0),
  "broadcast along the last axis": (x) => repeatedAlong(x, x.rank - 1),
};
