import {
  type Cube,
  type Dim,
  formatShape,
  type Key,
  type Mat,
  matmul,
  reshape,
  type Shape,
  ShapeError,
  sameShape,
  softmax,
  type Tensor,
  tensor,
  transpose,
  where,
} from "@factorvae/tensor";
import { checkEach } from "../elements.js";
import { checkTensor } from "../operand.js";
import { checkKey, checkOptions } from "../options.js";
import { dropout } from "./dropout.js";

/** What an attention may not look at, or should prefer: of `B` rows with `L` queries and `S` keys each. */
export interface AttentionMasks<B extends Dim = number, L extends Dim = number, S extends Dim = number> {
  /**
   * Other than 0 where a query may not look at a key: the boolean `attn_mask` of PyTorch's `MultiheadAttention`. Its
   * function `scaled_dot_product_attention` takes the opposite, true where a query may look.
   */
  readonly blocked?: Mat<L, S>;
  /** Other than 0 where a row has no key, but fills its place: PyTorch's `key_padding_mask`. */
  readonly padding?: Mat<B, S>;
  /** Added to the scores of a query, -infinity where it may not look: PyTorch's `attn_mask` of numbers. */
  readonly bias?: Mat<L, S>;
  /** Drops weights at random, as `dropout` does: for training. */
  readonly dropout?: { readonly rate: number; readonly key: Key };
}

/** What the queries saw, and how much each looked at each key. */
export interface Attention<
  G extends Dim = number,
  L extends Dim = number,
  S extends Dim = number,
  D extends Dim = number,
> {
  readonly output: Cube<G, L, D>;
  /** Add up to 1 over the keys, before any are dropped. */
  readonly weights: Cube<G, L, S>;
}

/**
 * Scaled dot-product attention: `softmax(q k' / sqrt(width) + bias) v`, over the keys that are neither blocked nor padding.
 * `query: [B * heads, L, D]`, `key: [B * heads, S, D]`, `value: [B * heads, S, V]`; the heads of a row stand together, and share
 * its masks. A bias of NaN makes all weights of its query NaN. Source: Vaswani et al. (2017).
 *
 * @throws ShapeError if the shapes do not fit, the heads do not divide the first dimension, or there is no key.
 * @throws RangeError that names the query, if one has no key to look at: its weights would be 0 / 0; or that names the element,
 * if a mask is NaN or a bias infinity, which leaves no softmax.
 * @throws TypeError that names what is no tensor, or a mask which is unknown, or if dropout has no key.
 */
export function scaledDotProductAttention<G extends Dim, L extends Dim, S extends Dim, D extends Dim, V extends Dim>(
  query: Cube<G, L, D>,
  key: Cube<NoInfer<G>, S, NoInfer<D>>,
  value: Cube<NoInfer<G>, NoInfer<S>, V>,
  masks: AttentionMasks<Dim, NoInfer<L>, NoInfer<S>> = {},
  heads = 1,
): Attention<G, L, S, V> {
  checkOptions("attention", masks, ["blocked", "padding", "bias", "dropout"]);
  for (const [name, x] of Object.entries({ query, key, value })) checkTensor("attention", name, x);
  checkShapes(query, key, value, heads);
  const [groups, queries, width] = query.shape;
  const keys = key.shape[1];
  if (masks.dropout !== undefined) {
    checkOptions("attention: dropout", masks.dropout, ["rate", "key"]);
    checkKey("attention: dropout", masks.dropout.key, "as the option dropout: { rate, key: key(1) }");
  }
  checkMasks(masks, groups / heads, queries, keys);
  checkSight(masks, groups / heads, queries, keys);
  const scores = matmul(query.mul(1 / Math.sqrt(width)), transpose(key, [0, 2, 1]));
  const allowed = masked(reshape(scores, [groups / heads, heads, queries, keys]), masks);
  const weights = reshape(softmax(allowed, 3), [groups, queries, keys]).as([groups, queries, keys]);
  const kept = masks.dropout ? dropout(weights, masks.dropout.rate, masks.dropout.key) : weights;
  return { output: matmul(kept, value), weights };
}

