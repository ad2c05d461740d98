import { elementwise } from "../elementwise.js";
import type { Expression, Term } from "../formula.js";
import type { FormulaOp } from "../formula-op.js";
import type { Shape } from "../shape.js";
import type { Operand, Tensor } from "../tensor.js";

type E = Expression;

/** 1 where `a < b`, elsewhere 0. All comparisons are false where either side is NaN, and have derivative 0. */
export const less = elementwise("less", (a: E, b: E) => a.lt(b));
/** 1 where `a <= b`, elsewhere 0. */
export const lessEqual = elementwise("lessEqual", (a: E, b: E) => a.le(b));
/** 1 where `a > b`, elsewhere 0. */
export const greater = elementwise("greater", (a: E, b: E) => a.gt(b));
/** 1 where `a >= b`, elsewhere 0. */
export const greaterEqual = elementwise("greaterEqual", (a: E, b: E) => a.ge(b));
/** 1 where `a = b`, elsewhere 0. */
export const equal = elementwise("equal", (a: E, b: E) => a.eq(b));
/** 1 where `a` differs from `b`, elsewhere 0; NaN differs from everything. */
export const notEqual = elementwise("notEqual", (a: E, b: E) => a.eq(b).not());
/** 1 where both are other than 0, elsewhere 0. */
export const and = elementwise("and", (a: E, b: E) => a.and(b));
/** 1 where either is other than 0, elsewhere 0. */
export const or = elementwise("or", (a: E, b: E) => a.or(b));
/** 1 where x is 0, elsewhere 0. */
export const not = elementwise("not", (x: E) => x.not());

/** A choice by a mask. The largest of its operands gives the shape; the others are numbers or broadcast to it. */
export interface Where {
  // Tensors come last: where no overload fits, the compiler explains the last one.
  (mask: Term, yes: Term, no: Term): Expression;
  /** The second branch gives the shape. */
  <S extends Shape>(mask: Operand<NoInfer<S>>, yes: Operand<NoInfer<S>>, no: Tensor<S>): Tensor<S>;
  /** The first branch gives the shape. */
  <S extends Shape>(mask: Operand<NoInfer<S>>, yes: Tensor<S>, no: Operand<NoInfer<S>>): Tensor<S>;
  /** The mask gives the shape. */
  <S extends Shape>(mask: Tensor<S>, yes: Operand<NoInfer<S>>, no: Operand<NoInfer<S>>): Tensor<S>;
  readonly op: FormulaOp;
}

/**
 * `yes` where the mask is other than 0, `no` elsewhere. Any of the three may be the largest, to which the others broadcast:
 * a mask of rows, `[N, 1]`, chooses rows of `[N, K]`. The branch not taken is discarded, whatever it holds, in
 * derivatives too; but a NaN that was computed on the way to it keeps its own NaN derivative: guard the argument as well,
 * `where(mask, sqrt(where(mask, x, 1)), 0)`.
 */
export const where = elementwise("where", (mask: E, yes: E, no: E) => mask.select(yes, no)) as Where;
