import type { Layout } from "../layout.js";
import type { Program } from "../program.js";
import type { Shape } from "../shape.js";
import type { Scope } from "./scopes.js";
import type { Storage } from "./storage.js";

export type { Storage, Values } from "./storage.js";

/** A storage and where in it the elements stand: what backends see of a tensor. */
export interface Value {
  readonly storage: Storage;
  readonly layout: Layout;
}

/** How a reduction combines elements. `max` of nothing is -infinity, and NaN where any element is NaN. */
export type Reduction = "sum" | "max";

/** The programs of a unit's step: a gate of two shares; and of state, both gates and shares of the new gate, the next state and new gate. */
export interface GruCell {
  readonly gate: Program;
  readonly next: Program;
}

/** The operands of `gru` (see there). */
export interface GruOperands {
  readonly gates: Value;
  readonly state: Value;
  readonly weight: Value;
  readonly biasIh: Value;
  readonly biasHh: Value;
  readonly rows: Value | undefined;
}

/** The operands of its way back: what it had and kept, and what its results received. */
export interface GruGradientOperands {
  readonly state: Value;
  readonly weight: Value;
  readonly states: Value;
  readonly saved: Value;
  readonly toLast: Value;
  readonly toStates: Value | undefined;
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
  /** The program at every element, the inputs broadcast to `shape`; one storage per output. */
  map(program: Program, inputs: readonly Value[], shape: Shape): readonly Storage[];
  /** Combines the elements along `axes` (ascending), in row-major order. */
  reduce(reduction: Reduction, input: Value, axes: readonly number[]): Storage;
  /** `[..., m, k] x [..., k, n] -> [..., m, n]`; leading axes equal, strides of any kind. */
  matmul(a: Value, b: Value): Storage;
  /** Writes the elements of `source` to the places of `target`, a value of the same shape. */
  write(target: Value, source: Value): void;
  /** Row `indices[i]` of `axis` to row `i` of the result, which holds indices if the input does. */
  gather(input: Value, indices: Value, axis: number): Storage;
  /** Adds row `i` of `axis` to row `indices[i]` of a result that has `length` rows of zeros, in the order of `i`. */
  scatterAdd(input: Value, indices: Value, axis: number, length: number): Storage;
  /** Fused, where there is a kernel: the products of all pairs of columns (see `pairs`), and their derivative. */
  readonly pairs?: (x: Value) => Storage;
  readonly pairsGradient?: (x: Value, gradient: Value) => Storage;
  /**
   * Fused, where there is a kernel: `gru` over sequences of so many steps, `cell` being the programs of one. The last
   * state; with `saves` also all states and gates.
   */
  readonly gru?: (operands: GruOperands, steps: number, cell: GruCell, saves: boolean) => readonly Storage[];
  /** Its way back: the gradients of gates, initial state, weight and both biases. */
  readonly gruGradient?: (operands: GruGradientOperands, steps: number, cell: Program) => readonly Storage[];
  /** Moves a storage to where the kernels work, until the end of the scope; absent where that is the heap. */
  readonly pin?: (storage: Storage, scope: Scope) => void;
}
