import { build, type Naive } from "../../test/naive.js";
import { type Domain, type Sample, type SampleTable, small, wholes } from "../../test/sample.js";
import type { Shape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { determinant, logDeterminant } from "./determinant.js";
import { expansion, matrixAt, regular, regularOf } from "./solve.samples.js";

const ofEach = (x: Naive, fold: (determinant: number) => number): Naive =>
  build(x.shape.slice(0, -2), (batch) => fold(expansion(matrixAt(x, batch))));

const sample = (
  about: string,
  shape: Shape,
  run: Sample["run"],
  expected: (x: Naive) => ReturnType<Sample["expected"]>,
): Sample => ({
  about,
  inputs: [{ shape, domain: small }],
  run: (x) => run(regular(x)),
  expected: (x) => expected(regularOf(x)),
});

/** Of matrices as they are drawn, singular ones among them. */
const asDrawn = (about: string, shape: readonly [number, number, number], domain: Domain): Sample => ({
  about,
  inputs: [{ shape, domain }],
  run: (x) => determinant(x.as(shape)),
  expected: (x) => ofEach(x, (value) => value),
});

const both = (x: Tensor): readonly Tensor[] => {
  const parts =
    x.rank === 2
      ? logDeterminant(x.as([x.shape[0], x.shape[0]]))
      : logDeterminant(x.as([x.shape[0], x.shape[1], x.shape[1]]));
  return [parts.logarithm, parts.sign];
};

const logarithmAndSign = (x: Naive): Naive[] => [ofEach(x, (value) => Math.log(Math.abs(value))), ofEach(x, Math.sign)];

export const determinantSamples: SampleTable = {
  determinant: ({ m, n }) => [
    sample(
      "of a matrix",
      [n, n],
      (x) => determinant(x.as([n, n])),
      (x) => ofEach(x, (value) => value),
    ),
    sample(
      "of a batch",
      [m, n, n],
      (x) => determinant(x.as([m, n, n])),
      (x) => ofEach(x, (value) => value),
    ),
    asDrawn("of small whole numbers, often singular", [m, n, n], wholes),
    asDrawn("of ones, all but one of whose rows are of no use", [1, n, n], () => 1),
  ],
  logDeterminant: ({ m, n }) => [
    sample("of a matrix", [n, n], both, logarithmAndSign),
    sample("of a batch", [m, n, n], both, logarithmAndSign),
    sample(
      "its sign alone",
      [n, n],
      (x) => both(x)[1],
      (x) => ofEach(x, Math.sign),
    ),
  ],
};
