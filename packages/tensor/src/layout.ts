import { type Shape, sizeOf } from "./shape.js";

/**
 * Where the elements of a tensor stand in its storage: element `[i, j, ...]` at `offset + i * strides[0] + j * strides[1] + ...`.
 * Strides count elements and may be 0 (an expanded axis).
 */
export interface Layout {
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
}

/** The row-major strides of a shape. */
function rowMajor(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

/** The layout of a freshly allocated tensor: row-major, from the start of its storage. */
export const contiguous = (shape: Shape, offset = 0): Layout => ({ shape, strides: rowMajor(shape), offset });

/** Whether the elements stand one behind the other in row-major order (axes of length 1 may have any stride). */
export function isContiguous({ shape, strides }: Layout): boolean {
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] === 1) continue;
    if (strides[axis] !== stride) return false;
    stride *= shape[axis];
  }
  return true;
}

/** The layout with its axes in another order. */
export function permute({ shape, strides, offset }: Layout, order: readonly number[]): Layout {
  return { shape: order.map((axis) => shape[axis]), strides: order.map((axis) => strides[axis]), offset };
}

/** The layout of elements `start` to `end` (exclusive) of one axis. */
export function narrow({ shape, strides, offset }: Layout, axis: number, start: number, end: number): Layout {
  const narrowed = [...shape];
  narrowed[axis] = end - start;
  return { shape: narrowed, strides, offset: offset + start * strides[axis] };
}

/** The layout without one axis, taken at `index`. */
export function select({ shape, strides, offset }: Layout, axis: number, index: number): Layout {
  const others = (_: number, at: number): boolean => at !== axis;
  return { shape: shape.filter(others), strides: strides.filter(others), offset: offset + index * strides[axis] };
}

/** The layout with the elements of one axis in the other order. */
export function reversed({ shape, strides, offset }: Layout, axis: number): Layout {
  const last = Math.max(shape[axis] - 1, 0) * strides[axis];
  return { shape, strides: strides.map((stride, at) => (at === axis ? -stride : stride)), offset: offset + last };
}

/**
 * The layout of a diagonal of the last two axes, which has one axis instead of them: `count` elements from row `row` and
 * column `column` on.
 */
export function diagonalOf({ shape, strides, offset }: Layout, row: number, column: number, count: number): Layout {
  const [down, right] = strides.slice(-2);
  return {
    shape: [...shape.slice(0, -2), count],
    strides: [...strides.slice(0, -2), down + right],
    offset: offset + row * down + column * right,
  };
}

/** The layout broadcast to a larger shape: new axes in front and axes of length 1 get stride 0. The shapes must broadcast. */
export function broadcast({ shape, strides, offset }: Layout, target: Shape): Layout {
  const lead = target.length - shape.length;
  return {
    shape: target,
    strides: target.map((_, axis) => (axis < lead || shape[axis - lead] === 1 ? 0 : strides[axis - lead])),
    offset,
  };
}

/**
 * The layout with axes of length 1 dropped and neighbours that step as one merged: the fewest loops that visit the same
 * elements in the same order.
 */
export function collapse({ shape, strides, offset }: Layout): Layout {
  const dims: number[] = [];
  const steps: number[] = [];
  for (let axis = 0; axis < shape.length; axis++) {
    if (shape[axis] === 1) continue;
    const last = dims.length - 1;
    if (last >= 0 && steps[last] === strides[axis] * shape[axis]) {
      dims[last] *= shape[axis];
      steps[last] = strides[axis];
    } else {
      dims.push(shape[axis]);
      steps.push(strides[axis]);
    }
  }
  return { shape: dims, strides: steps, offset };
}

/** The layout of the same elements, in the same order, in another shape of equal size; `undefined` where only a copy has it. */
export function reshaped(layout: Layout, shape: Shape): Layout | undefined {
  if (isContiguous(layout) || sizeOf(shape) === 0) return contiguous(shape, layout.offset);
  const from = collapse(layout);
  const strides = new Array<number>(shape.length).fill(0);
  let axis = shape.length - 1;
  for (let block = from.shape.length - 1; block >= 0; block--) {
    let stride = from.strides[block];
    let left = from.shape[block];
    while (left > 1) {
      if (axis < 0 || left % shape[axis] !== 0) return undefined;
      strides[axis] = stride;
      stride *= shape[axis];
      left /= shape[axis--];
    }
  }
  return { shape, strides, offset: layout.offset };
}
