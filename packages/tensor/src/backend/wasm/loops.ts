import { broadcast, isContiguous, type Layout } from "../../layout.js";
import { type Shape, sameShape, sizeOf } from "../../shape.js";
import type { Placed } from "./placed.js";

/** The loops that visit the elements of several inputs in common, in the row-major order of a shape. */
export interface Loops {
  readonly rows: number;
  readonly columns: number;
  /** By input, in elements. */
  readonly rowStrides: readonly number[];
  readonly columnStrides: readonly number[];
  /** The axes outside of rows and columns. */
  readonly outer: readonly number[];
  /** By input, in elements, of the outer axes first. */
  readonly strides: readonly (readonly number[])[];
}

/**
 * The step between the elements of an input where a single loop visits those of `shape`: 1 where they stand one behind the
 * other, 0 where there is but one, however often it counts; -1 where a single loop will not do.
 */
export function flatStride({ layout }: Placed, shape: Shape): 1 | 0 | -1 {
  if (sameShape(layout.shape, shape) && isContiguous(layout)) return 1;
  return isSingle(layout) ? 0 : -1;
}

/** Whether all elements are the same one. */
function isSingle({ shape, strides }: Layout): boolean {
  for (let axis = 0; axis < shape.length; axis++) if (shape[axis] !== 1 && strides[axis] !== 0) return false;
  return true;
}

const none: readonly [] = [];

/** The fewest loops over `shape`, to which the inputs broadcast. */
export function commonLoops(inputs: readonly Placed[], shape: Shape): Loops {
  const flat = inputs.map((input) => flatStride(input, shape));
  if (!flat.includes(-1))
    return { rows: 1, columns: sizeOf(shape), rowStrides: flat, columnStrides: flat, outer: none, strides: none };
  const { dims, strides } = merged(inputs, shape);
  const last = dims.length - 1;
  const outer = dims.slice(0, -2);
  return {
    rows: dims[last - 1] ?? 1,
    columns: dims[last] ?? 1,
    rowStrides: strides.map((steps) => steps[last - 1] ?? 0),
    columnStrides: strides.map((steps) => steps[last] ?? 1),
    outer,
    strides,
  };
}

/** Axes of length 1 dropped, and neighbours merged that step as one in every input. */
function merged(inputs: readonly Placed[], shape: Shape): { dims: number[]; strides: number[][] } {
  const spread = inputs.map(({ layout }) => broadcast(layout, shape).strides);
  const dims: number[] = [];
  const strides: number[][] = inputs.map(() => []);
  shape.forEach((dim, axis) => {
    if (dim === 1) return;
    const last = dims.length - 1;
    if (last >= 0 && strides.every((steps, at) => steps[last] === spread[at][axis] * dim)) {
      dims[last] *= dim;
      strides.forEach((steps, at) => {
        steps[last] = spread[at][axis];
      });
    } else {
      dims.push(dim);
      strides.forEach((steps, at) => {
        steps.push(spread[at][axis]);
      });
    }
  });
  return { dims, strides };
}

/** How far from its first element an input's matrix of rows and columns of that number starts, in elements. */
export function startOf(index: number, { outer, strides }: Loops, input: number): number {
  let start = 0;
  let rest = index;
  for (let axis = outer.length - 1; axis >= 0; axis--) {
    const position = rest % outer[axis];
    rest = (rest - position) / outer[axis];
    start += position * strides[input][axis];
  }
  return start;
}
