import {
  apartFromZero,
  betweenWholes,
  fixed,
  ordinary,
  pointwise,
  positive,
  type Samples,
  type SampleTable,
  wholes,
} from "../../test/sample.js";
import { abs, add, clip, div, floor, maximum, minimum, mul, neg, sign, sqrt, square, sub } from "./arithmetic.js";

/** A NaN passes on the left alone. */
const larger = (a: number, b: number): number => (a < b ? b : a);
const smaller = (a: number, b: number): number => (b < a ? b : a);

export const arithmeticSamples: SampleTable = {
  add: pointwise(
    (a, b) => add(a, b),
    (a, b) => a + b,
    [ordinary, ordinary],
  ),
  sub: pointwise(
    (a, b) => sub(a, b),
    (a, b) => a - b,
    [ordinary, ordinary],
  ),
  mul: pointwise(
    (a, b) => mul(a, b),
    (a, b) => a * b,
    [ordinary, ordinary],
  ),
  div: pointwise(
    (a, b) => div(a, b),
    (a, b) => a / b,
    [ordinary, apartFromZero],
  ),
  neg: pointwise(
    (x) => neg(x),
    (x) => 0 - x,
    [ordinary],
  ),
  abs: pointwise(
    (x) => abs(x),
    (x) => Math.sqrt(x * x),
    [apartFromZero],
  ),
  sqrt: pointwise(
    (x) => sqrt(x),
    (x) => (x < 0 ? Number.NaN : x ** 0.5),
    [positive],
  ),
  square: pointwise(
    (x) => square(x),
    (x) => x ** 2,
    [ordinary],
  ),
  maximum: (sizes) => [
    ...pointwise((a, b) => maximum(a, b), larger, [ordinary, ordinary])(sizes),
    ...pointwise((a, b) => maximum(a, b), larger, [wholes, wholes])(sizes).map(fixed),
  ],
  minimum: (sizes) => [
    ...pointwise((a, b) => minimum(a, b), smaller, [ordinary, ordinary])(sizes),
    ...pointwise((a, b) => minimum(a, b), smaller, [wholes, wholes])(sizes).map(fixed),
  ],
  floor: pointwise(
    (x) => floor(x),
    (x) => (Number.isFinite(x) ? x - (((x % 1) + 1) % 1) : x),
    [betweenWholes],
  ),
  sign: pointwise(
    (x) => sign(x),
    (x) => (x === 0 ? 0 : Math.abs(x) === Number.POSITIVE_INFINITY ? (x > 0 ? 1 : -1) : x / Math.abs(x)),
    [apartFromZero],
  ),
  clip: (sizes) => {
    const nearest = (x: number, low: number, high: number): number =>
      Number.isNaN(low) || Number.isNaN(high) ? Number.NaN : smaller(larger(x, low), high);
    const samples = (domain: typeof wholes): Samples =>
      pointwise((x, low, high) => clip(x, low, high), nearest, [domain, domain, domain]);
    return [...samples(ordinary)(sizes), ...samples(wholes)(sizes).map(fixed)];
  },
};
