/** One dimension of a shape: a literal (`64`), a {@link Named} dimension, or `number` where it is not known. */
export type Dim = number;

declare const dimension: unique symbol;

/** What tells a named dimension from others; it has a name of its own because the compiler's messages show it. */
interface Dimension<Name extends string> {
  readonly [dimension]: Name;
}

/** A dimension that is told from others by its name: `type Stocks = Named<"Stocks">`. At run time an ordinary number. */
export type Named<Name extends string> = number & Dimension<Name>;

/** The dimensions of a tensor, outermost first; `[]` is a scalar. */
export type Shape = readonly Dim[];

/** Each dimension either the same or 1. */
export type OrOne<S extends Shape> = { readonly [I in keyof S]: S[I] | 1 };

/** A shape that an operation cannot take. Carries the operation and the shapes it was given. */
export class ShapeError extends Error {
  override readonly name = "ShapeError";

  constructor(
    readonly operation: string,
    readonly rule: string,
    readonly shapes: readonly Shape[] = [],
  ) {
    super(`${operation}: ${rule}`);
  }
}

/** The shape as text: `[300, 64]`. */
export const formatShape = (shape: Shape): string => `[${shape.join(", ")}]`;

/** The number of elements of a shape; 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (let axis = 0; axis < shape.length; axis++) size *= shape[axis];
  return size;
}

/** Whether two shapes are the same, dimension by dimension. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false;
  return true;
}

function allSame(shapes: readonly Shape[]): boolean {
  for (let at = 1; at < shapes.length; at++) if (!sameShape(shapes[at], shapes[0])) return false;
  return true;
}

/**
 * The shape that all of `shapes` broadcast to, aligned at the last axis, as numpy does it.
 *
 * @throws ShapeError if two dimensions on one axis differ and neither is 1.
 */
export function broadcastShapes(operation: string, shapes: readonly Shape[]): Shape {
  const [first = []] = shapes;
  if (allSame(shapes)) return first;
  const rank = Math.max(...shapes.map((shape) => shape.length));
  const result = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    for (let axis = 0; axis < shape.length; axis++) {
      const dim = shape[axis];
      const at = rank - shape.length + axis;
      if (dim === 1) continue;
      if (result[at] !== 1 && result[at] !== dim)
        throw new ShapeError(operation, `shapes do not broadcast: ${shapes.map(formatShape).join(" and ")}`, shapes);
      result[at] = dim;
    }
  }
  return result;
}

/**
 * An axis counted from the front, from one that may be counted from the back (`-1` is the last).
 *
 * @throws ShapeError if a tensor of that shape has no such axis.
 */
export function resolveAxis(operation: string, axis: number, shape: Shape): number {
  const rank = shape.length;
  const resolved = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || resolved < 0 || resolved >= rank)
    throw new ShapeError(operation, `axis ${axis} is out of range for a tensor of rank ${rank}`, [shape]);
  return resolved;
}

/** A dimension as it was written, in programs without types too. */
const written = (dim: unknown): string => (typeof dim === "number" ? `${dim}` : `${JSON.stringify(dim)}`);

/**
 * Checks that a shape is an array, of whole numbers of at least 0.
 *
 * @throws TypeError if it is no array.
 * @throws ShapeError naming the dimension that is not.
 */
export function checkShape(operation: string, shape: Shape): void {
  if (!Array.isArray(shape)) {
    const found = typeof shape === "number" ? `the number ${shape}; did you mean [${shape}]?` : typeof shape;
    throw new TypeError(`${operation}: a shape is an array of dimensions, as [2, 3] is, not ${found}`);
  }
  for (const dim of shape)
    if (!Number.isInteger(dim) || dim < 0)
      throw new ShapeError(
        operation,
        `dimensions are whole numbers of at least 0, not ${written(dim)} in [${shape.map(written).join(", ")}]`,
        [shape],
      );
}
