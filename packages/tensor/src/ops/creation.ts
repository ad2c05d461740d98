import { backend } from "../backend/current.js";
import { DeadTensorError, OutOfMemoryError } from "../backend/errors.js";
import { described } from "../operand.js";
import { checkShape, type Dim, formatShape, type Shape, ShapeError, sizeOf } from "../shape.js";
import { type Mat, type NestedArray, type Scalar, Tensor, tensorOver, type Vec } from "../tensor.js";
import type { Indices } from "./indexing.js";

/** A tensor over a copy of these values, which fill the shape. */
export function filled(shape: Shape, values: ArrayLike<number>): Tensor {
  return tensorOver(
    OutOfMemoryError.naming("tensor", () => backend().upload(values)),
    shape,
  );
}

/** Whether it holds elements by number; a text, whose elements are letters, does not count. */
const isArrayLike = (values: object): boolean => typeof values === "object" && values !== null && "length" in values;

function shapeOf(values: number | NestedArray): number[] {
  return Array.isArray(values) ? [values.length, ...(values.length > 0 ? shapeOf(values[0]) : [])] : [];
}

function flattened(values: number | NestedArray, shape: Shape, depth: number, into: number[]): number[] {
  if (Array.isArray(values) && depth < shape.length && values.length === shape[depth])
    for (const part of values) flattened(part, shape, depth + 1, into);
  else if (typeof values === "number" && depth === shape.length) into.push(values);
  else if (typeof values !== "number" && !Array.isArray(values))
    throw new TypeError(`tensor: number ${into.length} of the values is none: ${described(values)}`);
  else throw new ShapeError("tensor", `nested arrays must be equally long at every level, as in ${formatShape(shape)}`);
  return into;
}

/** Checks that values which come with a shape are numbers, none of them nested. */
function checkFlat(values: ArrayLike<unknown>, shape: Shape): void {
  const at = Array.isArray(values) ? values.findIndex((value) => typeof value !== "number") : -1;
  if (at < 0) return;
  const repair = Array.isArray(values[at]) ? `; did you mean tensor(values).as(${formatShape(shape)})?` : "";
  throw new TypeError(
    `tensor: with a shape the values are a flat array of numbers; number ${at} is none: ${described(values[at])}${repair}`,
  );
}

type ShapeOf<Values> = Values extends number
  ? readonly []
  : Values extends readonly number[] | ArrayBufferView
    ? Vec extends Tensor<infer S>
      ? S
      : never
    : Values extends readonly (readonly number[])[]
      ? readonly [number, number]
      : Values extends readonly (readonly (readonly number[])[])[]
        ? readonly [number, number, number]
        : Shape;

/**
 * A tensor of given values: a number, nested arrays, or a flat array with a shape. The values are copied.
 *
 * @throws ShapeError if nested arrays are ragged, or the values do not fill the shape.
 * @throws TypeError if one of them is no number.
 */
export function tensor<const S extends Shape>(values: ArrayLike<number>, shape: S): Tensor<S>;
export function tensor<Values extends number | NestedArray | ArrayLike<number>>(
  values: Values,
): Tensor<ShapeOf<Values>>;
export function tensor(values: number | NestedArray | ArrayLike<number>, shape?: Shape): Tensor {
  if (shape) {
    checkShape("tensor", shape);
    if (typeof values === "number") {
      const repair = shape.length === 0 ? `scalar(${values})` : `full(${formatShape(shape)}, ${values})`;
      throw new ShapeError(
        "tensor",
        `with a shape the values are an array, not the number ${values}; did you mean ${repair}?`,
        [shape],
      );
    }
    if (!isArrayLike(values)) throw new TypeError(`tensor: an array of numbers is needed, not ${described(values)}`);
    checkFlat(values, shape);
    if (values.length !== sizeOf(shape))
      throw new ShapeError("tensor", `${formatShape(shape)} holds ${sizeOf(shape)} values, not ${values.length}`, [
        shape,
      ]);
    return filled(shape, values as ArrayLike<number>);
  }
  if (typeof values !== "number" && !isArrayLike(values))
    throw new TypeError(`tensor: numbers are needed, alone or in arrays, not ${described(values)}`);
  if (typeof values !== "number" && !Array.isArray(values)) return tensor(values as ArrayLike<number>, [values.length]);
  const nested = values as number | NestedArray;
  const found = shapeOf(nested);
  return filled(found, flattened(nested, found, 0, []));
}

function checkNumber(operation: string, value: number): void {
  if (typeof value !== "number") throw new TypeError(`${operation}: a number is needed, not ${described(value)}`);
}

/**
 * A tensor without axes that holds one number.
 *
 * @throws TypeError if it is none.
 */
export function scalar(value: number): Scalar {
  checkNumber("scalar", value);
  return tensorOver(backend().upload([value]), []) as Scalar;
}

/** Indices are int32. */
export const largestIndex = 2 ** 31 - 1;

/** Whether a number can be an index. */
export const isIndex = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= largestIndex;

