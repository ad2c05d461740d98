import { fold, type Key, key, uniformValues } from "../src/index.js";
import { activationSamples } from "../src/ops/activation.samples.js";
import { argSamples } from "../src/ops/arg.samples.js";
import { arithmeticSamples } from "../src/ops/arithmetic.samples.js";
import { choleskySamples } from "../src/ops/cholesky.samples.js";
import { compareSamples } from "../src/ops/compare.samples.js";
import { convolutionSamples } from "../src/ops/convolution.samples.js";
import { cumulativeSamples } from "../src/ops/cumulative.samples.js";
import { determinantSamples } from "../src/ops/determinant.samples.js";
import { diagonalSamples } from "../src/ops/diagonal.samples.js";
import { einsumSamples } from "../src/ops/einsum.samples.js";
import { exponentialSamples } from "../src/ops/exponential.samples.js";
import { indexingSamples } from "../src/ops/indexing.samples.js";
import { joinSamples } from "../src/ops/join.samples.js";
import { linearSamples } from "../src/ops/linear.samples.js";
import { matmulSamples } from "../src/ops/matmul.samples.js";
import { normSamples } from "../src/ops/norm.samples.js";
import { quadraticSamples } from "../src/ops/quadratic.samples.js";
import { rearrangeSamples } from "../src/ops/rearrange.samples.js";
import { recurrentSamples } from "../src/ops/recurrent.samples.js";
import { reduceSamples } from "../src/ops/reduce.samples.js";
import { segmentSamples } from "../src/ops/segment.samples.js";
import { sliceSamples } from "../src/ops/slice.samples.js";
import { softmaxSamples } from "../src/ops/softmax.samples.js";
import { solveSamples } from "../src/ops/solve.samples.js";
import { sortSamples } from "../src/ops/sort.samples.js";
import { takeAlongSamples } from "../src/ops/take-along.samples.js";
import { triangularSolveSamples } from "../src/ops/triangular-solve.samples.js";
import { viewSamples } from "../src/ops/view.samples.js";
import { sizeOf } from "../src/shape.js";
import type { Naive } from "./naive.js";
import type { Sample, SampleTable } from "./sample.js";

/** The samples of every operation, by the name under which it is exported. */
export const samples: SampleTable = {
  ...activationSamples,
  ...arithmeticSamples,
  ...compareSamples,
  ...exponentialSamples,
  ...indexingSamples,
  ...joinSamples,
  ...choleskySamples,
  ...triangularSolveSamples,
  ...matmulSamples,
  ...quadraticSamples,
  ...linearSamples,
  ...recurrentSamples,
  ...reduceSamples,
  ...segmentSamples,
  ...sliceSamples,
  ...softmaxSamples,
  ...argSamples,
  ...convolutionSamples,
  ...cumulativeSamples,
  ...determinantSamples,
  ...diagonalSamples,
  ...einsumSamples,
  ...normSamples,
  ...rearrangeSamples,
  ...solveSamples,
  ...sortSamples,
  ...takeAlongSamples,
  ...viewSamples,
};

/** The name and the samples of every operation. */
export const namedSamples = Object.entries(samples);

/** Values for the inputs of a sample, drawn from its domains; each is exact in float32. */
export function drawn(sample: Sample, seed: number): Naive[] {
  const stream: Key = fold(key(seed), sample.about);
  return sample.inputs.map(({ shape, domain }, position) => {
    const draws = uniformValues(fold(stream, position), sizeOf(shape));
    return { shape, data: Array.from(draws, (draw, index) => Math.fround(domain(draw, index, draws.length))) };
  });
}
