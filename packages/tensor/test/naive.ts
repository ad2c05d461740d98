import { type Shape, type Tensor, tensor } from "../src/index.js";
import { sizeOf } from "../src/shape.js";

/** Numbers with a shape and nothing else: what the slow, obvious definitions of operations compute with. */
export interface Naive {
  readonly shape: Shape;
  readonly data: readonly number[];
}

/** The elements of a tensor. */
export const naive = (x: Tensor): Naive => ({ shape: x.shape, data: [...[x.toArray()].flat(8)].map(Number) });

/** A tensor of these numbers. */
export const asTensor = ({ shape, data }: Naive): Tensor => tensor([...data], shape);

/** The element at an index; missing leading axes and axes of length 1 are broadcast. */
export function at({ shape, data }: Naive, index: readonly number[]): number {
  const own = index.slice(index.length - shape.length);
  const position = shape.reduce((before, dim, axis) => before * dim + (dim === 1 ? 0 : own[axis]), 0);
  return data[position];
}

/** The array of a shape whose element at each index `element` tells. */
export function build(shape: Shape, element: (index: readonly number[]) => number): Naive {
  const data = Array.from({ length: sizeOf(shape) }, (_, position) => {
    const index: number[] = [];
    let rest = position;
    for (const dim of [...shape].reverse()) {
      index.unshift(rest % dim);
      rest = Math.floor(rest / dim);
    }
    return element(index);
  });
  return { shape, data };
}

/** The numbers `element(0)` to `element(count - 1)`. */
export const range = (count: number, element: (index: number) => number): number[] =>
  Array.from({ length: count }, (_, index) => element(index));

/** The sum of `element(0)` to `element(count - 1)`. */
export const total = (count: number, element: (index: number) => number): number =>
  range(count, element).reduce((sum, value) => sum + value, 0);

/** The largest of `element(0)` to `element(count - 1)`; NaN where one is. */
export const largest = (count: number, element: (index: number) => number): number =>
  Math.max(...range(count, element));
