import { elementwise } from "../elementwise.js";
import type { Expression } from "../formula.js";

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
/**
 * `yes` where the mask is other than 0, `no` elsewhere. The branch not taken is discarded, whatever it holds, in
 * derivatives too; but a NaN that was computed on the way to it keeps its own NaN derivative: guard the argument as well,
 * `where(mask, sqrt(where(mask, x, 1)), 0)`.
 */
export const where = elementwise("where", (mask: E, yes: E, no: E) => mask.select(yes, no));
