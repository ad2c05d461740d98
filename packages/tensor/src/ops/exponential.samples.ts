import { ordinary, pointwise, positive, type SampleTable, small } from "../../test/sample.js";
import { cos, erf, exp, expm1, log, log1p, sin, tanh } from "./exponential.js";

/** The error function by the trapezoidal rule, which converges fast on so smooth an integrand. */
function errorFunction(x: number): number {
  if (!Number.isFinite(x) || Math.abs(x) > 7) return Math.sign(x);
  const steps = 2_000;
  const width = x / steps;
  let sum = (1 + Math.exp(-x * x)) / 2;
  for (let step = 1; step < steps; step++) sum += Math.exp(-((step * width) ** 2));
  // The first term of the Euler-Maclaurin formula takes the rule from the second to the fourth order.
  return (2 / Math.sqrt(Math.PI)) * (sum * width + (width * width * x * Math.exp(-x * x)) / 6);
}

export const exponentialSamples: SampleTable = {
  exp: pointwise(
    (x) => exp(x),
    (x) => Math.E ** x,
    [ordinary],
  ),
  log: pointwise(
    (x) => log(x),
    (x) => Math.log2(x) * Math.LN2,
    [positive],
  ),
  log1p: pointwise(
    (x) => log1p(x),
    (x) => Math.log(1 + x),
    [small],
  ),
  expm1: pointwise(
    (x) => expm1(x),
    (x) => Math.exp(x) - 1,
    [ordinary],
  ),
  tanh: pointwise(
    (x) => tanh(x),
    (x) => (Math.abs(x) > 20 ? Math.sign(x) : (Math.exp(2 * x) - 1) / (Math.exp(2 * x) + 1)),
    [ordinary],
  ),
  sin: pointwise(
    (x) => sin(x),
    (x) => Math.cos(x - Math.PI / 2),
    [ordinary],
  ),
  cos: pointwise(
    (x) => cos(x),
    (x) => Math.sin(x + Math.PI / 2),
    [ordinary],
  ),
  erf: pointwise((x) => erf(x), errorFunction, [ordinary]),
};
