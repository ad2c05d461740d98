import {
  apartFromZero,
  type Domain,
  ordinary,
  pointwise,
  positive,
  type Sample,
  type SampleTable,
} from "../../test/sample.js";
import { pow } from "./power.js";

/** JavaScript's power, but for a negative infinity to a fractional one, which has no real value. */
const power = (x: number, exponent: number): number =>
  x < 0 && !Number.isInteger(exponent) ? Number.NaN : x ** exponent;

const cases: readonly (readonly [exponent: number, domain: Domain])[] = [
  [0, ordinary],
  [1, ordinary],
  [2, ordinary],
  [3, ordinary],
  [7, ordinary],
  [-1, apartFromZero],
  [-3, apartFromZero],
  [0.5, positive],
  [2.5, positive],
  [-0.5, positive],
  [1.3, positive],
  [-2.7, positive],
];

export const powerSamples: SampleTable = {
  pow: (sizes) =>
    cases.flatMap(([exponent, domain]) =>
      pointwise(
        (x) => pow(x, exponent),
        (x) => power(x, exponent),
        [domain],
      )(sizes).map((sample): Sample => ({ ...sample, about: `${sample.about}, to the power of ${exponent}` })),
    ),
};
