import { type Dim, gather, type Indices, type Key, type Mat, normal } from "@factorvae/tensor";
import { checkSizes } from "../initializers.js";
import { parameter } from "../parameter.js";

/** A table of vectors, one for each of `count` things: rows by index. The gradient of a row adds up over its uses. */
export class Embedding<Width extends Dim = number> {
  /** `[count, Width]`. */
  readonly weight: Mat<number, Width>;

  /**
   * All elements start standard normal, as PyTorch's.
   *
   * @throws RangeError if a size is no whole number of at least 1.
   */
  constructor(count: number, width: Width, key: Key) {
    checkSizes("Embedding", { count, width });
    this.weight = parameter(normal(key, [count, width]));
  }

  /**
   * The rows at these indices, in their order: `[R] -> [R, Width]`.
   *
   * @throws RangeError that names the first index that is not below `count`.
   * @throws TypeError if a tensor of indices is not of type int32.
   */
  forward(indices: Indices): Mat<number, Width> {
    return gather(this.weight, indices, 0);
  }
}
