import { type Expression, elementwise, expand, type Key, type Shape, type Tensor, uniform } from "@factorvae/tensor";
import { checkKey } from "../options.js";

type E = Expression;

const kept = elementwise("dropout", (x: E, draw: E, rate: E, scale: E) => draw.ge(rate).select(x.mul(scale), 0));

/**
 * Each element set to 0 with probability `rate`, the others divided by `1 - rate`, so that the expectation is x. The
 * same key drops the same elements. Without a key nothing is dropped and the result is x itself: prediction.
 *
 * @throws RangeError if the rate is not in [0, 1).
 * @throws TypeError if the key is none.
 */
export function dropout<S extends Shape>(x: Tensor<S>, rate: number, key?: Key): Tensor<S> {
  if (!(rate >= 0 && rate < 1)) throw new RangeError(`dropout: the rate must be in [0, 1), not ${rate}`);
  if (key === undefined) return x;
  checkKey("dropout", key);
  const result = kept<Shape>(x, uniform(key, x.shape), rate, 1 / (1 - rate));
  // Does nothing but say that the shape is still that of x: types do not follow broadcasting to a shape unknown here.
  return expand(result, x.shape);
}
