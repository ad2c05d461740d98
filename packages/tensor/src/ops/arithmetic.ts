import { elementwise } from "../elementwise.js";
import type { Expression } from "../formula.js";

type E = Expression;

/** `a + b`. */
export const add = elementwise("add", (a: E, b: E) => a.add(b));
/** `a - b`. */
export const sub = elementwise("sub", (a: E, b: E) => a.sub(b));
/** `a * b`, element by element. */
export const mul = elementwise("mul", (a: E, b: E) => a.mul(b));
/** `a / b`. */
export const div = elementwise("div", (a: E, b: E) => a.div(b));
/** `-x`. */
export const neg = elementwise("neg", (x: E) => x.neg());
/** The absolute value; its derivative at 0 is 0. */
export const abs = elementwise("abs", (x: E) => x.abs());
/** The square root; NaN below 0. */
export const sqrt = elementwise("sqrt", (x: E) => x.sqrt());
/** `x * x`. */
export const square = elementwise("square", (x: E) => x.mul(x));
/** The larger of two; a NaN in `a` passes, and where they tie each gets half the gradient. */
export const maximum = elementwise("maximum", (a: E, b: E) => a.max(b));
/** The smaller of two; a NaN in `a` passes, and where they tie each gets half the gradient. */
export const minimum = elementwise("minimum", (a: E, b: E) => a.min(b));
/** The largest whole number not above x; derivative 0. */
export const floor = elementwise("floor", (x: E) => x.floor());
/** -1, 0 or 1; NaN at NaN; derivative 0. */
export const sign = elementwise("sign", (x: E) => x.sign());

/** Whether neither is NaN. */
const areOrdered = (a: E, b: E): E => a.le(b).or(a.gt(b));

/**
 * x where it lies between `low` and `high`, the nearer of them elsewhere (`high` where they cross); NaN passes, of x and of
 * bounds. The derivative is that of the one it takes, of x where it stands on a bound.
 */
export const clip = elementwise(
  "clip",
  (x: E, low: E, high: E) => areOrdered(low, high).select(x.max(low).min(high), Number.NaN),
  {
    d: [
      (x, low, high) => x.ge(low).and(x.le(high)),
      (x, low, high) => x.lt(low).and(low.le(high)),
      (x, low, high) => x.gt(high).or(x.lt(low).and(low.gt(high))),
    ],
  },
);
