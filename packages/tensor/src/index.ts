/**
 * Typed tensors: shapes, views, operations, kernels, memory, random keys.
 *
 * @module @factorvae/tensor
 */

import "./only-copy.js";
import "./fluent.js";

export { assign, assignResults } from "./assign.js";
export type { Backend, ReductionKind, Storage, Value, Values } from "./backend/backend.js";
export { backend, withBackend } from "./backend/current.js";
export {
  close,
  configure,
  type Engine,
  type EngineInfo,
  info,
  type MemoryUse,
  memoryUse,
  startEngine,
} from "./backend/engine.js";
export { DeadTensorError, OutOfMemoryError } from "./backend/errors.js";
export { reference, reference64 } from "./backend/reference/reference.js";
export { type CheckNumericsOptions, checkNumerics, NumericsError } from "./check-numerics.js";
export { writes } from "./clock.js";
export { type Elementwise, elementwise } from "./elementwise.js";
export { Expression, type Primitive, type Term } from "./formula.js";
export type { FormulaOp } from "./formula-op.js";
export type { Layout } from "./layout.js";
export { apply, Call, defineOp, type Op, type Pullback, type Rule } from "./op.js";
export type { AtAxis, AxisOf, ReduceAlong, WithoutAxis } from "./ops/axes.js";
export type { Where } from "./ops/compare.js";
export type { Grouped, Strides } from "./ops/convolution.js";
export {
  arange,
  eye,
  full,
  indices,
  linspace,
  oneHot,
  ones,
  scalar,
  tensor,
  zeros,
} from "./ops/creation.js";
export type { LogDeterminant } from "./ops/determinant.js";
export { normal, permutation, uniform } from "./ops/draws.js";
export type { GruInputs, GruParts } from "./ops/gru.js";
export type { Indices } from "./ops/indexing.js";
export type { Order } from "./ops/lane-order.js";
export type { ReduceBy } from "./ops/norm.js";
export { type Reduce, sumTo } from "./ops/reduce.js";
export type { Largest } from "./ops/sort.js";
export type { Solve } from "./ops/systems.js";
export * from "./ops.js";
export { type OpProfile, type Profile, profile } from "./profile.js";
export type { Program, Step } from "./program.js";
export { bits, fold, key, normalValues, split as splitKey, uniformValues } from "./random.js";
export { readSafetensors, type StateFile, writeSafetensors } from "./safetensors.js";
export { blocksMade, keep, pinned, release, scope, storagesIn } from "./scope.js";
export {
  broadcastShapes,
  type Dim,
  formatShape,
  type Named,
  type Shape,
  ShapeError,
  sameShape,
} from "./shape.js";
export {
  type Cube,
  type Mat,
  type Nested,
  type NestedArray,
  type Operand,
  type Scalar,
  Tensor,
  type Vec,
} from "./tensor.js";
export type { Key } from "./threefry.js";
export { announce, isTraced, recorders, type Tracer, traced, unrecorded, untraced } from "./tracer.js";