/** `blocked` for sequences in order of time: 1 where the key comes after the query, `[steps, steps]`. */
export const causalMask = <T extends Dim>(steps: T): Mat<T, T> =>
  tensor(
    Array.from({ length: steps * steps }, (_, place) => (place % steps > Math.floor(place / steps) ? 1 : 0)),
    [steps, steps],
  );

/** The scores with the masks applied, `[B, heads, L, S]`. */
function masked(scores: Tensor, { blocked, padding, bias }: AttentionMasks): Tensor {
  let allowed = bias ? scores.add<Shape>(bias) : scores;
  if (blocked) allowed = where<Shape>(blocked, Number.NEGATIVE_INFINITY, allowed);
  if (padding) {
    const [rows, keys] = padding.shape;
    allowed = where<Shape>(reshape(padding, [rows, 1, 1, keys]), Number.NEGATIVE_INFINITY, allowed);
  }
  return allowed;
}

function checkShapes({ shape: query }: Tensor, { shape: key }: Tensor, { shape: value }: Tensor, heads: number): void {
  const refuse = (name: string, wanted: string, found: Shape): never => {
    throw new ShapeError("attention", `${name} must be ${wanted}, not ${formatShape(found)}`, [query, key, value]);
  };
  if (query.length !== 3) refuse("query", "[rows * heads, queries, width]", query);
  const [groups, , width] = query;
  if (!(Number.isInteger(heads) && heads > 0 && groups % heads === 0))
    throw new ShapeError(
      "attention",
      `the first dimension of query ${formatShape(query)} must be a multiple of the heads, not ${groups} for ${heads}`,
      [query],
    );
  if (key.length !== 3 || key[0] !== groups || key[2] !== width)
    refuse("key", `[${groups}, keys, ${width}] beside a query ${formatShape(query)}`, key);
  if (value.length !== 3 || value[0] !== groups || value[1] !== key[1])
    refuse("value", `[${groups}, ${key[1]}, width] beside a key ${formatShape(key)}`, value);
  if (key[1] === 0) throw new ShapeError("attention", `at least one key is needed, not key ${formatShape(key)}`, [key]);
}

function checkMasks({ blocked, padding, bias }: AttentionMasks, rows: number, queries: number, keys: number): void {
  const wanted: readonly (readonly [string, Tensor | undefined, Shape])[] = [
    ["blocked", blocked, [queries, keys]],
    ["bias", bias, [queries, keys]],
    ["padding", padding, [rows, keys]],
  ];
  for (const [name, mask, shape] of wanted) {
    if (mask === undefined) continue;
    checkTensor("attention", name, mask);
    if (!sameShape(mask.shape, shape))
      throw new ShapeError("attention", `${name} must be ${formatShape(shape)}, not ${formatShape(mask.shape)}`, [
        mask.shape,
      ]);
  }
  for (const [name, mask] of Object.entries({ blocked, padding }))
    if (mask) checkEach("attention", name, mask, "0 or another number", (value) => !Number.isNaN(value));
  if (bias) checkEach("attention", "bias", bias, "below Infinity", (value) => value !== Number.POSITIVE_INFINITY);
}

/** Checks that each query of each row has a key to look at. */
function checkSight({ blocked, padding, bias }: AttentionMasks, rows: number, queries: number, keys: number): void {
  const [blockedAt, paddedAt, biasAt] = [blocked?.data, padding?.data, bias?.data];
  if (!blockedAt && !paddedAt && !biasAt) return;
  const isOpen = (row: number, query: number, key: number): boolean => {
    const place = query * keys + key;
    return !blockedAt?.[place] && !paddedAt?.[row * keys + key] && biasAt?.[place] !== Number.NEGATIVE_INFINITY;
  };
  const range = Array.from({ length: keys }, (_, key) => key);
  // Without padding all rows are alike.
  for (let row = 0; row < (paddedAt ? rows : Math.min(rows, 1)); row++)
    for (let query = 0; query < queries; query++)
      if (!range.some((key) => isOpen(row, query, key)))
        throw new RangeError(
          `attention: query ${query} of row ${row} has no key to look at, all ${keys} are blocked or padding; leave it out, or let it look at one`,
        );
}
