import {
  abs,
  type Cube,
  type Dim,
  type Expression,
  elementwise,
  type Mat,
  max,
  mul,
  square,
  sum,
} from "@factorvae/tensor";

type E = Expression;

/** A vector over its largest element, or itself where that is 0. */
const levelled = elementwise("levelled", (x: E, largest: E) => x.div(largest.eq(0).select(1, largest)));

/**
 * `max(0, cos)` of two vectors from their product and their squared lengths, element by element, broadcast; 0 where one of
 * them has no length, and the gradient too. A part of `CosineAttention`, for products that are computed in another way.
 */
export const positiveCosine = elementwise("positiveCosine", (product: E, squaredA: E, squaredB: E) => {
  // Where a length is 0 it is replaced before the root, so that no infinite derivative meets the discarded branch.
  const absent = squaredA.eq(0).or(squaredB.eq(0));
  const lengths = absent.select(1, squaredA).sqrt().mul(absent.select(1, squaredB).sqrt());
  return absent.select(0, product.div(lengths).max(0));
});

/** Vectors of the same directions whose squares neither overflow nor vanish. */
const directions = <A extends Dim, B extends Dim, C extends Dim>(x: Cube<A, B, C>): Cube<A, B, C> =>
  levelled(x, max(abs(x), 2, true));

/**
 * `max(0, cos)` of the vectors along the last axis, which the result has no more: `a: [K, N, W]`, `b: [K, 1, W] -> [K, N]`.
 * 0 where a vector has no length. Vectors of any size have a cosine: they are brought to size 1 first.
 */
export function positiveCosineAlong<K extends Dim, N extends Dim, W extends Dim>(
  a: Cube<K, N, W>,
  b: Cube<NoInfer<K>, 1, NoInfer<W>>,
): Mat<K, N> {
  const [from, to] = [directions(a), directions(b)];
  return positiveCosine(sum(mul(from, to), 2), sum(square(from), 2), sum(square(to), 2));
}
