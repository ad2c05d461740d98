import { type Key, normal, type Shape, type Tensor, uniform } from "@factorvae/tensor";
import { described } from "./operand.js";

/**
 * Checks the sizes of a layer: whole numbers of at least 1.
 *
 * @throws RangeError that names the layer and the size.
 */
export function checkSizes(layer: string, sizes: Readonly<Record<string, number>>): void {
  for (const [name, size] of Object.entries(sizes))
    if (!Number.isInteger(size) || size < 1)
      throw new RangeError(`${layer}: ${name} must be a whole number of at least 1, not ${described(size)}`);
}

/**
 * Uniform on `+-1 / sqrt(fanIn)`, `fanIn` being how many inputs each output adds up: PyTorch's default for the weights
 * and biases of linear layers, and of GRUs with the number of hidden units as `fanIn`.
 *
 * @throws RangeError if `fanIn` is no whole number of at least 1.
 */
export function fanInUniform<const S extends Shape>(key: Key, shape: S, fanIn: number): Tensor<S> {
  checkSizes("fanInUniform", { fanIn });
  const bound = 1 / Math.sqrt(fanIn);
  return uniform(key, shape, -bound, bound);
}

/**
 * Uniform on `+-sqrt(6 / (fanIn + fanOut))`, which keeps the variance of values and gradients through linear layers
 * and tanh. Source: Glorot, Bengio (2010).
 *
 * @throws RangeError if `fanIn` or `fanOut` is no whole number of at least 1.
 */
export function xavierUniform<const S extends Shape>(key: Key, shape: S, fanIn: number, fanOut: number): Tensor<S> {
  checkSizes("xavierUniform", { fanIn, fanOut });
  const bound = Math.sqrt(6 / (fanIn + fanOut));
  return uniform(key, shape, -bound, bound);
}

/**
 * Normal with standard deviation `sqrt(2 / fanIn)`, which keeps the variance of values through linear layers and
 * relu. Source: He, Zhang, Ren, Sun (2015).
 *
 * @throws RangeError if `fanIn` is no whole number of at least 1.
 */
export function kaimingNormal<const S extends Shape>(key: Key, shape: S, fanIn: number): Tensor<S> {
  checkSizes("kaimingNormal", { fanIn });
  return normal(key, shape).mul(Math.sqrt(2 / fanIn));
}
