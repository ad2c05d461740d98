import { type Dim, fold, type Key, linear, type Mat, type Shape, type Tensor, type Vec } from "@factorvae/tensor";
import { checkSizes, fanInUniform } from "../initializers.js";
import { checkKey } from "../options.js";
import { parameter } from "../parameter.js";
import { overRows } from "../rows.js";

/** `y = x W' + b` of every vector `x` along the last axis, whatever axes come before it. */
export class Linear<In extends Dim = number, Out extends Dim = number> {
  readonly weight: Mat<Out, In>;
  readonly bias: Vec<Out>;

  /**
   * Weight and bias start uniform on `+-1 / sqrt(inputs)`, as PyTorch's.
   *
   * @throws RangeError if a size is no whole number of at least 1.
   * @throws TypeError if there is no key.
   */
  constructor(inputs: In, outputs: Out, key: Key) {
    checkKey("Linear", key);
    checkSizes("Linear", { inputs, outputs });
    this.weight = parameter(fanInUniform(fold(key, "weight"), [outputs, inputs], inputs));
    this.bias = parameter(fanInUniform(fold(key, "bias"), [outputs], inputs));
  }

  /**
   * `x: [..., In] -> [..., Out]`; with a slope, `leakyRelu` of that.
   *
   * @throws ShapeError if the last axis of x is not of `In` elements.
   * @throws RangeError if the slope is negative or not finite.
   */
  forward<Lead extends Shape>(x: Tensor<readonly [...Lead, In]>, leakySlope = 1): Tensor<readonly [...Lead, Out]> {
    const { weight, bias } = this;
    return overRows("Linear", x, weight.shape[1], (rows) => linear(rows, weight, bias, leakySlope));
  }
}
