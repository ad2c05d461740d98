import {
  type Cube,
  type Dim,
  fold,
  formatShape,
  type Key,
  linear,
  type Mat,
  reshape,
  ShapeError,
  split,
  type Tensor,
  transpose,
  type Vec,
  zeros,
} from "@factorvae/tensor";
import { checkSizes, fanInUniform, xavierUniform } from "../initializers.js";
import { checkTensor } from "../operand.js";
import { checkKey } from "../options.js";
import { parameter } from "../parameter.js";
import { type AttentionMasks, scaledDotProductAttention } from "./scaled-dot-product.js";

/** The last layer of an attention: `[Width, Width]` and `[Width]`. */
interface Projection<Width extends Dim> {
  readonly weight: Mat<Width, Width>;
  readonly bias: Vec<Width>;
}

/**
 * Multi-head attention: queries, keys and values are projected, cut into `heads` parts of equal width, each part attends by
 * itself (`scaledDotProductAttention`), and what the heads saw is joined and projected again. In PyTorch's layout: the rows
 * of `inProjWeight` and `inProjBias` stand in the order query, key, value. Source: Vaswani et al. (2017).
 */
export class MultiHeadAttention<Width extends Dim = number> {
  /** `[3 Width, Width]`. */
  readonly inProjWeight: Mat<number, Width>;
  /** `[3 Width]`. */
  readonly inProjBias: Vec;
  readonly outProj: Projection<Width>;
  readonly heads: number;

  /**
   * As PyTorch's: the first projections start Glorot uniform over all three, the last uniform on `+-1 / sqrt(width)`, biases
   * at 0.
   *
   * @throws RangeError if a size is no whole number of at least 1, or the heads do not divide the width.
   * @throws TypeError if there is no key.
   */
  constructor(width: Width, heads: number, key: Key) {
    checkKey("MultiHeadAttention", key);
    checkSizes("MultiHeadAttention", { width, heads });
    if (width % heads !== 0)
      throw new RangeError(
        `MultiHeadAttention: ${heads} heads cannot share a width of ${width}; it must be a multiple`,
      );
    this.inProjWeight = parameter(xavierUniform(fold(key, "inProjWeight"), [3 * width, width], width, 3 * width));
    this.inProjBias = parameter(zeros([3 * width]));
    this.outProj = {
      weight: parameter(fanInUniform(fold(key, "outProj"), [width, width], width)),
      bias: parameter(zeros([width])),
    };
    this.heads = heads;
  }

  /**
   * What the queries see, and how much each looks at each key, head by head: `query: [B, L, Width]`,
   * `key: [B, S, Width]`, `value: [B, S, Width]` -> `{ output: [B, L, Width], weights: [B, heads, L, S] }`. A sequence that
   * looks at itself is all three.
   *
   * @throws ShapeError if the shapes do not fit, or there is no key.
   * @throws TypeError that names what is no tensor.
   * @throws RangeError that names the query, if one has no key to look at.
   */
  forward<B extends Dim, L extends Dim, S extends Dim>(
    query: Cube<B, L, Width>,
    key: Cube<NoInfer<B>, S, Width>,
    value: Cube<NoInfer<B>, NoInfer<S>, Width>,
    masks: AttentionMasks<NoInfer<B>, NoInfer<L>, NoInfer<S>> = {},
  ): { readonly output: Cube<B, L, Width>; readonly weights: Tensor<readonly [B, number, L, S]> } {
    checkSequence("query", query, ["rows", "queries", this.outProj.bias.shape[0]]);
    const [rows, queries, width] = query.shape;
    checkSequence("key", key, [rows, "keys", width]);
    const keys = key.shape[1];
    if (keys === 0)
      throw new ShapeError("MultiHeadAttention", `at least one key is needed, not key ${formatShape(key.shape)}`, [
        key.shape,
      ]);
    checkSequence("value", value, [rows, keys, width]);
    const [weights, biases] = [split(this.inProjWeight, 3, 0), split(this.inProjBias, 3, 0)];
    const [q, k, v] = [query, key, value].map((x: Cube, at) => this.#parted(x, weights[at], biases[at]));
    const attention = scaledDotProductAttention(q, k, v, masks, this.heads);
    const parts = reshape(attention.output, [rows, this.heads, queries, width / this.heads]);
    const joined = reshape(transpose(parts, [0, 2, 1, 3]), [rows * queries, width]);
    const output = linear(joined, this.outProj.weight, this.outProj.bias);
    return {
      output: reshape(output, [rows, queries, width]).as([rows, queries, width]),
      weights: reshape(attention.weights, [rows, this.heads, queries, keys]).as([rows, this.heads, queries, keys]),
    };
  }

  /** The projection of a sequence, cut into the heads' parts: `[B, L, Width] -> [B heads, L, Width / heads]`. */
  #parted(x: Cube, weight: Mat, bias: Vec): Cube {
    const [rows, length, width] = x.shape;
    const projected = linear(reshape(x, [rows * length, width]), weight, bias);
    const parts = reshape(projected, [rows, length, this.heads, width / this.heads]);
    return reshape(transpose(parts, [0, 2, 1, 3]), [rows * this.heads, length, width / this.heads]);
  }
}

/** Checks that a sequence has the dimensions wanted; a name stands for any. */
function checkSequence(name: string, x: Tensor, wanted: readonly [number | string, number | string, number]): void {
  checkTensor("MultiHeadAttention", name, x);
  const { shape } = x;
  if (shape.length !== 3 || wanted.some((dim, axis) => typeof dim === "number" && dim !== shape[axis]))
    throw new ShapeError("MultiHeadAttention", `${name} must be [${wanted.join(", ")}], not ${formatShape(shape)}`, [
      shape,
    ]);
}
