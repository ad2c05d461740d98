import { DeadTensorError } from "./backend/errors.js";
import type { Storage, Values } from "./backend/storage.js";
import { contiguous, isContiguous, type Layout } from "./layout.js";
import { formatTensor, nest } from "./print.js";
import { checkShape, type Dim, formatShape, type OrOne, type Shape, ShapeError, sizeOf } from "./shape.js";
import { gathered } from "./strided.js";

/** Nested arrays of numbers, as deep as the shape is long. */
export type Nested<S extends Shape> = number extends S["length"]
  ? number | NestedArray
  : S extends readonly [Dim, ...infer Rest extends Shape]
    ? Nested<Rest>[]
    : number;

/** Nested arrays of numbers of any depth of at least one. */
export interface NestedArray extends Array<number | NestedArray> {}

/** The name by which Node asks an object for its text; elsewhere nobody does. */
const inspected = Symbol.for("nodejs.util.inspect.custom");

/**
 * An array of numbers with a shape: a storage and the layout that says where in it the elements stand. Views share a
 * storage. Tensors are values: no operation changes one, but for `assign` and `assignResults`, which
 * optimizers use on parameters.
 */
export class Tensor<out S extends Shape = Shape> {
  constructor(
    readonly storage: Storage,
    readonly layout: Layout,
  ) {}

  /** The dimensions, outermost first. */
  get shape(): S {
    return this.layout.shape as S;
  }

  /** The number of axes. */
  get rank(): S["length"] {
    return this.layout.shape.length;
  }

  /** The number of elements. */
  get size(): number {
    return sizeOf(this.layout.shape);
  }

  /** `float32`; `float64` for what `reference64` made; `int32` for indices. */
  get dtype(): Storage["dtype"] {
    return this.storage.dtype;
  }

  /**
   * The elements in row-major order. For a tensor on the heap whose elements already stand so, its own memory: read it,
   * do not write it, and look no further (its `buffer` may hold other tensors too). For one in a scope's memory, a copy.
   *
   * @throws DeadTensorError if its scope has ended.
   */
  get data(): Values {
    const { layout, storage } = this;
    const { values } = storage;
    if (!isContiguous(layout)) return gathered(this);
    const end = layout.offset + this.size;
    if (!storage.isOnHeap) return values.slice(layout.offset, end);
    return layout.offset === 0 && end === values.length ? values : values.subarray(layout.offset, end);
  }

  /**
   * The number in a tensor of one element.
   *
   * @throws ShapeError if it has more or fewer.
   */
  item(): number {
    if (this.size !== 1)
      throw new ShapeError("item", `a tensor of one element is needed, not one of shape ${formatShape(this.shape)}`, [
        this.shape,
      ]);
    return this.data[0];
  }

  /** The elements as nested arrays of numbers; a plain number for a scalar. */
  toArray<T extends Shape>(this: Tensor<T>): Nested<T> {
    return nest(this.data, this.shape) as Nested<T>;
  }

  /** A copy of the elements in row-major order, in the form that every backend can offer. */
  async read(): Promise<Values> {
    return this.data.slice();
  }

  /**
   * The same tensor under a more exact type, checked at run time.
   *
   * @throws ShapeError if the shape is another, TypeError if it is no array.
   */
  as<const T extends Shape>(shape: T): Tensor<T> {
    checkShape("as", shape);
    const fits = shape.length === this.shape.length && shape.every((dim, axis) => dim === this.shape[axis]);
    if (!fits)
      throw new ShapeError("as", `the shape is ${formatShape(this.shape)}, not ${formatShape(shape)}`, [
        this.shape,
        shape,
      ]);
    return this as Tensor as Tensor<T>;
  }

  /** The shape and the elements, long axes shortened; of a freed tensor the shape, and that it is freed. */
  toString(): string {
    const { shape, dtype, storage } = this;
    return formatTensor(shape, dtype, storage.isDead ? undefined : this.data);
  }

  /** What Node's console prints of it: its text. */
  [inspected](): string {
    return this.toString();
  }

  /**
   * What `JSON.stringify` writes of it: the elements as nested arrays, every digit, NaN and infinities as `null`.
   *
   * @throws DeadTensorError if its scope has ended.
   */
  toJSON(): Nested<Shape> {
    if (this.storage.isDead) throw new DeadTensorError("toJSON", undefined, this.shape);
    return nest(this.data, this.shape);
  }
}

/** A tensor without axes. */
export type Scalar = Tensor<readonly []>;

/** A tensor of one axis. */
export type Vec<N extends Dim = number> = Tensor<readonly [N]>;

/** A tensor of two axes. */
export type Mat<M extends Dim = number, N extends Dim = number> = Tensor<readonly [M, N]>;

/** A tensor of three axes. */
export type Cube<A extends Dim = number, B extends Dim = number, C extends Dim = number> = Tensor<readonly [A, B, C]>;

/** What an operation on a tensor of shape `S` takes beside it: a number, or a tensor that broadcasts to `S`. */
export type Operand<S extends Shape> = number | Tensor<S> | BroadcastingTo<S>;

/** Tensor by tensor, not a tensor of any of these shapes: where none fits, the compiler explains the one that nearly does. */
type BroadcastingTo<S extends Shape> = number extends S["length"]
  ? Tensor
  : S extends readonly [infer First extends Dim, ...infer Rest extends Shape]
    ? BroadcastingTo<Rest> | Tensor<readonly [First | 1, ...OrOne<Rest>]>
    : Tensor<readonly []>;

/** A tensor over a storage whose elements stand in row-major order from its start. The shape is copied: it may be a caller's. */
export const tensorOver = (storage: Storage, shape: Shape): Tensor => new Tensor(storage, contiguous([...shape]));
