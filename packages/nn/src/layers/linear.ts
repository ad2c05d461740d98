import { type Dim, fold, type Key, linear, type Mat, type Vec } from "@factorvae/tensor";
import { checkSizes, fanInUniform } from "../initializers.js";
import { checkKey } from "../options.js";
import { parameter } from "../parameter.js";
import { checkRows } from "../rows.js";

/** `y = x W' + b`, row by row. */
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
   * `x: [R, In] -> [R, Out]`; with a slope, `leakyRelu` of that.
   *
   * @throws ShapeError if x is no matrix of `In` columns.
   * @throws RangeError if the slope is negative or not finite.
   */
  forward<R extends Dim>(x: Mat<R, In>, leakySlope = 1): Mat<R, Out> {
    checkRows("Linear", x, this.weight.shape[1]);
    return linear(x, this.weight, this.bias, leakySlope);
  }
}
