import { apartFromZero, ordinary, pointwise, type SampleTable, small } from "../../test/sample.js";
import { leakyRelu, relu, sigmoid, softplus } from "./activation.js";

export const activationSamples: SampleTable = {
  sigmoid: pointwise(
    (x) => sigmoid(x),
    (x) => 1 / (1 + Math.exp(-x)),
    [ordinary],
  ),
  softplus: pointwise(
    (x) => softplus(x),
    (x) => Math.log(1 + Math.exp(x)),
    [ordinary],
  ),
  relu: pointwise(
    (x) => relu(x),
    (x) => (Number.isNaN(x) ? x : x > 0 ? x : 0),
    [apartFromZero],
  ),
  leakyRelu: pointwise(
    (x, slope) => leakyRelu(x, slope),
    (x, slope) => (x > 0 ? x : slope * x),
    [apartFromZero, small],
  ),
};
