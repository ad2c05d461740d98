import type { Layout } from "../layout.js";
import type { Program } from "../program.js";
import type { Shape } from "../shape.js";
import type { Scope } from "./scopes.js";
import type { Storage } from "./storage.js";
import type { Machine } from "./wasm/machine.js";

export type { Storage, Values } from "./storage.js";

/** A storage and where in it the elements stand: what backends see of a tensor. */
export interface Value {
  readonly storage: Storage;
  readonly layout: Layout;
}

/** How a reduction combines elements. `max` of nothing is -infinity, and NaN where any element is NaN. */
export type ReductionKind = "sum" | "max";

/** What fused kernels over linear memory are given by the backend that has it. */
export interface LinearKernels {
  readonly machine: Machine;
  /** A storage of the current scope for so many floats; what is in it is anything. */
  readonly block: (length: number) => Storage;
  /** Where the elements stand in row-major order, copied if they did not. */
  readonly inOrder: (value: Value) => number;
  /** The same of indices, which `inOrder` converts to numbers. */
  readonly indicesInOrder: (value: Value) => number;
}

/**
 * The verbs that a set of kernels offers; every operation is written in them. Results are new storages in row-major
 * order. Shapes were checked before.
 */
export interface Backend {
  readonly name: string;
  /** The type of the numbers it makes. */
  readonly float: "float32" | "float64";
  /** A storage of zeros. */
  alloc(length: number): Storage;
  /** A storage with a copy of these numbers. */
  upload(values: ArrayLike<number>): Storage;
  /** A storage with a copy of these indices. */
  uploadIndices(values: ArrayLike<number>): Storage;
  /**
   * The program at every element, the inputs broadcast to `shape`; one storage per output. Those of `over`, values of that
   * shape which are to be overwritten, may be among them: an output is in its own place already then.
   */
  map(program: Program, inputs: readonly Value[], shape: Shape, over?: readonly Value[]): readonly Storage[];
  /** Combines the elements along `axes` (ascending), in row-major order. */
  reduce(reduction: ReductionKind, input: Value, axes: readonly number[]): Storage;
  /** `[..., m, k] x [..., k, n] -> [..., m, n]`; leading axes equal, strides of any kind. */
  matmul(a: Value, b: Value): Storage;
  /** Writes the elements of `source` to the places of `target`, a value of the same shape. */
  write(target: Value, source: Value): void;
  /** Row `indices[i]` of `axis` to row `i` of the result, which holds indices if the input does. */
  gather(input: Value, indices: Value, axis: number): Storage;
  /** Adds row `i` of `axis` to row `indices[i]` of a result that has `length` rows of zeros, in the order of `i`. */
  scatterAdd(input: Value, indices: Value, axis: number, length: number): Storage;
  /** For fused operations, which bring kernels of their own; absent where there is no linear memory. */
  readonly linear?: LinearKernels;
  /** Moves a storage to where the kernels work, until the end of the scope; absent where that is the heap. */
  readonly pin?: (storage: Storage, scope: Scope) => void;
}
