import { fixed, mask, ordinary, pointwise, type Samples, type SampleTable, wholes } from "../../test/sample.js";
import type { Tensor } from "../tensor.js";
import { and, equal, greater, greaterEqual, less, lessEqual, not, notEqual, or, where } from "./compare.js";

/** Away from ties, where the derivative is 0, and with many ties, for the values alone. */
function comparison(run: (a: Tensor, b: Tensor) => Tensor, holds: (a: number, b: number) => boolean): Samples {
  const samples = (domain: typeof wholes): Samples =>
    pointwise(
      (a, b) => run(a, b),
      (a, b) => (holds(a, b) ? 1 : 0),
      [domain, domain],
    );
  return (sizes) => [...samples(ordinary)(sizes), ...samples(wholes)(sizes).map(fixed)];
}

const chosen = (condition: number, yes: number, no: number): number => (condition !== 0 ? yes : no);

export const compareSamples: SampleTable = {
  less: comparison(
    (a, b) => less(a, b),
    (a, b) => a < b,
  ),
  lessEqual: comparison(
    (a, b) => lessEqual(a, b),
    (a, b) => a <= b,
  ),
  greater: comparison(
    (a, b) => greater(a, b),
    (a, b) => a > b,
  ),
  greaterEqual: comparison(
    (a, b) => greaterEqual(a, b),
    (a, b) => a >= b,
  ),
  equal: comparison(
    (a, b) => equal(a, b),
    (a, b) => a === b,
  ),
  notEqual: comparison(
    (a, b) => notEqual(a, b),
    (a, b) => !(a === b),
  ),
  and: comparison(
    (a, b) => and(a, b),
    (a, b) => a !== 0 && b !== 0,
  ),
  or: comparison(
    (a, b) => or(a, b),
    (a, b) => a !== 0 || b !== 0,
  ),
  not: (sizes) => [
    ...pointwise(
      (x) => not(x),
      (x) => (x === 0 ? 1 : 0),
      [ordinary],
    )(sizes),
    ...pointwise(
      (x) => not(x),
      (x) => (x === 0 ? 1 : 0),
      [wholes],
    )(sizes).map(fixed),
  ],
  where: (sizes) =>
    pointwise((condition, yes, no) => where(condition, yes, no), chosen, [mask, ordinary, ordinary])(sizes).map(
      (sample) => ({
        ...sample,
        inputs: sample.inputs.map((input, position) => (position === 0 ? { ...input, fixed: true } : input)),
      }),
    ),
};
