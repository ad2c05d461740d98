import {
  type Dim,
  gather,
  type Indices,
  type Key,
  type Mat,
  normal,
  reshape,
  type Shape,
  Tensor,
  tensor,
  where,
} from "@factorvae/tensor";
import { checkSizes } from "../initializers.js";
import { described } from "../operand.js";
import { checkKey, checkOptions } from "../options.js";
import { parameter } from "../parameter.js";

/** Settings of an embedding. */
export interface EmbeddingOptions {
  /** The index that fills places where there is nothing: its row starts at 0 and has no gradient (default none). */
  readonly padding?: number;
}

/**
 * A table of vectors, one for each of `count` things: rows by index, for indices of any shape. The gradient of a row adds up
 * over its uses.
 */
export class Embedding<Width extends Dim = number> {
  /** `[count, Width]`. */
  readonly weight: Mat<number, Width>;
  readonly padding: number | undefined;

  /**
   * All elements start standard normal but for the row of padding, as PyTorch's.
   *
   * @throws RangeError if a size is no whole number of at least 1, or the padding no index below `count`.
   * @throws TypeError if there is no key, or an option is unknown.
   */
  constructor(count: number, width: Width, key: Key, options: EmbeddingOptions = {}) {
    checkKey("Embedding", key);
    checkOptions("Embedding", options, ["padding"]);
    const { padding } = options;
    checkSizes("Embedding", { count, width });
    const drawn = normal(key, [count, width]);
    if (padding !== undefined && !(Number.isInteger(padding) && padding >= 0 && padding < count))
      throw new RangeError(`Embedding: padding must be an index below ${count}, not ${padding}`);
    const blank = (row: number): Tensor =>
      where<Shape>(
        marks(
          Array.from({ length: count }, (_, at) => at),
          row,
        ),
        0,
        drawn,
      );
    this.weight = parameter(padding === undefined ? drawn : blank(padding).as([count, width]));
    this.padding = padding;
  }

  /**
   * The row at each index: `[...] -> [..., Width]`.
   *
   * @throws RangeError that names the first index that is not below `count`.
   * @throws TypeError if they are no array, or a tensor that is not of type int32.
   */
  forward<S extends Shape>(indices: Tensor<S>): Tensor<readonly [...S, Width]>;
  forward(indices: Indices): Mat<number, Width>;
  forward(indices: Tensor | Indices): Tensor {
    if (!(indices instanceof Tensor)) return this.#rows(indices);
    return reshape(this.#rows(reshape(indices, [indices.size])), [...indices.shape, this.weight.shape[1]]);
  }

  /** `[R] -> [R, Width]`. */
  #rows(indices: Indices): Mat<number, Width> {
    checkIndices(indices, this.weight.shape[0]);
    const rows = gather(this.weight, indices, 0);
    const { padding } = this;
    if (padding === undefined) return rows;
    // Its values alone, a constant: so no gradient reaches the row.
    const fixed = tensor(this.weight.slice(0, padding, padding + 1).data, [1, rows.shape[1]]);
    return where<Shape>(marks(indices, padding), fixed, rows).as(rows.shape);
  }
}

/** Refuses what is no list of rows of the table. */
function checkIndices(indices: Indices, count: number): void {
  const isTensor = indices instanceof Tensor;
  if (isTensor && indices.dtype !== "int32")
    throw new TypeError(`Embedding: indices are needed (see indices()), not ${indices.dtype}`);
  if (!isTensor && !Array.isArray(indices) && !(indices instanceof Int32Array))
    throw new TypeError(`Embedding: an array of whole numbers is needed, not ${described(indices)}`);
  for (const [at, index] of (isTensor ? indices.data : indices).entries())
    if (!Number.isInteger(index) || index < 0 || index >= count)
      throw new RangeError(
        `Embedding: index ${described(index)} at position ${at} is none of a table of ${count} rows`,
      );
}

/** 1 at the places of one index, 0 at the others: `[R] -> [R, 1]`. */
function marks(indices: Indices, wanted: number): Mat<number, 1> {
  const found = Array.from<number, number>(
    indices instanceof Tensor ? indices.data : indices,
    (at) => +(at === wanted),
  );
  return tensor(found, [found.length, 1]);
}