/**
 * Indices, as `gather` takes them. What moves or sorts them keeps all digits; arithmetic, comparisons, `where` and reductions
 * compute in float32, which is exact to 2^24 alone: above, neighbours may be equal there.
 *
 * @throws RangeError if one is not a whole number from 0 to 2^31 - 1.
 * @throws TypeError if they are no array.
 */
export function indices(values: ArrayLike<number>): Vec {
  if (!isArrayLike(values))
    throw new TypeError(`indices: an array of whole numbers is needed, not ${described(values)}`);
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (!isIndex(value))
      throw new RangeError(`indices: ${value} at position ${at} is no whole number from 0 to ${largestIndex}`);
  }
  const storage = OutOfMemoryError.naming("indices", () => backend().uploadIndices(values));
  return tensorOver(storage, [values.length]) as Vec;
}

/**
 * Checks that a tensor holds indices along one axis, and can be read.
 *
 * @throws DeadTensorError if its scope has ended.
 * @throws TypeError if it is not of type int32.
 * @throws ShapeError if it has not one axis.
 */
export function checkIndices(operation: string, { dtype, shape, storage }: Tensor): void {
  if (storage.isDead) throw new DeadTensorError(operation, undefined, shape);
  if (dtype !== "int32") throw new TypeError(`${operation}: indices are needed (see indices()), not ${dtype}`);
  if (shape.length !== 1) throw new ShapeError(operation, `indices have one axis, not ${formatShape(shape)}`, [shape]);
}

/** All zeros. */
export function zeros<const S extends Shape>(shape: S): Tensor<S> {
  checkShape("zeros", shape);
  const storage = OutOfMemoryError.naming("zeros", () => backend().alloc(sizeOf(shape)));
  return tensorOver(storage, shape) as Tensor<S>;
}

/**
 * One number everywhere.
 *
 * @throws TypeError if it is none.
 */
export function full<const S extends Shape>(shape: S, value: number): Tensor<S> {
  checkShape("full", shape);
  checkNumber("full", value);
  return filled(shape, new Float64Array(sizeOf(shape)).fill(value)) as Tensor<S>;
}

/** All ones. */
export function ones<const S extends Shape>(shape: S): Tensor<S> {
  checkShape("ones", shape);
  return full(shape, 1);
}

/**
 * `start, start + step, ...` up to but without `stop`; with one argument, `0, 1, ...` up to it.
 *
 * @throws RangeError if the step is 0 or an argument is not finite.
 */
export function arange(start: number, stop?: number, step = 1): Vec {
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  if (step === 0 || ![from, to, step].every(Number.isFinite))
    throw new RangeError(`arange: finite bounds and a step other than 0 are needed, not ${from}, ${to}, ${step}`);
  const count = Math.max(0, Math.ceil((to - from) / step));
  // A quotient that was rounded up lets one in too many: (1.3 - 1) / 0.1 is 3 and a little.
  const last = from + (count - 1) * step;
  const length = count > 0 && (step > 0 ? last >= to : last <= to) ? count - 1 : count;
  return filled(
    [length],
    Array.from({ length }, (_, index) => from + index * step),
  ) as Vec;
}

/**
 * `count` numbers from `start` to `stop`, both included, evenly spaced; a single one is `start`.
 *
 * @throws RangeError if a bound is not finite.
 */
export function linspace<const N extends Dim>(start: number, stop: number, count: N): Vec<N> {
  checkShape("linspace", [count]);
  if (!Number.isFinite(start) || !Number.isFinite(stop))
    throw new RangeError(`linspace: finite bounds are needed, not ${start} and ${stop}`);
  const step = (stop - start) / (count - 1);
  const values = Array.from({ length: count }, (_, index) =>
    index === count - 1 && index > 0 ? stop : start + (index && index * step),
  );
  return filled([count], values) as Vec<N>;
}

/** The identity matrix of `n` rows. */
export function eye<const N extends Dim>(n: N): Mat<N, N> {
  checkShape("eye", [n]);
  const values = new Float64Array(n * n);
  for (let row = 0; row < n; row++) values[row * (n + 1)] = 1;
  return filled([n, n], values) as Mat<N, N>;
}

/**
 * One row per index, with a 1 at it and zeros elsewhere: `[n] -> [n, classes]`.
 *
 * @throws RangeError if an index is not one of the classes.
 * @throws TypeError if a tensor of indices is not of type int32.
 */
export function oneHot<const K extends Dim>(indices: Indices, classes: K): Mat<number, K> {
  checkShape("oneHot", [classes]);
  if (indices instanceof Tensor) checkIndices("oneHot", indices);
  const positions = Array.from(indices instanceof Tensor ? indices.data : indices);
  const values = new Float64Array(positions.length * classes);
  positions.forEach((position, row) => {
    if (!Number.isInteger(position) || position < 0 || position >= classes)
      throw new RangeError(`oneHot: index ${position} at position ${row} is not one of ${classes} classes`);
    values[row * classes + position] = 1;
  });
  return filled([positions.length, classes], values) as Mat<number, K>;
}
