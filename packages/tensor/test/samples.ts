import { fold, type Key, key, uniformValues } from "../src/index.js";
import { activationSamples } from "../src/ops/activation.samples.js";
import { arithmeticSamples } from "../src/ops/arithmetic.samples.js";
import { compareSamples } from "../src/ops/compare.samples.js";
import { exponentialSamples } from "../src/ops/exponential.samples.js";
import { indexingSamples } from "../src/ops/indexing.samples.js";
import { joinSamples } from "../src/ops/join.samples.js";
import { linearSamples } from "../src/ops/linear.samples.js";
import { linearAlgebraSamples } from "../src/ops/linear-algebra.samples.js";
import { matmulSamples } from "../src/ops/matmul.samples.js";
import { quadraticSamples } from "../src/ops/quadratic.samples.js";
import { recurrentSamples } from "../src/ops/recurrent.samples.js";
import { reduceSamples } from "../src/ops/reduce.samples.js";
import { segmentSamples } from "../src/ops/segment.samples.js";
import { sliceSamples } from "../src/ops/slice.samples.js";
import { softmaxSamples } from "../src/ops/softmax.samples.js";
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
  ...linearAlgebraSamples,
  ...matmulSamples,
  ...quadraticSamples,
  ...linearSamples,
  ...recurrentSamples,
  ...reduceSamples,
  ...segmentSamples,
  ...sliceSamples,
  ...softmaxSamples,
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
