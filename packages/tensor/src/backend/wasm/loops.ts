import { broadcast } from "../../layout.js";
import { type Shape, sizeOf } from "../../shape.js";
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
  /** Where in each input the matrix of rows and columns of that number starts. */
  readonly startsOf: (index: number) => readonly number[];
}

const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((dim, axis) => dim === b[axis]);

/** Whether the elements are the shape's, one behind the other; decided without making anything. */
function isPlain({ layout: { shape, strides } }: Placed, target: Shape): boolean {
  if (shape !== target && !sameShape(shape, target)) return false;
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== stride) return false;
    stride *= shape[axis];
  }
  return true;
}

const none: readonly number[] = [];

/** The fewest loops over `shape`, to which the inputs broadcast. */
export function commonLoops(inputs: readonly Placed[], shape: Shape): Loops {
  const offsets = inputs.map(({ layout }) => layout.offset);
  const columnStrides = inputs.map((input) => (isPlain(input, shape) ? 1 : sizeOf(input.layout.shape) === 1 ? 0 : -1));
  if (!columnStrides.includes(-1))
    return {
      rows: 1,
      columns: sizeOf(shape),
      rowStrides: columnStrides,
      columnStrides,
      outer: none,
      startsOf: () => offsets,
    };
  const { dims, strides } = merged(inputs, shape);
  const last = dims.length - 1;
  const outer = dims.slice(0, -2);
  return {
    rows: dims[last - 1] ?? 1,
    columns: dims[last] ?? 1,
    rowStrides: strides.map((steps) => steps[last - 1] ?? 0),
    columnStrides: strides.map((steps) => steps[last] ?? 1),
    outer,
    startsOf: (index) => startsAt(index, outer, strides, offsets),
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

function startsAt(
  index: number,
  outer: readonly number[],
  strides: readonly (readonly number[])[],
  offsets: readonly number[],
): number[] {
  const starts = [...offsets];
  let rest = index;
  for (let axis = outer.length - 1; axis >= 0; axis--) {
    const position = rest % outer[axis];
    rest = (rest - position) / outer[axis];
    for (let at = 0; at < starts.length; at++) starts[at] += position * strides[at][axis];
  }
  return starts;
}
