import { elementwise } from "../elementwise.js";
import type { Expression } from "../formula.js";

type E = Expression;

/** e to the power x. */
export const exp = elementwise("exp", (x: E) => x.exp());
/** The natural logarithm; -infinity at 0, NaN below. */
export const log = elementwise("log", (x: E) => x.log());
/** `log(1 + x)`, exact near 0. */
export const log1p = elementwise("log1p", (x: E) => x.log1p());
/** `exp(x) - 1`, exact near 0. */
export const expm1 = elementwise("expm1", (x: E) => x.expm1());
/** The hyperbolic tangent. */
export const tanh = elementwise("tanh", (x: E) => x.tanh());
/** The sine of x radians. */
export const sin = elementwise("sin", (x: E) => x.sin());
/** The cosine of x radians. */
export const cos = elementwise("cos", (x: E) => x.cos());
/** The error function. */
export const erf = elementwise("erf", (x: E) => x.erf());
